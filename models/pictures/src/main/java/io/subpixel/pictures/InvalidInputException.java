package io.subpixel.pictures;

import io.subpixel.pictures.internal.OneLine;
import java.io.IOException;

/**
 * Input from outside that can't be used: a broken picture, card, model or folder. The message is
 * one line that says where the fault is, what was expected and what was received; the three are
 * kept as data too.
 *
 * @since 0.1
 */
public class InvalidInputException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String where;
  private final String expected;
  private final String received;

  /**
   * @param where the file, and the place in it where that is known
   * @param expected what would have been right
   * @param received what was there instead
   */
  public InvalidInputException(String where, String expected, String received) {
    super(OneLine.of(where + ": expected " + expected + ", received " + received));
    this.where = where;
    this.expected = expected;
    this.received = received;
  }

  /** As above, with the failure that revealed it. */
  public InvalidInputException(String where, String expected, String received, Throwable cause) {
    this(where, expected, received);
    initCause(cause);
  }

  /** The file, and the place in it where that is known. */
  public String where() {
    return where;
  }

  /** What would have been right. */
  public String expected() {
    return expected;
  }

  /** What was there instead. */
  public String received() {
    return received;
  }
}
