package io.subpixel.converter.operators;

/** An operation that can't be exported; thrown by its handler, reported with all others. */
public final class UnsupportedNodeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String help;

  /**
   * An operation that can't be exported.
   *
   * @param reason what is not supported, such as {@code causal padding}
   * @param help what would help
   */
  public UnsupportedNodeException(String reason, String help) {
    super(reason);
    this.help = help;
  }

  /** What would help. */
  public String help() {
    return help;
  }
}
