package io.subpixel.zoo.degradation;

/**
 * Keeps every q-th value after a low-pass filter: a Chebyshev filter of the first kind, order 8,
 * ripple 0.05 dB, cut-off at 0.8 of the new Nyquist frequency, run forwards and backwards over the
 * values with odd extension at both ends. The result equals that of scipy 1.17's {@code decimate},
 * which also uses second-order sections. Older versions use one polynomial and differ only in
 * rounding. Design after Oppenheim and Schafer, Discrete-Time Signal Processing, 3rd edition, 7.3
 * and appendix B.2.
 */
final class ZeroPhaseDecimator {
  private static final int ORDER = 8;
  private static final double RIPPLE_DB = 0.05;
  private static final double CUT_OFF = 0.8;

  /** The values by which scipy extends each end: three times the filter's taps. */
  private static final int EXTENSION = 3 * (ORDER + 1);

  private final int step;
  private final Section[] sections;

  /**
   * {@code y = gain (x + 2 x' + x'') - a1 y' - a2 y''}: all zeros of the low-pass filter are at -1.
   *
   * @param settled1 the first state after infinitely many ones
   * @param settled2 the second state after infinitely many ones
   */
  private record Section(double gain, double a1, double a2, double settled1, double settled2) {
    static Section of(double gain, double a1, double a2) {
      double settled = 4 * gain / (1 + a1 + a2);
      return new Section(gain, a1, a2, settled - gain, gain - a2 * settled);
    }
  }

  private ZeroPhaseDecimator(int step, Section[] sections) {
    this.step = step;
    this.sections = sections;
  }

  /**
   * Designs the filter.
   *
   * @param step q, at least 1; 1 changes nothing
   */
  static ZeroPhaseDecimator of(int step) {
    if (step == 1) {
      return new ZeroPhaseDecimator(1, new Section[0]);
    }
    double ripple = Math.sqrt(Math.pow(10, RIPPLE_DB / 10) - 1);
    double mu = asinh(1 / ripple) / ORDER;
    // The bilinear transform with its sampling rate of 2 warps frequencies; this undoes it.
    double warped = 4 * Math.tan(Math.PI * CUT_OFF / step / 2);
    Section[] sections = new Section[ORDER / 2];
    for (int k = 0; k < sections.length; k++) {
      double theta = Math.PI * (2 * k + 1) / (2 * ORDER);
      double re = -warped * Math.sinh(mu) * Math.sin(theta);
      double im = warped * Math.cosh(mu) * Math.cos(theta);
      // The analog pair s^2 - 2 re s + |p|^2, with s = 4 (z - 1) / (z + 1).
      double square = re * re + im * im;
      double a0 = 16 - 8 * re + square;
      double a1 = 2 * (square - 16) / a0;
      double a2 = (16 + 8 * re + square) / a0;
      sections[k] = Section.of(square / a0, a1, a2);
    }
    // With even order, the ripple's lowest point is at zero frequency.
    Section first = sections[0];
    double least = 1 / Math.sqrt(1 + ripple * ripple);
    sections[0] = Section.of(first.gain() * least, first.a1(), first.a2());
    return new ZeroPhaseDecimator(step, sections);
  }

  /** Decimates each row; the first value of a row is one that stays. */
  Grid rows(Grid grid) {
    int width = grid.width();
    int target = (width + step - 1) / step;
    double[] result = new double[target * grid.height()];
    // Shorter rows are extended by all their values.
    int extension = Math.min(EXTENSION, width - 1);
    double[] row = new double[width + 2 * extension];
    for (int y = 0; y < grid.height(); y++) {
      extend(grid.values(), y * width, width, extension, row);
      for (Section section : sections) {
        filter(section, row, 0, 1);
      }
      for (Section section : sections) {
        filter(section, row, row.length - 1, -1);
      }
      for (int i = 0; i < target; i++) {
        result[y * target + i] = row[extension + i * step];
      }
    }
    return new Grid(target, result);
  }

  /**
   * Extends both ends by point reflection about the last value, so that neither value nor slope
   * jumps.
   */
  private static void extend(double[] values, int start, int width, int extension, double[] row) {
    System.arraycopy(values, start, row, extension, width);
    double first = values[start];
    double last = values[start + width - 1];
    for (int i = 1; i <= extension; i++) {
      row[extension - i] = 2 * first - values[start + i];
      row[extension + width - 1 + i] = 2 * last - values[start + width - 1 - i];
    }
  }

  /**
   * Filters in place, from one end to the other, starting in the steady state of the first value.
   */
  private static void filter(Section s, double[] row, int start, int direction) {
    double state1 = s.settled1 * row[start];
    double state2 = s.settled2 * row[start];
    for (int n = 0, i = start; n < row.length; n++, i += direction) {
      double x = s.gain * row[i];
      double y = x + state1;
      state1 = 2 * x - s.a1 * y + state2;
      state2 = x - s.a2 * y;
      row[i] = y;
    }
  }

  private static double asinh(double x) {
    return Math.log(x + Math.sqrt(x * x + 1));
  }
}
