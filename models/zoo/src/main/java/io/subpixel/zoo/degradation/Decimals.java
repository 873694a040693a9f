package io.subpixel.zoo.degradation;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/** Formats numbers in ids as plain decimals, so that each number has one spelling. */
final class Decimals {
  private static final Pattern PLAIN = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");

  private Decimals() {}

  static double parse(String text) {
    if (!PLAIN.matcher(text).matches()) {
      throw new IllegalArgumentException("expected a number such as 0.5, received " + text);
    }
    return Double.parseDouble(text);
  }

  static String print(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
