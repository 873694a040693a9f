package io.subpixel.pictures.resampling;

/**
 * An interpolation kernel, a function of the distance in source pixels.
 *
 * @since 0.1
 */
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
  },
  /**
   * The mean of the area that a target pixel covers; {@link #LINEAR} when enlarging. When
   * shrinking, it isn't a stretched function: {@link #at(double)} is that without stretch.
   */
  AREA(1) {
    @Override
    public double at(double x) {
      return LINEAR.at(x);
    }

    /** Convolves a box as long as the stretch with one as long as a source pixel. */
    @Override
    public double at(double x, double stretch) {
      return Math.min(Math.max((stretch + 1) / 2 - Math.abs(x) * stretch, 0), 1);
    }
  },
  /** Lanczos' windowed sinc of three lobes (Duchon, 1979), in each axis. */
  LANCZOS(3) {
    @Override
    public double at(double x) {
      // At integer distances the computed sines aren't exactly zero.
      if (x == Math.rint(x)) {
        return x == 0 ? 1 : 0;
      }
      double d = Math.PI * Math.abs(x);
      return Math.abs(x) < 3 ? 3 * Math.sin(d) * Math.sin(d / 3) / (d * d) : 0;
    }
  };

  private final double radius;

  Kernel(double radius) {
    this.radius = radius;
  }

  /** Returns the distance in source pixels at which weights become zero. */
  public double radius() {
    return radius;
  }

  /** The weight of a source pixel at a distance of {@code x} source pixels. */
  public abstract double at(double x);

  /**
   * Returns the weight of a stretched kernel.
   *
   * @param x the distance in source pixels by {@code stretch}
   * @param stretch at least 1
   */
  public double at(double x, double stretch) {
    return at(x);
  }
}
