package io.subpixel.pictures;

import org.jspecify.annotations.Nullable;

/**
 * The machine lacks what was asked for, such as a device or a native library.
 *
 * @since 0.1
 */
public final class UnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With one line that says what is missing, and what would help. */
  public UnavailableException(String message) {
    super(message);
  }

  /** As above, with the failure that revealed it. */
  public UnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
