package io.subpixel.converter.internal.graph;

/** Sizes that an operator can't have. */
final class SizeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean isDangerous;

  /**
   * @param isDangerous whether native code might divide by such a size instead of refusing it
   */
  SizeException(String message, boolean isDangerous) {
    super(message);
    this.isDangerous = isDangerous;
  }

  boolean isDangerous() {
    return isDangerous;
  }
}
