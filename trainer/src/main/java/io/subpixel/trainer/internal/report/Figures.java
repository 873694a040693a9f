package io.subpixel.trainer.internal.report;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
public final class Figures {
  private Figures() {}

  static String psnr(double dB) {
    return dB == Double.POSITIVE_INFINITY ? "\u221e" : String.format(Locale.ROOT, "%.2f", dB);
  }

  static String ssim(double ssim) {
    return String.format(Locale.ROOT, "%.4f", ssim);
  }

  /** A difference of two PSNRs, with its sign. */
  static String gain(double ours, double other) {
    return ours == other ? "0.00" : String.format(Locale.ROOT, "%+.2f", ours - other);
  }

  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /** Hours, minutes and seconds, such as {@code 0:07:14}. */
  public static String time(Duration time) {
    return String.format(
        Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart());
  }
}
