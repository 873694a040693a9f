package io.subpixel.trainer.internal.report;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.internal.colour.Bt601;

/**
 * Where a picture has most detail: the window whose luma has the greatest gradient energy, the sum
 * of squared differences of neighbours.
 *
 * @param x column of the window's first pixel
 * @param y row of the window's first pixel
 */
record Detail(int x, int y) {
  /** The first such window of {@code width * height} pixels that stays {@code margin} inside. */
  static Detail find(Picture picture, int width, int height, int margin) {
    double[][] sums = energy(Bt601.FULL.luma(picture));
    Detail best = new Detail(margin, margin);
    double greatest = -1;
    for (int y = margin; y + height <= picture.height() - margin; y++) {
      for (int x = margin; x + width <= picture.width() - margin; x++) {
        double inside =
            sums[y + height][x + width] - sums[y][x + width] - sums[y + height][x] + sums[y][x];
        if (inside > greatest) {
          greatest = inside;
          best = new Detail(x, y);
        }
      }
    }
    return best;
  }

  /** At {@code [y][x]} the energy of all pixels above and to the left. */
  private static double[][] energy(Plane luma) {
    double[][] sums = new double[luma.height() + 1][luma.width() + 1];
    for (int y = 0; y < luma.height(); y++) {
      for (int x = 0; x < luma.width(); x++) {
        double across = luma.at(Math.min(x + 1, luma.width() - 1), y) - luma.at(x, y);
        double down = luma.at(x, Math.min(y + 1, luma.height() - 1)) - luma.at(x, y);
        sums[y + 1][x + 1] =
            sums[y][x + 1] + sums[y + 1][x] - sums[y][x] + across * across + down * down;
      }
    }
    return sums;
  }
}
