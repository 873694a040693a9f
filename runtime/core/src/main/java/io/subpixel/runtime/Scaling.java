package io.subpixel.runtime;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;

/**
 * A plan from one size to another: passes through the model, then a reduction.
 *
 * @param lr the input's layout
 * @param sr the result's layout, no smaller than the input's
 * @param modelScale the scale of the model
 * @param passes the number of passes through the model, at least one
 */
record Scaling(PictureLayout lr, PictureLayout sr, int modelScale, int passes) {
  /**
   * Plans the fewest passes.
   *
   * @param modelScale above 1, unless the size doesn't change
   * @param where the picture's name in messages
   * @throws InvalidInputException if a side would exceed the limit of pictures
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

  /** Returns the layout after a number of passes; 0 is before the first. */
  PictureLayout after(int pass) {
    int factor = 1;
    for (int i = 0; i < pass; i++) {
      factor *= modelScale;
    }
    return lr.withSize(lr.width() * factor, lr.height() * factor);
  }

  /** Returns whether the last pass overshoots the result's size. */
  boolean isReduced() {
    return !after(passes).equals(sr);
  }
}
