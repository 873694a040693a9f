package io.subpixel.zoo;

/**
 * A result differs from the expected one by more than the tolerance.
 *
 * @since 0.1
 */
public final class VerificationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates one with a line that says what, where, expected and received. */
  public VerificationException(String message) {
    super(message);
  }
}
