package io.subpixel.runtime;

import java.io.IOException;
import java.time.Duration;

/**
 * A call exceeded its time limit.
 *
 * @since 0.1
 */
public final class DeadlineException extends IOException {
  private static final long serialVersionUID = 1L;

  DeadlineException(String where, Duration limit) {
    super(where + ": expected to be upscaled within " + limit.toMillis() + " ms, received more");
  }
}
