package io.subpixel.zoo.degradation;

import java.util.Random;

/** A step of a degradation. Immutable: threads may share one. */
sealed interface Step
    permits Blur, Chance, Clip, Group, Jpeg, Noise, Resize, Sharpen, Shrink, Shrinking, Webp {
  /** Its part of the id. */
  String id();

  /** Whether the result depends on chance. */
  boolean isRandom();

  /** Whether it encodes clips, of which one of twice the size costs hardly more. */
  default boolean encodesClips() {
    return false;
  }

  /**
   * The picture after the step.
   *
   * @param target the size that the degradation as a whole leads to
   * @param random where chance comes from; a step that isn't random leaves it alone
   */
  Planes apply(Planes picture, Target target, Random random);

  /**
   * The sizes between which a degradation leads.
   *
   * @param width columns of LR
   * @param height rows of LR
   * @param scale HR pixels for each LR pixel and side
   */
  record Target(int width, int height, int scale) {
    /** How many pixels of a picture stand for one of LR. */
    double pixels(Planes picture) {
      return (double) picture.width() / width;
    }
  }
}
