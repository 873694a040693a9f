package io.subpixel.zoo.degradation;

import java.util.Random;

/**
 * A step that is applied with a probability, {@code STEP@CHANCE}.
 *
 * @param chance more than 0, less than 1
 */
record Chance(Step step, double chance) implements Step {
  static final char AT = '@';

  Chance {
    if (!(chance > 0 && chance < 1)) {
      throw new IllegalArgumentException(
          "chance: expected more than 0, less than 1, received " + chance);
    }
  }

  @Override
  public String id() {
    return step.id() + AT + Decimals.print(chance);
  }

  @Override
  public boolean isRandom() {
    return true;
  }

  @Override
  public boolean encodesClips() {
    return step.encodesClips();
  }

  @Override
  public Planes apply(Planes picture, Target target, Random random) {
    return random.nextDouble() < chance ? step.apply(picture, target, random) : picture;
  }
}
