package io.subpixel.runtime.video;

/** Columns and rows of a frame. */
record FrameSize(int width, int height) {
  /** As a frame is to be seen, in square samples: none of its columns and rows is lost. */
  static FrameSize shown(FrameFormat format, Ratio sample) {
    double wide = sample.numerator() > 0 ? sample.value() : 1;
    return new FrameSize(
        (int) Math.round(format.width() * Math.max(1, wide)),
        (int) Math.round(format.height() * Math.max(1, 1 / wide)));
  }

  long pixels() {
    return (long) width * height;
  }

  @Override
  public String toString() {
    return width + "x" + height;
  }
}
