package io.subpixel.conformance.evaluate.metrics;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.internal.colour.MatlabY;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.apache.commons.math3.special.Gamma;

/**
 * Natural image quality evaluator: how far the statistics of a picture are from those of pristine
 * photographs, without looking at an original. Lower is better; photographs have 2 to 5. Mittal,
 * Soundararajan and Bovik, "Making a completely blind image quality analyzer", IEEE Signal
 * Processing Letters 20(3), 2013, as BasicSR computes it: on the rounded Y of MATLAB, blocks of
 * 96x96, two scales, the second by MATLAB's {@code imresize}. Thread-safe.
 */
public final class Niqe {
  private static final int BLOCK = 96;
  private static final int FEATURES = 36;
  private static final int[][] NEIGHBOURS = {{0, 1}, {1, 0}, {1, 1}, {1, -1}};

  /** The shapes that a distribution may have, and what each predicts of its moments. */
  private static final int SHAPES = 9801;

  private static final double[] RATIOS = ratios();

  private final double[] mean;
  private final RealMatrix covariance;
  private final double[] window;

  private Niqe(double[] mean, RealMatrix covariance, double[] window) {
    this.mean = mean;
    this.covariance = covariance;
    this.window = window;
  }

  /**
   * Reads the statistics of pristine photographs.
   *
   * @param npz BasicSR's {@code niqe_pris_params.npz}
   * @throws InvalidInputException if it is something else
   */
  public static Niqe load(Path npz) throws IOException {
    NpzFile file = NpzFile.read(npz);
    double[] mean = file.array("mu_pris_param", FEATURES);
    double[] covariance = file.array("cov_pris_param", FEATURES * FEATURES);
    double[] window = file.array("gaussian_window", 49);
    RealMatrix matrix = new Array2DRowRealMatrix(FEATURES, FEATURES);
    for (int row = 0; row < FEATURES; row++) {
      for (int column = 0; column < FEATURES; column++) {
        // Symmetric, so that the order in the file doesn't matter.
        matrix.setEntry(row, column, covariance[row * FEATURES + column]);
      }
    }
    return new Niqe(mean, matrix, window);
  }

  /**
   * Measures a picture.
   *
   * @return NaN if it has fewer than two blocks
   */
  public double of(Picture picture) {
    double[] y = MatlabY.of(picture);
    int across = picture.width() / BLOCK;
    int down = picture.height() / BLOCK;
    if (across * down < 2) {
      return Double.NaN;
    }
    double[] values = new double[across * BLOCK * down * BLOCK];
    for (int row = 0; row < down * BLOCK; row++) {
      for (int column = 0; column < across * BLOCK; column++) {
        values[row * across * BLOCK + column] = Math.rint(y[row * picture.width() + column]);
      }
    }
    Grey grey = new Grey(across * BLOCK, down * BLOCK, values);
    List<double[]> blocks = new ArrayList<>();
    for (int i = 0; i < across * down; i++) {
      blocks.add(new double[FEATURES]);
    }
    for (int scale = 0; scale < 2; scale++) {
      Grey normalized = normalized(grey);
      int side = BLOCK >> scale;
      // BasicSR walks down each column of blocks.
      for (int i = 0; i < blocks.size(); i++) {
        features(normalized, i / down * side, i % down * side, side, blocks.get(i), scale * 18);
      }
      if (scale == 0) {
        grey = Halving.of(grey);
      }
    }
    return distance(blocks);
  }

  /** Differences to the local mean in local deviations. */
  private Grey normalized(Grey grey) {
    double[] values = new double[grey.values().length];
    for (int y = 0; y < grey.height(); y++) {
      for (int x = 0; x < grey.width(); x++) {
        double average = 0;
        double squares = 0;
        for (int k = 0; k < window.length; k++) {
          double value = grey.orNearest(x + k % 7 - 3, y + k / 7 - 3);
          average += window[k] * value;
          squares += window[k] * value * value;
        }
        double deviation = Math.sqrt(Math.abs(squares - average * average));
        int at = y * grey.width() + x;
        values[at] = (grey.values()[at] - average) / (deviation + 1);
      }
    }
    return new Grey(grey.width(), grey.height(), values);
  }

  private static void features(Grey grey, int left, int top, int side, double[] into, int at) {
    double[] block = new double[side * side];
    for (int y = 0; y < side; y++) {
      System.arraycopy(grey.values(), (top + y) * grey.width() + left, block, y * side, side);
    }
    Shape shape = Shape.of(block);
    into[at] = shape.alpha;
    into[at + 1] = (shape.left + shape.right) / 2;
    double[] products = new double[block.length];
    for (int k = 0; k < NEIGHBOURS.length; k++) {
      // The block is a ring in both directions, as NumPy's roll has it.
      for (int y = 0; y < side; y++) {
        int row = Math.floorMod(y - NEIGHBOURS[k][0], side);
        for (int x = 0; x < side; x++) {
          int column = Math.floorMod(x - NEIGHBOURS[k][1], side);
          products[y * side + x] = block[y * side + x] * block[row * side + column];
        }
      }
      Shape pair = Shape.of(products);
      int to = at + 2 + 4 * k;
      into[to] = pair.alpha;
      into[to + 1] =
          (pair.right - pair.left) * (Gamma.gamma(2 / pair.alpha) / Gamma.gamma(1 / pair.alpha));
      into[to + 2] = pair.left;
      into[to + 3] = pair.right;
    }
  }

