package io.subpixel.trainer.internal.validation;

import io.subpixel.pictures.metrics.Metrics;
import io.subpixel.trainer.history.Quality;
import io.subpixel.zoo.ModelCard.Score;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The figures of a validation set.
 *
 * @param mean the means over the pictures, under the set's name
 * @param pictures each picture's own, under its file's name
 */
public record Measurement(Quality mean, List<Quality> pictures) {
  /** Copies the list. */
  public Measurement {
    pictures = List.copyOf(pictures);
  }

  /** Of a set's pictures. The mean is that of the figures, not of their errors: the field's way. */
  public static Measurement of(String set, List<Quality> pictures) {
    Quality mean =
        new Quality(
            set,
            mean(pictures, Quality::psnr),
            mean(pictures, Quality::ssim),
            mean(pictures, Quality::bilinearPsnr),
            mean(pictures, Quality::bilinearSsim),
            mean(pictures, Quality::bicubicPsnr),
            mean(pictures, Quality::bicubicSsim));
    return new Measurement(mean, pictures);
  }

  /** Returns the score for a card: dB to three digits, SSIM to five. */
  public Score score() {
    return new Score(
        mean.data(),
        rounded(mean.psnr(), 1e3),
        rounded(mean.ssim(), 1e5),
        rounded(mean.bicubicPsnr(), 1e3),
        Metrics.CONVENTION);
  }

  private static double mean(List<Quality> pictures, ToDoubleFunction<Quality> figure) {
    return pictures.stream().mapToDouble(figure).average().orElse(Double.NaN);
  }

  private static double rounded(double value, double per) {
    return Double.isFinite(value) ? Math.round(value * per) / per : value;
  }
}
