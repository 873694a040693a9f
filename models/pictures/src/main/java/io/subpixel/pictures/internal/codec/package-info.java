/** Decode errors, guarded input and row rasters, which the codecs share. */
@NullMarked
package io.subpixel.pictures.internal.codec;

import org.jspecify.annotations.NullMarked;
