package io.subpixel.conformance.evaluation;

import io.subpixel.models.InvalidInputException;
import io.subpixel.models.degradation.Degradation;
import io.subpixel.models.metrics.HrPictures;
import io.subpixel.models.metrics.Metrics;
import io.subpixel.models.picture.Picture;
import io.subpixel.models.resampling.Kernel;
import io.subpixel.models.resampling.Resampler;
import io.subpixel.runtime.Upscaler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Measures a model by the field's convention, beside bicubic and bilinear. */
public final class Evaluation {
  private Evaluation() {}

  /**
   * Degrades an HR picture, from seed 0 if by chance, and upscales it again.
   *
   * @param degradation how LR is made of it
   * @throws InvalidInputException if the file is no picture or too small to measure
   */
  public static PictureScore score(Path hrFile, Degradation degradation, Upscaler model)
      throws IOException {
    int scale = model.card().scale();
    Picture hr = HrPictures.read(hrFile, scale);
    Picture lr = degradation.apply(hr, scale, 0);
    Picture sr = model.upscale(lr);
    Picture bicubic = Resampler.enlarging(lr.width(), lr.height(), scale, Kernel.CUBIC).apply(lr);
    Picture bilinear = Resampler.enlarging(lr.width(), lr.height(), scale, Kernel.LINEAR).apply(lr);
    return new PictureScore(
        String.valueOf(hrFile.getFileName()),
        Metrics.psnr(hr, sr, scale),
        Metrics.ssim(hr, sr, scale),
        Metrics.psnr(hr, bicubic, scale),
        Metrics.ssim(hr, bicubic, scale),
        Metrics.psnr(hr, bilinear, scale),
        Metrics.ssim(hr, bilinear, scale));
  }

  /** The mean over pictures, as the literature reports it: of the figures, not of their errors. */
  public static PictureScore mean(List<PictureScore> scores) {
    return new PictureScore(
        "mean",
        mean(scores, PictureScore::psnr),
        mean(scores, PictureScore::ssim),
        mean(scores, PictureScore::bicubicPsnr),
        mean(scores, PictureScore::bicubicSsim),
        mean(scores, PictureScore::bilinearPsnr),
        mean(scores, PictureScore::bilinearSsim));
  }

  private static double mean(List<PictureScore> scores, ToDoubleFunction<PictureScore> figure) {
    return scores.stream().mapToDouble(figure).average().orElse(Double.NaN);
  }
}
