package io.subpixel.zoo.degradation;

import java.util.Random;

/**
 * A number drawn uniformly from a range, or a fixed one: {@code 30..95}, {@code 5}.
 *
 * @param min the minimum
 * @param max the maximum, at least {@code min}
 */
record Range(double min, double max) {
  private static final String TO = "..";

  Range {
    if (!(min <= max)) {
      throw new IllegalArgumentException(
          "expected the smaller number first, received " + min + TO + max);
    }
  }

  /**
   * Parses a range.
   *
   * @throws IllegalArgumentException if the text isn't a range
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
   * Returns this range, if it is within bounds.
   *
   * @throws IllegalArgumentException if it isn't
   */
  Range within(double least, double most) {
    if (min < least || max > most) {
      String expected =
          least == Double.MIN_VALUE
              ? "more than 0, at most " + Decimals.print(most)
              : new Range(least, most).toString();
      throw new IllegalArgumentException("expected " + expected + ", received " + this);
    }
    return this;
  }

  boolean isFixed() {
    return min == max;
  }

  double draw(Random random) {
    return isFixed() ? min : min + (max - min) * random.nextDouble();
  }

  /** Returns the text that {@link #parse} reads. */
  @Override
  public String toString() {
    return isFixed() ? Decimals.print(min) : Decimals.print(min) + TO + Decimals.print(max);
  }
}
