package io.subpixel.pictures.internal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Throws on one thread what another one failed with. */
public final class Failures {
  private Failures() {}

  /**
   * Throws a failure as it is; does nothing if there is none.
   *
   * @throws IOException if it is one
   * @throws IllegalStateException with the failure as its cause, if it is another checked exception
   */
  public static void rethrow(@Nullable Throwable failure) throws IOException {
    if (failure instanceof IOException e) {
      throw e;
    }
    rethrowUnchecked(failure);
  }

  /** As {@link #rethrow}, for work that throws no checked exception. */
  public static void rethrowUnchecked(@Nullable Throwable failure) {
    if (failure instanceof RuntimeException e) {
      throw e;
    } else if (failure instanceof Error e) {
      throw e;
    } else if (failure != null) {
      throw new IllegalStateException(failure);
    }
  }
}
