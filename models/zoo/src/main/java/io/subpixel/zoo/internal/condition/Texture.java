package io.subpixel.zoo.internal.condition;

import java.util.Arrays;

/**
 * Measures the finest details, and those twice as large, in blocks of 8 x 8.
 *
 * <p>Both are measured by the difference of two Laplacians, which doesn't respond to slopes or to
 * straight edges along the axes: {@code 1 -2 1; -2 4 -2; 1 -2 1}, scaled so that white noise of a
 * standard deviation gives that deviation (Immerkaer, "Fast noise variance estimation", Computer
 * Vision and Image Understanding 64 (1996), p. 300). The second measurement uses means of 2 x 2
 * samples, where white noise is half as strong, while a picture's own details are stronger.
 */
final class Texture {
  private static final int BLOCK = 8;

  /** A block with the border that its filters need. */
  private static final int SPAN = BLOCK + 2;

  /** Converts the mean absolute value of a Gaussian to its deviation; the filter's gain is 6. */
  private static final double TO_SIGMA = Math.sqrt(Math.PI / 2) / 6;

  /** Samples this close to black or white may have been clipped, and their noise with them. */
  private static final float CLIPPED = 3;

  private static final int MAX_CLIPPED = 6;

  /** The smoothest tenth of the blocks shows noise best, and slightly underestimates it. */
  private static final double CALM = 0.1;

  private static final double CALM_SHARE = 0.9;

  /** Sharpness ignores blocks with less detail. */
  private static final double MIN_COARSE = 3;

  private double[] fine = new double[1024];
  private double[] coarse = new double[1024];
  private int count;
  private final float[] means = new float[SPAN / 2 * (SPAN / 2)];
  private final float[] down = new float[SPAN];

  void add(float[] plane, int width, int height) {
    for (int y = 0; y + SPAN <= height; y += BLOCK) {
      for (int x = 0; x + SPAN <= width; x += BLOCK) {
        addBlock(plane, width, x, y);
      }
    }
  }

  private void addBlock(float[] plane, int width, int x, int y) {
    int clipped = 0;
    for (int j = 1; j <= BLOCK; j++) {
      int at = (y + j) * width + x;
      for (int i = 1; i <= BLOCK; i++) {
        float here = plane[at + i];
        clipped += here < CLIPPED || here > 255 - CLIPPED ? 1 : 0;
      }
    }
    if (clipped > MAX_CLIPPED) {
      return;
    }
    int half = SPAN / 2;
    for (int j = 0; j < half; j++) {
      int at = (y + 2 * j) * width + x;
      for (int i = 0; i < half; i++, at += 2) {
        means[j * half + i] =
            (plane[at] + plane[at + 1] + plane[at + width] + plane[at + width + 1]) / 4;
      }
    }
    if (count == fine.length) {
      fine = Arrays.copyOf(fine, 2 * count);
      coarse = Arrays.copyOf(coarse, 2 * count);
    }
    fine[count] = TO_SIGMA * difference(plane, y * width + x, width, SPAN);
    coarse[count++] = TO_SIGMA * difference(means, 0, half, half);
  }

  /** Returns the mean absolute difference of two Laplacians, within a square part of a plane. */
  private double difference(float[] values, int from, int width, int span) {
    float sum = 0;
    for (int j = 1; j < span - 1; j++) {
      int at = from + j * width;
      for (int i = 0; i < span; i++) {
        down[i] = values[at + i - width] - 2 * values[at + i] + values[at + i + width];
      }
      for (int i = 1; i < span - 1; i++) {
        sum += Math.abs(down[i - 1] - 2 * down[i] + down[i + 1]);
      }
    }
    return sum / ((span - 2) * (span - 2));
  }

  /**
   * The standard deviation of white noise, 0..255. A picture's own details are at most as strong at
   * the finest size as at the next: with {@code fine² = noise² + t²} and {@code coarse² = noise² /
   * 4 + t²}, noise follows.
   */
  double noise() {
    double ofFine = quantile(Arrays.copyOf(fine, count), CALM);
    double ofCoarse = quantile(Arrays.copyOf(coarse, count), CALM);
    double variance = (ofFine * ofFine - ofCoarse * ofCoarse) / 0.75;
    return Math.sqrt(Math.max(0, variance)) / CALM_SHARE;
  }

  /**
   * Returns the ratio of the finest details to those twice as large, as the median of blocks with
   * details; NaN if there are none.
   */
  double sharpness() {
    double[] ratios = new double[count];
    int busy = 0;
    for (int i = 0; i < count; i++) {
      if (coarse[i] > MIN_COARSE) {
        ratios[busy++] = fine[i] / coarse[i];
      }
    }
    return busy == 0 ? Double.NaN : quantile(Arrays.copyOf(ratios, busy), 0.5);
  }

  private static double quantile(double[] values, double part) {
    if (values.length == 0) {
      return 0;
    }
    Arrays.sort(values);
    return values[(int) (part * (values.length - 1))];
  }
}
