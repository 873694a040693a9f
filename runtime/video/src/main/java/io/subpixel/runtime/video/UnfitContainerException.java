package io.subpixel.runtime.video;

import io.subpixel.pictures.InvalidInputException;

/**
 * A clip that the output's container can't hold, but another one may: .mkv holds the most.
 *
 * @since 0.1
 */
public final class UnfitContainerException extends InvalidInputException {
  private static final long serialVersionUID = 1L;

  private final boolean droppable;

  /**
   * Tells what was expected in place of what.
   *
   * @param droppable whether {@link VideoUpscaler.Builder#dropUnfit} leaves out what doesn't fit
   */
  public UnfitContainerException(
      String where, String expected, String received, boolean droppable) {
    super(where, expected, received);
    this.droppable = droppable;
  }

  /** Whether {@link VideoUpscaler.Builder#dropUnfit} leaves out what doesn't fit. */
  public boolean isDroppable() {
    return droppable;
  }
}
