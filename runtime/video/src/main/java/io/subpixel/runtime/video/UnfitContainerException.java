package io.subpixel.runtime.video;

import io.subpixel.pictures.InvalidInputException;

/** A clip that the output's container can't hold, but another one may: .mkv holds the most. */
public final class UnfitContainerException extends InvalidInputException {
  private static final long serialVersionUID = 1L;

  UnfitContainerException(String where, String expected, String received) {
    super(where, expected, received);
  }
}
