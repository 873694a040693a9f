package io.subpixel.zoo.degradation;

import java.util.Random;

/**
 * A blur of random shape, {@code blur:KINDS,SIGMA}. The shapes are those of Zhang et al., arXiv
 * 2103.14006, and Wang et al., arXiv 2107.10833.
 *
 * @param sigma in LR pixels, whatever the picture's size, at most 4; drawn for each axis of kinds
 *     with two
 */
record Blur(Choice<Kind> kinds, Range sigma) implements Step {
  static final String NAME = "blur";

  /** Less blur isn't visible. */
  private static final double MIN_SIGMA = 0.2;

  /** Shapes of kernels. With q the squared distance in sigmas: */
  enum Kind {
    /** exp(-q / 2), the same in each direction. */
    GAUSSIAN,
    /** Gaussian with two sigmas, rotated by a random angle. */
    ANISOTROPIC,
    /** exp(-q^b / 2), b of 0.5..2: peaked or box-like. */
    GENERALISED,
    /** 1 / (1 + q^b), b of 1..2: with a flat top. */
    PLATEAU,
    /**
     * An ideal low-pass filter, which rings. Its cut-off is where the gaussian of that sigma is a
     * half.
     */
    SINC
  }

  Blur {
    sigma.within(0, 4);
  }

  @Override
  public String id() {
    return NAME + ":" + kinds + "," + sigma;
  }

  @Override
  public boolean isRandom() {
    return !sigma.isFixed() || !kinds.equals(Choice.of(Kind.GAUSSIAN));
  }

  @Override
  public Planes apply(Planes picture, Target target, Random random) {
    Kind kind = kinds.draw(random);
    double pixels = target.pixels(picture);
    double first = pixels * sigma.draw(random);
    if (kind == Kind.GAUSSIAN) {
      return first < MIN_SIGMA ? picture : BlurKernel.gaussian(first).apply(picture);
    }
    if (kind == Kind.SINC) {
      return first < MIN_SIGMA ? picture : sinc(first).apply(picture);
    }
    double a = Math.max(first, MIN_SIGMA);
    double b = Math.max(pixels * sigma.draw(random), MIN_SIGMA);
    double angle = Math.PI * random.nextDouble();
    double shape =
        switch (kind) {
          case GENERALISED -> Math.pow(2, 2 * random.nextDouble() - 1);
          case PLATEAU -> 1 + random.nextDouble();
          default -> 1;
        };
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    return BlurKernel.of(
            BlurKernel.reach(Math.max(a, b)),
            (x, y) -> {
              double u = (cos * x + sin * y) / a;
              double v = (cos * y - sin * x) / b;
              double q = Math.pow(u * u + v * v, shape);
              return kind == Kind.PLATEAU ? 1 / (1 + q) : Math.exp(-0.5 * q);
            })
        .apply(picture);
  }

  /**
   * Creates the circular low-pass filter J1(w r) w / (2 pi r), with w the cut-off in radians per
   * pixel.
   */
  private static BlurKernel sinc(double sigma) {
    // exp(-w^2 sigma^2 / 2) = 1 / 2
    double cutOff = Math.min(Math.PI, Math.sqrt(2 * Math.log(2)) / sigma);
    int radius = BlurKernel.reach(2 * sigma);
    return BlurKernel.of(
        radius,
        (x, y) -> {
          double r = Math.hypot(x, y);
          return r == 0
              ? cutOff * cutOff / (4 * Math.PI)
              : cutOff * Bessel.j1(cutOff * r) / (2 * Math.PI * r);
        });
  }
}
