/** TIFF. */
@NullMarked
package io.subpixel.pictures.internal.tiff;

import org.jspecify.annotations.NullMarked;
