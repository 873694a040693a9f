package io.subpixel.zoo;

/**
 * A result was compared with what it should be and differs by more than is allowed.
 *
 * @since 0.1
 */
public final class VerificationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With one line that says what, where, expected and received. */
  public VerificationException(String message) {
    super(message);
  }
}
