package io.subpixel.models.resampling;

/** An interpolation kernel, a function of the distance in source pixels. */
public enum Kernel {
  /** The value of the nearest pixel. */
  NEAREST(0.5) {
    @Override
    public double at(double x) {
      return x >= -0.5 && x < 0.5 ? 1 : 0;
    }
  },
  /** Linear in each axis: bilinear. */
  LINEAR(1) {
    @Override
    public double at(double x) {
      return Math.max(0, 1 - Math.abs(x));
    }
  },
  /**
   * Keys' cubic convolution with a = -0.5 (IEEE Trans. ASSP 29(6), 1981), in each axis: bicubic as
   * MATLAB has it.
   */
  CUBIC(2) {
    @Override
    public double at(double x) {
      double d = Math.abs(x);
      if (d <= 1) {
        return (1.5 * d - 2.5) * d * d + 1;
      }
      return d <= 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
    }
  };

  private final double radius;

  Kernel(double radius) {
    this.radius = radius;
  }

  double radius() {
    return radius;
  }

  /** The weight of a source pixel at a distance of {@code x} source pixels. */
  public abstract double at(double x);
}
