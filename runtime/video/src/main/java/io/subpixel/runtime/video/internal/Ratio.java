package io.subpixel.runtime.video.internal;

/**
 * A fraction as FFmpeg keeps them, not reduced: a time base in seconds, frames a second, the shape
 * of a sample.
 *
 * @param numerator 0 where the clip doesn't tell
 * @param denominator at least 1
 */
public record Ratio(int numerator, int denominator) {
  /** The nearest double. */
  public double value() {
    return (double) numerator / denominator;
  }

  /** One by this; the numerator isn't 0. */
  Ratio inverse() {
    return new Ratio(/* numerator= */ denominator, /* denominator= */ numerator);
  }
}
