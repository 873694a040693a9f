/** PSNR and SSIM by the literature's convention. */
@NullMarked
package io.subpixel.pictures.metrics;

import org.jspecify.annotations.NullMarked;
