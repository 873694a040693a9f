/** PSNR and SSIM with the field's convention. */
@NullMarked
package io.subpixel.models.metrics;

import org.jspecify.annotations.NullMarked;
