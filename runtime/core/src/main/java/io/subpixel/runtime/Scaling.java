package io.subpixel.runtime;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;

/**
 * The way from one size to another: through the model as often as needed, then reduced.
 *
 * @param lr the picture before
 * @param sr the picture at last, no smaller than the one before
 * @param modelScale how many times larger the model makes a side
 * @param passes how often the picture goes through the model, at least once
 */
record Scaling(PictureLayout lr, PictureLayout sr, int modelScale, int passes) {
  /**
   * The shortest way.
   *
   * @param modelScale above 1, unless the size is to stay
   * @param where what to call the picture in a message
   * @throws InvalidInputException if a side would be longer than a picture's can be
   */
  static Scaling to(PictureLayout sr, PictureLayout lr, int modelScale, String where)
      throws InvalidInputException {
    if (modelScale == 1 && !lr.withSize(sr.width(), sr.height()).equals(lr)) {
      throw new InvalidInputException(where, "a model that enlarges", "one of scale 1");
    }
    int passes = 1;
    long factor = modelScale;
    while (lr.width() * factor < sr.width() || lr.height() * factor < sr.height()) {
      passes++;
      factor *= modelScale;
    }
    if (Math.max(lr.width(), lr.height()) * factor > Integer.MAX_VALUE) {
      throw new InvalidInputException(
          where, "sides of at most " + Integer.MAX_VALUE / factor, lr.width() + "x" + lr.height());
    }
    return new Scaling(lr, lr.withSize(sr.width(), sr.height()), modelScale, passes);
  }

  /** The picture after so many passes; of 0, before the first. */
  PictureLayout after(int pass) {
    int factor = 1;
    for (int i = 0; i < pass; i++) {
      factor *= modelScale;
    }
    return lr.withSize(lr.width() * factor, lr.height() * factor);
  }

  /** Whether the last pass makes it larger than it is to be. */
  boolean isReduced() {
    return !after(passes).equals(sr);
  }
}
