package io.subpixel.conformance.evaluate.metrics;

import io.subpixel.pictures.Picture;

/**
 * One plane.
 *
 * @param values {@code [H,W]}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Grey(int width, int height, double[] values) {
  /** The grey of MATLAB's {@code rgb2gray}, 0..255, not rounded; alpha is ignored. */
  static Grey of(Picture picture) {
    byte[] samples = picture.samples();
    int channels = picture.channels();
    double[] values = new double[picture.width() * picture.height()];
    for (int i = 0, at = 0; i < values.length; i++, at += channels) {
      int r = samples[at] & 0xff;
      values[i] =
          picture.isColour()
              ? 0.2989 * r + 0.587 * (samples[at + 1] & 0xff) + 0.114 * (samples[at + 2] & 0xff)
              : r;
    }
    return new Grey(picture.width(), picture.height(), values);
  }

  /** A value, or 0 beyond the edges. */
  double orZero(int x, int y) {
    return x < 0 || y < 0 || x >= width || y >= height ? 0 : values[y * width + x];
  }

  /** A value; beyond the edges, the nearest one. */
  double orNearest(int x, int y) {
    int column = Math.min(Math.max(x, 0), width - 1);
    int row = Math.min(Math.max(y, 0), height - 1);
    return values[row * width + column];
  }
}
