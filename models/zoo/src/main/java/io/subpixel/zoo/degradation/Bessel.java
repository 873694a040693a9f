package io.subpixel.zoo.degradation;

/** Bessel functions. */
final class Bessel {
  private Bessel() {}

  /**
   * J1 by its integral, {@code 1/pi int_0^pi cos(t - x sin t) dt} (Abramowitz and Stegun, 9.1.21).
   * The trapezoidal rule is exact to rounding for a periodic function while {@code |x|} is well
   * below the number of points.
   */
  static double j1(double x) {
    int points = 64;
    double sum = 0;
    for (int i = 0; i < points; i++) {
      double t = Math.PI * (i + 0.5) / points;
      sum += Math.cos(t - x * Math.sin(t));
    }
    return sum / points;
  }
}