  /** An asymmetric generalized Gaussian distribution: its shape and its two scales. */
  private record Shape(double alpha, double left, double right) {
    /** By the moments (Lasmar et al., 2009). */
    static Shape of(double[] values) {
      double below = 0;
      double above = 0;
      double absolute = 0;
      int countBelow = 0;
      int countAbove = 0;
      for (double value : values) {
        absolute += Math.abs(value);
        if (value < 0) {
          below += value * value;
          countBelow++;
        } else if (value > 0) {
          above += value * value;
          countAbove++;
        }
      }
      double left = Math.sqrt(below / countBelow);
      double right = Math.sqrt(above / countAbove);
      double skew = left / right;
      double mean = absolute / values.length;
      double ratio = mean * mean / ((below + above) / values.length);
      double wanted =
          ratio * (skew * skew * skew + 1) * (skew + 1) / ((skew * skew + 1) * (skew * skew + 1));
      int best = 0;
      for (int i = 1; i < SHAPES; i++) {
        if (Math.abs(RATIOS[i] - wanted) < Math.abs(RATIOS[best] - wanted)) {
          best = i;
        }
      }
      double alpha = shape(best);
      double scale = Math.sqrt(Gamma.gamma(1 / alpha) / Gamma.gamma(3 / alpha));
      return new Shape(alpha, left * scale, right * scale);
    }
  }

  private static double shape(int index) {
    return 0.2 + 0.001 * index;
  }

  private static double[] ratios() {
    double[] ratios = new double[SHAPES];
    for (int i = 0; i < SHAPES; i++) {
      double inverse = 1 / shape(i);
      double two = Gamma.gamma(2 * inverse);
      ratios[i] = two * two / (Gamma.gamma(inverse) * Gamma.gamma(3 * inverse));
    }
    return ratios;
  }

  /** Between two multivariate normal distributions. */
  private double distance(List<double[]> blocks) {
    // Of a feature without a value in a block, the others' mean; blocks without all aren't counted.
    double[] average = new double[FEATURES];
    int[] counts = new int[FEATURES];
    List<double[]> whole = new ArrayList<>();
    for (double[] block : blocks) {
      boolean isWhole = true;
      for (int i = 0; i < FEATURES; i++) {
        if (Double.isNaN(block[i])) {
          isWhole = false;
        } else {
          average[i] += block[i];
          counts[i]++;
        }
      }
      if (isWhole) {
        whole.add(block);
      }
    }
    if (whole.size() < 2) {
      return Double.NaN;
    }
    double[] wholeMean = new double[FEATURES];
    for (double[] block : whole) {
      for (int i = 0; i < FEATURES; i++) {
        wholeMean[i] += block[i] / whole.size();
      }
    }
    RealMatrix spread = new Array2DRowRealMatrix(FEATURES, FEATURES);
    for (double[] block : whole) {
      for (int i = 0; i < FEATURES; i++) {
        for (int k = 0; k < FEATURES; k++) {
          double product = (block[i] - wholeMean[i]) * (block[k] - wholeMean[k]);
          spread.addToEntry(i, k, product / (whole.size() - 1));
        }
      }
    }
    double[] difference = new double[FEATURES];
    for (int i = 0; i < FEATURES; i++) {
      difference[i] = mean[i] - average[i] / counts[i];
    }
    RealMatrix inverse = pseudoInverse(covariance.add(spread).scalarMultiply(0.5));
    double squared = 0;
    double[] product = inverse.operate(difference);
    for (int i = 0; i < FEATURES; i++) {
      squared += difference[i] * product[i];
    }
    return Math.sqrt(squared);
  }

  /** Moore and Penrose's, with NumPy's bound for singular values that count as zero. */
  private static RealMatrix pseudoInverse(RealMatrix matrix) {
    SingularValueDecomposition parts = new SingularValueDecomposition(matrix);
    double[] values = parts.getSingularValues();
    double bound = 1e-15 * values[0];
    RealMatrix inverse = new Array2DRowRealMatrix(FEATURES, FEATURES);
    for (int i = 0; i < FEATURES; i++) {
      inverse.setEntry(i, i, values[i] > bound ? 1 / values[i] : 0);
    }
    return parts.getV().multiply(inverse).multiply(parts.getUT());
  }
}
