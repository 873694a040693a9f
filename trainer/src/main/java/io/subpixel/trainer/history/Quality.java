package io.subpixel.trainer.history;

/**
 * Means over the pictures of a validation set, by {@link io.subpixel.pictures.metrics.Metrics}.
 * PSNR is infinite if a picture came out as its original.
 *
 * @param data the set's name
 * @param psnr of the network, dB
 * @param ssim of the network
 * @param bilinearPsnr of bilinear upscaling, dB
 * @param bilinearSsim of bilinear upscaling
 * @param bicubicPsnr of bicubic upscaling, dB
 * @param bicubicSsim of bicubic upscaling
 * @since 0.1
 */
public record Quality(
    String data,
    double psnr,
    double ssim,
    double bilinearPsnr,
    double bilinearSsim,
    double bicubicPsnr,
    double bicubicSsim) {}
