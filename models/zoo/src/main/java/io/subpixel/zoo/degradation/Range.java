package io.subpixel.zoo.degradation;

import java.util.Random;

/**
 * A number that is drawn evenly between two, or one that is fixed: {@code 30..95}, {@code 5}.
 *
 * @param min the least
 * @param max the greatest, at least {@code min}
 */
record Range(double min, double max) {
  private static final String TO = "..";

  Range {
    if (!(min <= max)) {
      throw new IllegalArgumentException(
          "range: expected the lesser first, received " + min + TO + max);
    }
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if the text is none
   */
  static Range parse(String text) {
    int to = text.indexOf(TO);
    if (to < 0) {
      double value = Decimals.parse(text);
      return new Range(value, value);
    }
    return new Range(
        Decimals.parse(text.substring(0, to)), Decimals.parse(text.substring(to + TO.length())));
  }

  /**
   * This range, if it lies within others.
   *
   * @throws IllegalArgumentException if it doesn't
   */
  Range within(double least, double most) {
    if (min < least || max > most) {
      throw new IllegalArgumentException(
          "range: expected " + least + TO + most + ", received " + this);
    }
    return this;
  }

  boolean isFixed() {
    return min == max;
  }

  double draw(Random random) {
    return isFixed() ? min : min + (max - min) * random.nextDouble();
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return isFixed() ? Decimals.print(min) : Decimals.print(min) + TO + Decimals.print(max);
  }
}
