package io.subpixel.runtime.video;

import io.subpixel.pictures.InvalidInputException;

/**
 * The output's container can't hold the clip, but another may: .mkv holds the most.
 *
 * @since 0.1
 */
public final class UnfitContainerException extends InvalidInputException {
  private static final long serialVersionUID = 1L;

  private final boolean droppable;

  /**
   * Creates one with what was expected and received.
   *
   * @param droppable whether {@link VideoUpscaler.Builder#dropUnfit} would help
   */
  public UnfitContainerException(
      String where, String expected, String received, boolean droppable) {
    super(where, expected, received);
    this.droppable = droppable;
  }

  /** Returns whether {@link VideoUpscaler.Builder#dropUnfit} would help. */
  public boolean isDroppable() {
    return droppable;
  }
}
