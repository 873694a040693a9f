package io.subpixel.models.resampling;

/** The weights along one axis: which source pixels make each target pixel, and by how much. */
final class Axis {
  private final int taps;
  private final int[] index;
  private final double[] weight;

  /**
   * Pixel centres map as {@code u = (i + 0.5) * source / target - 0.5}. When shrinking, the kernel
   * is stretched by the scale (antialias), as MATLAB's imresize does.
   */
  Axis(int source, int target, Kernel kernel, Edge edge) {
    double step = (double) source / target;
    double stretch = kernel == Kernel.NEAREST ? 1 : Math.max(1, step);
    double radius = kernel.radius() * stretch;
    taps = (int) Math.ceil(2 * radius) + 2;
    index = new int[Math.multiplyExact(target, taps)];
    weight = new double[target * taps];
    for (int i = 0; i < target; i++) {
      double centre = (i + 0.5) * step - 0.5;
      int first = (int) Math.floor(centre - radius);
      double sum = 0;
      for (int t = 0; t < taps; t++) {
        double w = kernel.at((centre - (first + t)) / stretch);
        index[i * taps + t] = edge.index(first + t, source);
        weight[i * taps + t] = w;
        sum += w;
      }
      for (int t = 0; t < taps; t++) {
        weight[i * taps + t] /= sum;
      }
    }
  }

  /** Resizes the columns of {@code [source,width]} into {@code [target,width]}. */
  double[] vertically(double[] values, int width) {
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
  double[] horizontally(double[] values, int height) {
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
