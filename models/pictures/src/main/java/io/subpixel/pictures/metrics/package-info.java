/** PSNR and SSIM with the field's convention. */
@NullMarked
package io.subpixel.pictures.metrics;

import org.jspecify.annotations.NullMarked;
