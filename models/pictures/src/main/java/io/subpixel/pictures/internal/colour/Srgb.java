package io.subpixel.pictures.internal.colour;

/** The transfer function of sRGB (IEC 61966-2-1). */
public final class Srgb {
  private Srgb() {}

  /** Encodes linear light, 0 to 1, as a sample of 0 to 1. */
  public static double encoded(double light) {
    return light <= 0.0031308 ? 12.92 * light : 1.055 * Math.pow(light, 1 / 2.4) - 0.055;
  }
}
