/** What the codecs share: decode errors, guarded input, rows of a raster. */
@NullMarked
package io.subpixel.pictures.internal.codec;

import org.jspecify.annotations.NullMarked;
