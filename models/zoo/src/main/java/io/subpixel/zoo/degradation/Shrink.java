package io.subpixel.zoo.degradation;

import java.util.Random;

/** Resizes to the size of LR, {@code shrink:KINDS}, with any kind by default. */
record Shrink(Choice<Resize.Kind> kinds) implements Step {
  static final String NAME = "shrink";
  private static final Choice<Resize.Kind> ALL = Choice.ofAll(Resize.Kind.class);

  static Shrink ofAll() {
    return new Shrink(ALL);
  }

  @Override
  public String id() {
    return kinds.equals(ALL) ? NAME : NAME + ":" + kinds;
  }

  @Override
  public boolean isRandom() {
    return !kinds.isFixed();
  }

  @Override
  public Planes apply(Planes picture, Target target, Random random) {
    return Resize.to(picture, target.width(), target.height(), kinds.draw(random));
  }
}
