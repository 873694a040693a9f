package io.subpixel.runtime.cli;

/** Wrong usage, with one line that says why. */
final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
