package io.subpixel.conformance.matrix.page;

import io.subpixel.conformance.matrix.MatrixResult;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;

/**
 * Where two results differ, and by how much: the logarithm of the largest difference of a pixel's
 * channels, since rounding makes differences of a millionth and a wrong weight makes some of a
 * hundredth. Black is {@value #MIN} and less, the brightest the bound of plain models and more.
 */
final class DifferenceMap {
  /** About half of float32's step at 0.5: whatever is less is equal. */
  static final double MIN = 1e-8;

  /** From black by violet and orange to a light yellow: lighter is more, without colours too. */
  private static final int[][] RAMP = {
    {0, 0, 0}, {66, 10, 104}, {147, 38, 103}, {221, 81, 58}, {252, 165, 10}, {252, 255, 200}
  };

  private DifferenceMap() {}

  /** Of planes of one size, {@code [H,W]} each. */
  static Picture of(Plane[] expected, Plane[] received) {
    int pixels = expected[0].values().length;
    byte[] samples = new byte[3 * pixels];
    for (int i = 0; i < pixels; i++) {
      double largest = 0;
      for (int c = 0; c < expected.length; c++) {
        double difference = Math.abs((double) expected[c].values()[i] - received[c].values()[i]);
        largest = Math.max(largest, Double.isNaN(difference) ? 1 : difference);
      }
      colour(share(largest), samples, 3 * i);
    }
    return new Picture(expected[0].width(), expected[0].height(), 3, samples);
  }

  private static double share(double difference) {
    double decades = Math.log10(MatrixResult.MAX_ABSOLUTE / MIN);
    double share = Math.log10(Math.max(difference, MIN) / MIN) / decades;
    return Math.min(share, 1);
  }

  private static void colour(double share, byte[] samples, int at) {
    double place = share * (RAMP.length - 1);
    int below = Math.min((int) place, RAMP.length - 2);
    for (int c = 0; c < 3; c++) {
      double value = RAMP[below][c] + (place - below) * (RAMP[below + 1][c] - RAMP[below][c]);
      samples[at + c] = Picture.toSample((float) value);
    }
  }
}
