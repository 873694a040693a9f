/** Bicubic, bilinear and nearest resizing, and the two MATLAB bicubics that make LR pictures. */
@NullMarked
package io.subpixel.pictures.resampling;

import org.jspecify.annotations.NullMarked;
