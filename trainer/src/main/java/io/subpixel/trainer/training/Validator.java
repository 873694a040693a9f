package io.subpixel.trainer.training;

import io.subpixel.models.InvalidInputException;
import io.subpixel.models.ModelCard;
import io.subpixel.models.PixelPath;
import io.subpixel.models.metrics.Metrics;
import io.subpixel.models.picture.Picture;
import io.subpixel.models.picture.PictureFiles;
import io.subpixel.models.resampling.Kernel;
import io.subpixel.models.resampling.MatlabBicubic;
import io.subpixel.models.resampling.Resampler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Upscales degraded validation pictures and compares them with the originals, beside bicubic. */
final class Validator {
  private static final int SMALLEST = 32;

  private final String name;
  private final List<Path> files;
  private final MatlabBicubic degradation;
  private final int scale;
  private double bicubicPsnr = Double.NaN;

  Validator(Path folder, MatlabBicubic degradation, int scale) throws IOException {
    this.name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
    this.files = PictureFiles.list(folder);
    this.degradation = degradation;
    this.scale = scale;
  }

  /** The folder's name. */
  String name() {
    return name;
  }

  Quality measure(ModelCard card, PixelPath.Network network) throws IOException {
    double psnr = 0;
    double ssim = 0;
    double bicubic = 0;
    for (Path file : files) {
      Picture hr = PictureFiles.read(file).cropToMultiple(scale);
      if (Math.min(hr.width(), hr.height()) < SMALLEST) {
        throw new InvalidInputException(
            file.toString(),
            "a validation picture of at least " + SMALLEST + "x" + SMALLEST,
            hr.toString());
      }
      Picture lr = degradation.downscale(hr, scale);
      Picture sr = PixelPath.upscale(lr, card, network);
      psnr += Metrics.psnr(hr, sr, scale);
      ssim += Metrics.ssim(hr, sr, scale);
      if (Double.isNaN(bicubicPsnr)) {
        Resampler enlarging = Resampler.enlarging(lr.width(), lr.height(), scale, Kernel.CUBIC);
        bicubic += Metrics.psnr(hr, enlarging.apply(lr), scale);
      }
    }
    if (Double.isNaN(bicubicPsnr)) {
      bicubicPsnr = bicubic / files.size();
    }
    return new Quality(psnr / files.size(), ssim / files.size(), bicubicPsnr);
  }
}
