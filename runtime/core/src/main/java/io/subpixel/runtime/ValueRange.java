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

  boolean isUnit() {
    return black == 0 && span() == 1;
  }

  /** Converts a model's values to 0..1. */
  void toUnit(float[] values, int n) {
    if (!isUnit()) {
      float zero = (float) black;
      float one = (float) span();
      for (int i = 0; i < n; i++) {
        values[i] = (values[i] - zero) / one;
      }
    }
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
