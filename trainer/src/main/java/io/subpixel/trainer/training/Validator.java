package io.subpixel.trainer.training;

import io.subpixel.models.InvalidInputException;
import io.subpixel.models.ModelCard;
import io.subpixel.models.ModelCard.Score;
import io.subpixel.models.PixelPath;
import io.subpixel.models.degradation.Degradation;
import io.subpixel.models.metrics.HrPictures;
import io.subpixel.models.metrics.Metrics;
import io.subpixel.models.picture.Picture;
import io.subpixel.models.picture.PictureFiles;
import io.subpixel.models.resampling.Kernel;
import io.subpixel.models.resampling.Resampler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Upscales degraded validation pictures and compares them with the originals, beside bicubic. */
final class Validator {
  private final String name;
  private final List<Path> files;
  private final Degradation degradation;
  private final int scale;
  private final double bicubicPsnr;

  /**
   * Measures bicubic, and so reads every picture before any training.
   *
   * @throws InvalidInputException if the folder or a picture can't be used
   */
  Validator(Path folder, Degradation degradation, int scale) throws IOException {
    this.name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
    this.files = PictureFiles.list(folder);
    this.degradation = degradation;
    this.scale = scale;
    double sum = 0;
    for (Path file : files) {
      Picture hr = HrPictures.read(file, scale);
      Picture lr = degradation.apply(hr, scale, 0);
      Picture bicubic = Resampler.enlarging(lr.width(), lr.height(), scale, Kernel.CUBIC).apply(lr);
      sum += Metrics.psnr(hr, bicubic, scale);
    }
    this.bicubicPsnr = sum / files.size();
  }

  /** What the card says of it: to a thousandth of a dB. */
  Score score(Quality quality) {
    return new Score(
        name,
        rounded(quality.psnr(), 1e3),
        rounded(quality.ssim(), 1e5),
        rounded(quality.bicubicPsnr(), 1e3),
        Metrics.CONVENTION);
  }

  Quality measure(ModelCard card, PixelPath.Network network) throws IOException {
    double psnr = 0;
    double ssim = 0;
    for (Path file : files) {
      Picture hr = HrPictures.read(file, scale);
      Picture sr = PixelPath.upscale(degradation.apply(hr, scale, 0), card, network);
      psnr += Metrics.psnr(hr, sr, scale);
      ssim += Metrics.ssim(hr, sr, scale);
    }
    return new Quality(psnr / files.size(), ssim / files.size(), bicubicPsnr);
  }

  private static double rounded(double value, double per) {
    return Math.round(value * per) / per;
  }
}
