package io.subpixel.converter.operators;

import org.nd4j.linalg.api.buffer.DataType;

/**
 * An operation that can't be exported; thrown by its handler, reported with all others.
 *
 * @since 0.1
 */
public final class UnsupportedNodeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String help;
  private final boolean isOfType;

  /**
   * An operation that can't be exported.
   *
   * @param reason what is not supported, such as {@code causal padding}
   * @param help what would help
   */
  public UnsupportedNodeException(String reason, String help) {
    this(reason, help, false);
  }

  private UnsupportedNodeException(String reason, String help, boolean isOfType) {
    super(reason);
    this.help = help;
    this.isOfType = isOfType;
  }

  /** A result of a type that ONNX doesn't have. */
  public static UnsupportedNodeException ofType(DataType type) {
    return new UnsupportedNodeException("type " + type, "use a numeric one", true);
  }

  /** What would help. */
  public String help() {
    return help;
  }

  /** Whether the type of a result is all that isn't supported. */
  public boolean isOfType() {
    return isOfType;
  }
}
