package io.subpixel.pictures.file.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** HR pictures, prepared as in the literature for measuring. */
public final class HrPictures {
  /** In a smaller picture, no SSIM window fits within the border. */
  private static final int MIN_SIDE = 32;

  private HrPictures() {}

  /**
   * Returns a single picture, or the pictures of a folder and its subfolders in the order of their
   * names.
   *
   * @throws InvalidInputException if there is none
   */
  public static List<Path> files(Path source) throws IOException {
    if (Files.isDirectory(source)) {
      return PictureFiles.list(source);
    }
    if (!Files.exists(source)) {
      throw new InvalidInputException(
          source.toString(), "an image or a folder of images", "no such file or folder");
    }
    return List.of(source);
  }

  /**
   * Reads a picture and crops it to a multiple of the scale.
   *
   * @throws InvalidInputException if it isn't a picture or is smaller than 32x32
   */
  public static Picture read(Path file, int scale) throws IOException {
    return cropped(PictureFiles.read(file), scale, file.toString());
  }

  /**
   * Crops a picture to a multiple of the scale.
   *
   * @param where its name in messages
   * @throws InvalidInputException if it is smaller than 32x32
   */
  public static Picture cropped(Picture whole, int scale, String where)
      throws InvalidInputException {
    if (Math.min(whole.width(), whole.height()) < MIN_SIDE) {
      throw new InvalidInputException(
          where,
          "an HR image of at least " + MIN_SIDE + "x" + MIN_SIDE,
          whole.width() + "x" + whole.height());
    }
    return whole.cropToMultiple(scale);
  }
}
