package io.subpixel.runtime.video.internal;

/**
 * A fraction like FFmpeg's, not reduced: a time base in seconds, frames per second, or the shape of
 * a sample.
 *
 * @param numerator 0 if unknown
 * @param denominator at least 1
 */
public record Ratio(int numerator, int denominator) {
  /** Returns the nearest double. */
  public double value() {
    return (double) numerator / denominator;
  }

  /** Returns the reciprocal; the numerator mustn't be 0. */
  Ratio inverse() {
    return new Ratio(/* numerator= */ denominator, /* denominator= */ numerator);
  }
}
