package io.subpixel.pictures;

import org.jspecify.annotations.Nullable;

/**
 * The machine lacks something that was requested, such as a device or a native library.
 *
 * @since 0.1
 */
public final class UnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates one with a line that says what is missing and how to fix it. */
  public UnavailableException(String message) {
    super(message);
  }

  /** Creates one with its cause. */
  public UnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
