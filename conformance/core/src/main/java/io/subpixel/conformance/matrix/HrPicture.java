package io.subpixel.conformance.matrix;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.file.internal.HrPictures;
import io.subpixel.pictures.internal.TestCard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An original to measure against, in R, G, B as pixel models take it: grey counts as R = G = B,
 * alpha is left out.
 *
 * @param name the file's, or what was drawn
 * @param picture R, G, B
 */
public record HrPicture(String name, Picture picture) {
  /** Unequal sides, so that swapped axes show; large enough for several tiles at x4. */
  private static final int WIDTH = 264;

  private static final int HEIGHT = 228;

  /** Drawn pictures; equal counts give equal pictures. */
  public static List<HrPicture> drawn(int count) {
    List<HrPicture> pictures = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      pictures.add(new HrPicture("drawn " + i, TestCard.draw(WIDTH, HEIGHT, i)));
    }
    return pictures;
  }

  /**
   * Those of a folder, or one.
   *
   * @throws IOException if there is none, or one can't be read or is smaller than 32x32
   */
  public static List<HrPicture> of(Path source) throws IOException {
    List<HrPicture> pictures = new ArrayList<>();
    for (Path file : HrPictures.files(source)) {
      Picture picture = HrPictures.read(file, 1);
      pictures.add(new HrPicture(String.valueOf(file.getFileName()), rgb(picture)));
    }
    return pictures;
  }

  private static Picture rgb(Picture picture) {
    Plane[] planes = new Plane[3];
    for (int c = 0; c < planes.length; c++) {
      planes[c] = picture.channel(picture.isColour() ? c : 0);
    }
    return Picture.ofChannels(planes);
  }
}
