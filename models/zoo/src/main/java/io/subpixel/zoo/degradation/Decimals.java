package io.subpixel.zoo.degradation;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/** Numbers in ids: plain decimals, so that one number has one spelling when printed. */
final class Decimals {
  private static final Pattern PLAIN = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");

  private Decimals() {}

  static double parse(String text) {
    if (!PLAIN.matcher(text).matches()) {
      throw new IllegalArgumentException(text);
    }
    return Double.parseDouble(text);
  }

  static String print(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
