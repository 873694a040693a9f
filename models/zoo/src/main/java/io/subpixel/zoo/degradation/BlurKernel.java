package io.subpixel.zoo.degradation;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;

/**
 * A blur kernel of odd size whose weights add up to 1. Edge pixels are repeated beyond the edge.
 */
final class BlurKernel {
  /** Longer tails cost time without visible effect. */
  private static final int MAX_RADIUS = 10;

  private final int radius;
  // Either weights for both axes, [2 r + 1], or a full kernel, [(2 r + 1)^2].
  private final float[] weights;
  private final boolean separable;

  private BlurKernel(int radius, float[] weights, boolean separable) {
    this.radius = radius;
    this.weights = weights;
    this.separable = separable;
    float sum = 0;
    for (float weight : weights) {
      sum += weight;
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= sum;
    }
  }

  /** Returns the radius in pixels at which to cut off a gaussian. */
  static int reach(double sigma) {
    return (int) Math.min(MAX_RADIUS, Math.max(1, Math.ceil(3 * sigma)));
  }

  static BlurKernel gaussian(double sigma) {
    int radius = reach(sigma);
    float[] line = new float[2 * radius + 1];
    for (int i = 0; i < line.length; i++) {
      double d = (i - radius) / sigma;
      line[i] = (float) Math.exp(-0.5 * d * d);
    }
    return new BlurKernel(radius, line, true);
  }

  /**
   * Creates a kernel of any shape.
   *
   * @param weight the weight of a pixel x to the right and y below
   */
  static BlurKernel of(int radius, DoubleBinaryOperator weight) {
    int side = 2 * radius + 1;
    float[] weights = new float[side * side];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        weights[y * side + x] = (float) weight.applyAsDouble(x - radius, y - radius);
      }
    }
    return new BlurKernel(radius, weights, false);
  }

  /** Returns the standard deviation of white noise of 1 after this blur. */
  float noiseLeft() {
    float squares = 0;
    for (float weight : weights) {
      squares += weight * weight;
    }
    return separable ? squares : (float) Math.sqrt(squares);
  }

  Planes apply(Planes picture) {
    float[][] values = new float[picture.channels()][];
    for (int c = 0; c < values.length; c++) {
      values[c] = apply(picture.channel(c), picture.width(), picture.height());
    }
    return new Planes(picture.width(), picture.height(), values);
  }

  /** Blurs a plane, {@code [H,W]}. */
  float[] apply(float[] plane, int width, int height) {
    int side = 2 * radius + 1;
    int wide = width + 2 * radius;
    float[] padded = new float[wide * (height + 2 * radius)];
    for (int y = 0; y < height + 2 * radius; y++) {
      int from = Math.min(Math.max(y - radius, 0), height - 1) * width;
      int at = y * wide;
      for (int x = 0; x < radius; x++) {
        padded[at + x] = plane[from];
        padded[at + radius + width + x] = plane[from + width - 1];
      }
      System.arraycopy(plane, from, padded, at + radius, width);
    }
    float[] result = new float[width * height];
    if (!separable) {
      for (int y = 0; y < height; y++) {
        for (int k = 0; k < weights.length; k++) {
          addLine(padded, (y + k / side) * wide + k % side, weights[k], result, y * width, width);
        }
      }
      return result;
    }
    float[] rows = new float[wide];
    for (int y = 0; y < height; y++) {
      Arrays.fill(rows, 0);
      for (int k = 0; k < side; k++) {
        addLine(padded, (y + k) * wide, weights[k], rows, 0, wide);
      }
      for (int k = 0; k < side; k++) {
        addLine(rows, k, weights[k], result, y * width, width);
      }
    }
    return result;
  }

  /** A separate loop, which the JIT vectorises. */
  private static void addLine(
      float[] from, int at, float weight, float[] to, int toAt, int length) {
    for (int x = 0; x < length; x++) {
      to[toAt + x] += weight * from[at + x];
    }
  }
}
