package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avutil.av_reduce;

import org.bytedeco.javacpp.IntPointer;

/**
 * A fraction like FFmpeg's, not reduced: a time base in seconds, frames per second, or the shape of
 * a sample.
 *
 * @param numerator 0 if unknown
 * @param denominator at least 1
 */
public record Ratio(int numerator, int denominator) {
  /** Returns a fraction in lowest terms; the nearest one if these are too large. */
  static Ratio of(long numerator, long denominator) {
    try (IntPointer above = new IntPointer(1);
        IntPointer below = new IntPointer(1)) {
      av_reduce(above, below, numerator, denominator, Integer.MAX_VALUE);
      return new Ratio(above.get(), Math.max(1, below.get()));
    }
  }

  /** Returns the nearest double. */
  public double value() {
    return (double) numerator / denominator;
  }

  /** Returns the reciprocal; the numerator mustn't be 0. */
  Ratio inverse() {
    return new Ratio(/* numerator= */ denominator, /* denominator= */ numerator);
  }
}
