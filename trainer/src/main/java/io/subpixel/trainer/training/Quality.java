package io.subpixel.trainer.training;

/**
 * Means over the validation pictures, by {@link io.subpixel.models.metrics.Metrics}.
 *
 * @param psnr of the network, dB
 * @param ssim of the network
 * @param bicubicPsnr of bicubic upscaling, dB
 */
public record Quality(double psnr, double ssim, double bicubicPsnr) {}
