package io.subpixel.pictures.internal.colour;

import io.subpixel.pictures.Picture;

/**
 * The Y of MATLAB's {@code rgb2ycbcr}, on which the literature measures: {@code 16 + (65.481 R +
 * 128.553 G + 24.966 B) / 255} for samples 0..255, not rounded.
 */
public final class MatlabY {
  private MatlabY() {}

  /** Y of each pixel, {@code [H,W]}, 16..235. Grey counts as R = G = B; alpha is ignored. */
  public static double[] of(Picture picture) {
    byte[] samples = picture.samples();
    int channels = picture.channels();
    double[] y = new double[picture.width() * picture.height()];
    for (int i = 0, at = 0; i < y.length; i++, at += channels) {
      int r = samples[at] & 0xff;
      int g = picture.isColour() ? samples[at + 1] & 0xff : r;
      int b = picture.isColour() ? samples[at + 2] & 0xff : r;
      y[i] = 16 + (65.481 * r + 128.553 * g + 24.966 * b) / 255;
    }
    return y;
  }
}
