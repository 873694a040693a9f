package io.subpixel.conformance.evaluate;

/**
 * How near a picture is to its original.
 *
 * @param picture the HR picture's file name
 * @param psnr of the model, dB
 * @param ssim of the model
 * @param bicubicPsnr of bicubic, dB
 * @param bicubicSsim of bicubic
 * @param bilinearPsnr of bilinear, dB
 * @param bilinearSsim of bilinear
 */
public record PictureScore(
    String picture,
    double psnr,
    double ssim,
    double bicubicPsnr,
    double bicubicSsim,
    double bilinearPsnr,
    double bilinearSsim) {}
