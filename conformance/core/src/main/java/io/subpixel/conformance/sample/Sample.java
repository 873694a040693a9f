package io.subpixel.conformance.sample;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.pictures.resampling.Edge;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.pictures.resampling.MatlabBicubic;
import io.subpixel.pictures.resampling.Resampler;
import io.subpixel.runtime.Upscaler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A drawn picture and its upscaled versions. */
public final class Sample {
  private static final int WIDTH = 480;
  private static final int HEIGHT = 360;
  private static final long SEED = 11;

  /**
   * The part that is shown, of a picture in either resolution: in HR, the middle of the star, and
   * strokes.
   */
  private static final int LEFT = 56;

  private static final int TOP = 44;
  private static final int PART_WIDTH = 132;
  private static final int PART_HEIGHT = 120;

  /** Magnification of the shown pixels. */
  private static final int ZOOM = 2;

  private static final int GAP = 8;

  private Sample() {}

  /** The sample in high resolution, 480x360. */
  public static Picture hr() {
    return TestCard.draw(WIDTH, HEIGHT, SEED);
  }

  /**
   * Writes {@code sample.png}, the sample in low resolution, and {@code before-after.png}: a part
   * of it enlarged by nearest, by bicubic and by the model, and the original. Writes {@code
   * range-mixup.png} too: a part of the sample in low resolution, right and with mixed ranges.
   *
   * @return lines with the PSNR of the low-resolution sample under mixed ranges
   */
  public static List<String> write(Path folder, Upscaler model) throws IOException {
    int scale = model.card().scale();
    Picture hr = hr().cropToMultiple(scale);
    Picture lr = MatlabBicubic.UINT8_CLAMP.downscale(hr, scale);
    PictureFiles.write(folder.resolve("sample.png"), lr);
    PictureFiles.write(
        folder.resolve("before-after.png"),
        beside(
            part(Resampler.enlarging(lr.width(), lr.height(), scale, Kernel.NEAREST).apply(lr)),
            part(Resampler.enlarging(lr.width(), lr.height(), scale, Kernel.CUBIC).apply(lr)),
            part(model.upscale(lr)),
            part(hr)));
    PictureFiles.write(
        folder.resolve("range-mixup.png"),
        beside(RangeMixup.ALL.stream().map(way -> part(way.apply(lr))).toArray(Picture[]::new)));
    return RangeMixup.figures(lr);
  }

  private static Picture part(Picture picture) {
    return new Resampler(
            PART_WIDTH,
            PART_HEIGHT,
            ZOOM * PART_WIDTH,
            ZOOM * PART_HEIGHT,
            Kernel.NEAREST,
            Edge.CLAMP)
        .apply(picture.crop(LEFT, TOP, PART_WIDTH, PART_HEIGHT));
  }

  private static Picture beside(Picture... parts) {
    int width = parts[0].width();
    int height = parts[0].height();
    int row = 3 * (parts.length * (width + GAP) - GAP);
    byte[] samples = new byte[row * height];
    Arrays.fill(samples, (byte) 255);
    for (int i = 0; i < parts.length; i++) {
      for (int y = 0; y < height; y++) {
        System.arraycopy(
            parts[i].samples(), 3 * y * width, samples, y * row + 3 * i * (width + GAP), 3 * width);
      }
    }
    return new Picture(row / 3, height, 3, samples);
  }
}
