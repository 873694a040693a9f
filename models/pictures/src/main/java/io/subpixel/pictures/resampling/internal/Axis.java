package io.subpixel.pictures.resampling.internal;

import io.subpixel.pictures.resampling.Edge;
import io.subpixel.pictures.resampling.Kernel;
import java.util.Arrays;

/** The weights along one axis: which source pixels make each target pixel, and by how much. */
public final class Axis {
  /** The taps of a cubic kernel that isn't stretched. */
  private static final int CUBIC_TAPS = 4;

  private final int taps;
  private final int span;
  // The scale of the target if it is an integer; otherwise 0.
  private final int scale;
  private final int[] index;
  private final double[] weight;

  /**
   * Pixel centres map as {@code u = (i + 0.5) * source / target - 0.5}. When shrinking, the kernel
   * is stretched by the scale (antialias), as MATLAB's imresize does.
   */
  public Axis(int source, int target, Kernel kernel, Edge edge) {
    this(
        source,
        target,
        (double) source / target,
        target % source == 0 ? target / source : 0,
        0,
        kernel,
        edge);
  }

  /**
   * Creates a resize whose source grid is shifted: {@code u = (i + 0.5) * from / to - 0.5 + shift},
   * wherever the source ends.
   */
  public static Axis shifted(
      int source, int target, int from, int to, double shift, Kernel kernel, Edge edge) {
    return new Axis(
        source, target, (double) from / to, to % from == 0 ? to / from : 0, shift, kernel, edge);
  }

  private Axis(
      int source, int target, double step, int scale, double shift, Kernel kernel, Edge edge) {
    this.scale = scale;
    double stretch = kernel == Kernel.NEAREST ? 1 : Math.max(1, step);
    double radius = kernel.radius() * stretch;
    int reach = (int) Math.ceil(2 * radius) + 2;
    int most = Math.multiplyExact(target, reach);
    int[] all = new int[most];
    double[] weights = new double[most];
    int needed = 1;
    for (int i = 0; i < target; i++) {
      // At an integer scale, all pixels of one phase have the same weights to the last bit.
      int whole = scale == 0 ? 0 : i / scale;
      double centre = (i - whole * scale + 0.5) * step - 0.5 + shift;
      int first = whole + (int) Math.floor(centre - radius);
      int at = i * reach;
      double sum = 0;
      int count = 0;
      for (int t = 0; t < reach; t++) {
        double w = kernel.at((centre - (first - whole + t)) / stretch, stretch);
        sum += w;
        if (w != 0) {
          all[at + count] = edge.index(first + t, source);
          weights[at + count++] = w;
        }
      }
      for (int t = 0; t < count; t++) {
        weights[at + t] /= sum;
      }
      // Taps without weight refer to a source pixel that is needed anyway.
      Arrays.fill(all, at + count, at + reach, all[at]);
      needed = Math.max(needed, count);
    }
    taps = needed;
    index = new int[target * taps];
    weight = new double[target * taps];
    for (int i = 0; i < target; i++) {
      System.arraycopy(all, i * reach, index, i * taps, taps);
      System.arraycopy(weights, i * reach, weight, i * taps, taps);
    }
    int widest = 0;
    for (int i = 0; i < target; i++) {
      widest = Math.max(widest, last(i) + 1 - first(i));
    }
    span = widest;
  }

  /** The first source pixel that a target pixel needs. */
  int first(int target) {
    int first = Integer.MAX_VALUE;
    for (int t = 0; t < taps; t++) {
      first = Math.min(first, index[target * taps + t]);
    }
    return first;
  }

  /** The last source pixel that a target pixel needs. */
  int last(int target) {
    int last = 0;
    for (int t = 0; t < taps; t++) {
      last = Math.max(last, index[target * taps + t]);
    }
    return last;
  }

  /** Returns the largest span of source pixels that a target pixel needs. */
  int span() {
    return span;
  }

  /**
   * Returns the number of taps: a target pixel is the sum of {@code weight(target, tap)} times the
   * source pixels.
   */
  int taps() {
    return taps;
  }

  int index(int target, int tap) {
    return index[target * taps + tap];
  }

  double weight(int target, int tap) {
    return weight[target * taps + tap];
  }

  /**
   * Computes target pixels {@code from..to} of one line.
   *
   * @param source the line's values from source pixel {@code base} on
   */
  void line(double[] source, int base, int from, int to, float[] result) {
    int next = from;
    if (scale > 1 && taps == CUBIC_TAPS) {
      // Pixels whose taps aren't affected by an edge repeat the pattern of the phases.
      int first = Math.max((from + scale - 1) / scale, 2);
      int last = Math.min(to / scale, index.length / taps / scale - 2);
      if (first < last) {
        line(source, base, from, next, first * scale, result);
        for (int phase = 0; phase < scale; phase++) {
          phase(source, base, first, last, phase, result, first * scale + phase - from);
        }
        next = last * scale;
      }
    }
    line(source, base, from, next, to, result);
  }

  private void line(double[] source, int base, int origin, int from, int to, float[] result) {
    for (int i = from; i < to; i++) {
      double sum = 0;
      for (int t = i * taps; t < (i + 1) * taps; t++) {
        sum += weight[t] * source[index[t] - base];
      }
      result[i - origin] = (float) sum;
    }
  }

  /** Computes the target pixels of one phase around source pixels {@code first..last}. */
  private void phase(
      double[] source, int base, int first, int last, int phase, float[] result, int to) {
    int model = (first * scale + phase) * CUBIC_TAPS;
    if (index[model + CUBIC_TAPS - 1] - index[model] != CUBIC_TAPS - 1) {
      // Target and source pixels coincide: one tap has all the weight.
      for (int i = 0; i < last - first; i++) {
        result[to + i * scale] = (float) source[index[model] - base + i];
      }
      return;
    }
    double a = weight[model];
    double b = weight[model + 1];
    double c = weight[model + 2];
    double d = weight[model + 3];
    int from = index[model] - base;
    for (int i = 0; i < last - first; i++) {
      result[to + i * scale] =
          (float)
              (a * source[from + i]
                  + b * source[from + i + 1]
                  + c * source[from + i + 2]
                  + d * source[from + i + 3]);
    }
  }

  /** Resizes the columns of {@code [source,width]} into {@code [target,width]}. */
  public double[] vertically(double[] values, int width) {
    int target = index.length / taps;
    double[] result = new double[Math.multiplyExact(target, width)];
    for (int i = 0; i < target; i++) {
      for (int t = 0; t < taps; t++) {
        double w = weight[i * taps + t];
        if (w != 0) {
          int from = index[i * taps + t] * width;
          int to = i * width;
          for (int x = 0; x < width; x++) {
            result[to + x] += w * values[from + x];
          }
        }
      }
    }
    return result;
  }

  /** Resizes the rows of {@code [height,source]} into {@code [height,target]}. */
  public double[] horizontally(double[] values, int height) {
    int target = index.length / taps;
    int source = values.length / height;
    double[] result = new double[Math.multiplyExact(height, target)];
    for (int y = 0; y < height; y++) {
      for (int i = 0; i < target; i++) {
        double sum = 0;
        for (int t = 0; t < taps; t++) {
          sum += weight[i * taps + t] * values[y * source + index[i * taps + t]];
        }
        result[y * target + i] = sum;
      }
    }
    return result;
  }
}
