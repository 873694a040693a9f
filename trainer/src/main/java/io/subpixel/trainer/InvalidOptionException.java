package io.subpixel.trainer;

import org.jspecify.annotations.Nullable;

/**
 * An option is out of its range.
 *
 * @since 0.1
 */
public final class InvalidOptionException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String option;
  private final String expected;
  private final String received;

  InvalidOptionException(String option, String expected, String received) {
    super(option + ": expected " + expected + ", received " + received);
    this.option = option;
    this.expected = expected;
    this.received = received;
  }

  static void require(boolean valid, String option, String expected, @Nullable Object received) {
    if (!valid) {
      throw new InvalidOptionException(option, expected, String.valueOf(received));
    }
  }

  /** The option's name as in {@link FitOptions}, such as {@code learningRate}. */
  public String option() {
    return option;
  }

  /** The values that the option takes. */
  public String expected() {
    return expected;
  }

  /** The value that it was given. */
  public String received() {
    return received;
  }
}
