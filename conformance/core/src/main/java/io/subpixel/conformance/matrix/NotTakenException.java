package io.subpixel.conformance.matrix;

import java.io.IOException;

/** A runtime doesn't take this form of model: a known gap, which is shown and never passed. */
public final class NotTakenException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With the runtime's reason. */
  public NotTakenException(String reason) {
    super(reason);
  }

  /** As above, with the failure that showed it. */
  public NotTakenException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
