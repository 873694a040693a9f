package io.subpixel.runtime;

/**
 * A model's values for black and white.
 *
 * @param black such as 0, or -1
 * @param white such as 1, or 255; greater than black
 * @since 0.1
 */
public record ValueRange(double black, double white) {
  /** 0..1, the range of the library's models. */
  public static final ValueRange UNIT = new ValueRange(0, 1);

  /** 0..255. */
  public static final ValueRange BYTES = new ValueRange(0, 255);

  /** -1..1. */
  public static final ValueRange SIGNED = new ValueRange(-1, 1);

  /** Checks that white is above black. */
  public ValueRange {
    if (!(Math.abs(black) <= 1e6 && Math.abs(white) <= 1e6 && white - black >= 1e-6)) {
      throw new IllegalArgumentException(
          "value range: expected a value for black and a greater one for white, received "
              + black
              + ".."
              + white);
    }
  }

  double span() {
    return white - black;
  }

  /** Returns text such as {@code 0..255}. */
  @Override
  public String toString() {
    return text(black) + ".." + text(white);
  }

  private static String text(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
