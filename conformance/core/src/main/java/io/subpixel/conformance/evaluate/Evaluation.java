package io.subpixel.conformance.evaluate;

import io.subpixel.conformance.evaluate.metrics.Measures;
import io.subpixel.conformance.evaluate.metrics.Quality;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.file.internal.HrPictures;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.batch.internal.Rebuilt;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/** Measures a model as the literature does, beside bicubic and bilinear. */
public final class Evaluation {
  private Evaluation() {}

  /**
   * Degrades an HR picture, upscales it again, and measures PSNR and SSIM alone.
   *
   * @param degradation how LR is made of it
   * @param seed of a random degradation: by convention the picture's index in its set, from 0
   * @throws InvalidInputException if the file is no picture or too small to measure
   */
  public static PictureScore score(Path hrFile, Degradation degradation, long seed, Upscaler model)
      throws IOException {
    Picture hr = HrPictures.read(hrFile, Rebuilt.scale(model, 1));
    return PictureScore.of(
        String.valueOf(hrFile.getFileName()), Rebuilt.of(hr, degradation, seed, model, 1));
  }

  /**
   * Degrades an HR picture and upscales it by several passes.
   *
   * @param degradation how LR is made of it, in one step for all passes together
   * @param seed of a random degradation
   * @param passes how often the model is applied, each pass to the 8-bit picture of the one before:
   *     a x2 model applied twice is measured as a x4 one
   * @param measures beside PSNR and SSIM
   * @throws InvalidInputException if the file is no picture or too small to measure
   */
  public static PictureScore score(
      Path hrFile,
      Degradation degradation,
      long seed,
      Upscaler model,
      int passes,
      Measures measures)
      throws IOException {
    Picture hr = HrPictures.read(hrFile, Rebuilt.scale(model, passes));
    return PictureScore.of(
        String.valueOf(hrFile.getFileName()),
        Rebuilt.of(hr, degradation, seed, model, passes),
        measures);
  }

  /**
   * Upscales an LR picture as it is and compares the result with its HR picture.
   *
   * @param pair the two files
   * @param passes how often the model is applied
   * @param measures beside PSNR and SSIM
   * @throws InvalidInputException if a file is no picture, or the sizes don't match
   */
  public static PictureScore score(
      LrInputs.Pair pair, Upscaler model, int passes, Measures measures) throws IOException {
    int scale = Rebuilt.scale(model, passes);
    Picture hr = HrPictures.read(pair.hr(), scale);
    Picture lr = PictureFiles.read(pair.lr());
    if (lr.width() * scale != hr.width() || lr.height() * scale != hr.height()) {
      throw new InvalidInputException(
          pair.lr().toString(),
          "%dx%d, an x%d LR picture of %s"
              .formatted(hr.width() / scale, hr.height() / scale, scale, pair.hr()),
          lr.width() + "x" + lr.height());
    }
    return PictureScore.of(
        String.valueOf(pair.hr().getFileName()), Rebuilt.of(hr, lr, model, passes), measures);
  }

  /** The mean over pictures, as the literature reports it: of PSNR, not of squared errors. */
  public static PictureScore mean(List<PictureScore> scores) {
    return new PictureScore(
        "mean",
        mean(scores, PictureScore::psnr),
        mean(scores, PictureScore::ssim),
        mean(scores, PictureScore::bicubicPsnr),
        mean(scores, PictureScore::bicubicSsim),
        mean(scores, PictureScore::bilinearPsnr),
        mean(scores, PictureScore::bilinearSsim),
        Quality.mean(scores.stream().map(PictureScore::quality).filter(Objects::nonNull).toList()),
        Quality.mean(
            scores.stream().map(PictureScore::bicubicQuality).filter(Objects::nonNull).toList()));
  }

  private static double mean(List<PictureScore> scores, ToDoubleFunction<PictureScore> figure) {
    return scores.stream().mapToDouble(figure).average().orElse(Double.NaN);
  }
}
