package io.subpixel.models.metrics;

import io.subpixel.models.InvalidInputException;
import io.subpixel.models.picture.Picture;
import io.subpixel.models.picture.file.PictureFiles;
import java.io.IOException;
import java.nio.file.Path;

/** HR pictures as the field measures on them. */
public final class HrPictures {
  /** Of a smaller one, no window of SSIM fits within the border. */
  private static final int SMALLEST = 32;

  private HrPictures() {}

  /**
   * Reads a picture and crops it to a multiple of the scale.
   *
   * @throws InvalidInputException if it is no picture or smaller than 32x32
   */
  public static Picture read(Path file, int scale) throws IOException {
    return cropped(PictureFiles.read(file), scale, file);
  }

  /**
   * Crops a picture to a multiple of the scale.
   *
   * @param file where it is from
   * @throws InvalidInputException if it is smaller than 32x32
   */
  public static Picture cropped(Picture whole, int scale, Path file) throws InvalidInputException {
    if (Math.min(whole.width(), whole.height()) < SMALLEST) {
      throw new InvalidInputException(
          file.toString(),
          "an HR picture of at least " + SMALLEST + "x" + SMALLEST,
          whole.width() + "x" + whole.height());
    }
    return whole.cropToMultiple(scale);
  }
}
