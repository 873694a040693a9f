package io.subpixel.runtime.cli;

/** What was asked for can't be meant; with one line that says why. */
final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
