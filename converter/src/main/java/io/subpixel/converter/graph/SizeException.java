package io.subpixel.converter.graph;

/** Sizes that an operator can't have. */
final class SizeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SizeException(String message) {
    super(message);
  }
}
