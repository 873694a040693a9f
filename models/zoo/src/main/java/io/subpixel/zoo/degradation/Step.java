package io.subpixel.zoo.degradation;

import java.util.Random;

/** A step of a degradation. Immutable and thread-safe. */
sealed interface Step
    permits Blur,
        Chance,
        Clip,
        Group,
        Jpeg,
        Noise,
        Palette,
        Resize,
        Sharpen,
        Shrink,
        Shrinking,
        Webp {
  /** Returns its part of the id. */
  String id();

  /** Returns whether the result is random. */
  boolean isRandom();

  /** Returns whether it encodes clips, for which twice the size costs hardly more. */
  default boolean encodesClips() {
    return false;
  }

  /**
   * Applies the step to a picture.
   *
   * @param target the sizes of the whole degradation
   * @param random the source of randomness; a deterministic step doesn't use it
   */
  Planes apply(Planes picture, Target target, Random random);

  /**
   * The sizes that a degradation converts between.
   *
   * @param width columns of LR
   * @param height rows of LR
   * @param scale HR pixels for each LR pixel and side
   */
  record Target(int width, int height, int scale) {
    /** Returns the pixels of a picture, along a side, for each LR pixel. */
    double pixels(Planes picture) {
      return (double) picture.width() / width;
    }
  }
}
