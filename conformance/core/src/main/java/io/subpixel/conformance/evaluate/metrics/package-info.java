/** Measures of quality beside PSNR and SSIM. */
@NullMarked
package io.subpixel.conformance.evaluate.metrics;

import org.jspecify.annotations.NullMarked;
