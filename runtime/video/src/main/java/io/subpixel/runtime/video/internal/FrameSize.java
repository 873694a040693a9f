package io.subpixel.runtime.video.internal;

/** Columns and rows of a frame. */
record FrameSize(int width, int height) {
  /** Returns the size of a frame with square samples, without losing columns or rows. */
  static FrameSize shown(FrameFormat format, Ratio sample) {
    double wide = sample.numerator() > 0 ? sample.value() : 1;
    return new FrameSize(
        rounded(format.width() * Math.max(1, wide)),
        rounded(format.height() * Math.max(1, 1 / wide)));
  }

  private static int rounded(double side) {
    return (int) Math.min(Integer.MAX_VALUE, Math.round(side));
  }

  long pixels() {
    return (long) width * height;
  }

  @Override
  public String toString() {
    return width + "x" + height;
  }
}
