package io.subpixel.trainer.internal.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.style.XYStyler;

/**
 * The axis of losses: logarithmic where they span a factor of two or more, from one round number to
 * another. Below that it would show no round number, and a linear one looks the same.
 */
record LossAxis(double least, double greatest) {
  private static final double MIN_SPAN = 2;
  private static final List<Integer> ROUND = List.of(1, 2, 5, 10);

  static LossAxis over(List<Double> losses) {
    return new LossAxis(Collections.min(losses), Collections.max(losses));
  }

  boolean isLogarithmic() {
    return greatest / least >= MIN_SPAN;
  }

  void apply(XYStyler style) {
    if (!isLogarithmic()) {
      style.setYAxisTickLabelsFormattingFunction(
          value -> label(new BigDecimal(value).round(new MathContext(4))));
      return;
    }
    style.setYAxisLogarithmic(true);
    // Otherwise the function that leaves out labels isn't asked.
    style.setYAxisLogarithmicDecadeOnly(false);
    style.setYAxisMin(roundBelow(least));
    style.setYAxisMax(roundAbove(greatest));
    style.setYAxisTickLabelsFormattingFunction(this::tick);
  }

  private String tick(double value) {
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(1));
    int digit = rounded.unscaledValue().intValue();
    double decades = Math.log10(greatest / least);
    boolean shown =
        digit == 1
            || (decades < 2.5 && (digit == 2 || digit == 5))
            || (decades < 1 && digit != 7 && digit != 9);
    return shown ? label(rounded) : " ";
  }

  private static String label(BigDecimal value) {
    double size = Math.abs(value.doubleValue());
    return size == 0 || (size >= 1e-4 && size < 1e4)
        ? value.stripTrailingZeros().toPlainString()
        : String.format(Locale.ROOT, "%.3g", value.doubleValue());
  }

  private static double roundBelow(double value) {
    double decade = decade(value);
    double below = decade;
    for (int digit : ROUND) {
      below = digit * decade <= value ? digit * decade : below;
    }
    return below;
  }

  private static double roundAbove(double value) {
    double decade = decade(value);
    for (int digit : ROUND) {
      if (digit * decade >= value) {
        return digit * decade;
      }
    }
    return 10 * decade;
  }

  private static double decade(double value) {
    return Math.pow(10, Math.floor(Math.log10(value)));
  }
}
