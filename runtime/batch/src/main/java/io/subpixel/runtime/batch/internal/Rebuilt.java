package io.subpixel.runtime.batch.internal;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.metrics.Metrics;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.pictures.resampling.Resampler;
import io.subpixel.runtime.Upscaler;
import io.subpixel.zoo.degradation.Degradation;

/**
 * An original and the pictures rebuilt from its LR picture; all of one size.
 *
 * @param hr the original
 * @param sr by the model
 * @param bicubic by bicubic
 * @param bilinear by bilinear
 * @param scale between LR and HR
 */
public record Rebuilt(Picture hr, Picture sr, Picture bicubic, Picture bilinear, int scale) {
  /**
   * How near pictures are to their original, by the literature's convention; PSNR in dB.
   *
   * @param psnr of the model
   * @param ssim of the model
   */
  public record Figures(
      double psnr,
      double ssim,
      double bicubicPsnr,
      double bicubicSsim,
      double bilinearPsnr,
      double bilinearSsim) {}

  /**
   * Degrades a picture and enlarges it again.
   *
   * @param hr both sides a multiple of the scale of all passes together
   * @param degradation how LR is made of it, in one step for all passes together
   * @param seed of a random degradation: by convention the picture's index in its set, from 0
   * @param passes how often the model is applied, each pass to the 8-bit picture of the one before
   */
  public static Rebuilt of(
      Picture hr, Degradation degradation, long seed, Upscaler model, int passes) {
    return of(hr, degradation.apply(hr, scale(model, passes), seed), model, passes);
  }

  /**
   * Enlarges a given LR picture.
   *
   * @param lr smaller than {@code hr} by the scale of all passes together
   * @param passes how often the model is applied, each pass to the 8-bit picture of the one before
   */
  public static Rebuilt of(Picture hr, Picture lr, Upscaler model, int passes) {
    int scale = scale(model, passes);
    Picture sr = lr;
    for (int pass = 0; pass < passes; pass++) {
      sr = model.upscale(sr);
    }
    Picture bicubic = Resampler.enlarging(lr.width(), lr.height(), scale, Kernel.CUBIC).apply(lr);
    Picture bilinear = Resampler.enlarging(lr.width(), lr.height(), scale, Kernel.LINEAR).apply(lr);
    return new Rebuilt(hr, sr, bicubic, bilinear, scale);
  }

  /** The scale of a model that is applied so many times. */
  public static int scale(Upscaler model, int passes) {
    int scale = 1;
    for (int pass = 0; pass < passes; pass++) {
      scale *= model.card().scale();
    }
    return scale;
  }

  /** Measures all three against the original. */
  public Figures figures() {
    return new Figures(
        Metrics.psnr(hr, sr, scale),
        Metrics.ssim(hr, sr, scale),
        Metrics.psnr(hr, bicubic, scale),
        Metrics.ssim(hr, bicubic, scale),
        Metrics.psnr(hr, bilinear, scale),
        Metrics.ssim(hr, bilinear, scale));
  }
}
