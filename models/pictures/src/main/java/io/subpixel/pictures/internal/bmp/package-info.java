/** Windows bitmaps. */
@NullMarked
package io.subpixel.pictures.internal.bmp;

import org.jspecify.annotations.NullMarked;
