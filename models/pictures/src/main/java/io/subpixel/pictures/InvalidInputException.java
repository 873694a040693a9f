package io.subpixel.pictures;

import io.subpixel.pictures.internal.OneLine;
import java.io.IOException;

/**
 * Unusable input: a broken picture, card, model or folder. The message is one line that says where
 * the fault is, what was expected and what was received. All three are also available as data.
 *
 * @since 0.1
 */
public class InvalidInputException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String where;
  private final String expected;
  private final String received;

  /**
   * @param where the file, and the position in it if known
   * @param expected what was expected
   * @param received what was found instead
   */
  public InvalidInputException(String where, String expected, String received) {
    super(OneLine.of(where + ": expected " + expected + ", received " + received));
    this.where = where;
    this.expected = expected;
    this.received = received;
  }

  /** Creates one with its cause. */
  public InvalidInputException(String where, String expected, String received, Throwable cause) {
    this(where, expected, received);
    initCause(cause);
  }

  /** Returns the file, and the position in it if known. */
  public String where() {
    return where;
  }

  /** Returns what was expected. */
  public String expected() {
    return expected;
  }

  /** Returns what was found instead. */
  public String received() {
    return received;
  }
}
