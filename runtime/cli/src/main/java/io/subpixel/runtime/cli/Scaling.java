package io.subpixel.runtime.cli;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;

/**
 * The way from one size to another: through the model as often as needed, then reduced.
 *
 * @param lr the picture before
 * @param modelScale how many times larger the model makes a side
 * @param passes how often the picture goes through the model, at least once
 * @param width columns of the result
 * @param height rows of the result
 */
record Scaling(PictureLayout lr, int modelScale, int passes, int width, int height) {
  /**
   * The shortest way.
   *
   * @param width columns wanted, rounded half up to at least one
   * @param height rows wanted, rounded half up to at least one
   * @param lr the picture before
   * @param modelScale above 1, unless the size is to stay
   * @param where what to call the picture in a message
   * @throws InvalidInputException if a side would be longer than a picture's can be
   */
  static Scaling to(double width, double height, PictureLayout lr, int modelScale, String where)
      throws InvalidInputException {
    long columns = Math.max(1, Math.round(width));
    long rows = Math.max(1, Math.round(height));
    int passes = 1;
    long factor = modelScale;
    while (lr.width() * factor < columns || lr.height() * factor < rows) {
      passes++;
      factor *= modelScale;
    }
    if (Math.max(lr.width(), lr.height()) * factor > Integer.MAX_VALUE) {
      throw new InvalidInputException(
          where, "sides of at most " + Integer.MAX_VALUE / factor, lr.width() + "x" + lr.height());
    }
    return new Scaling(lr, modelScale, passes, (int) columns, (int) rows);
  }

  /** The picture after so many passes; of 0, before the first. */
  PictureLayout after(int pass) {
    int factor = 1;
    for (int i = 0; i < pass; i++) {
      factor *= modelScale;
    }
    return lr.withSize(lr.width() * factor, lr.height() * factor);
  }

  /** The picture at last. */
  PictureLayout sr() {
    return lr.withSize(width, height);
  }

  /** Whether the last pass makes it larger than it is to be. */
  boolean isReduced() {
    return !after(passes).equals(sr());
  }
}
