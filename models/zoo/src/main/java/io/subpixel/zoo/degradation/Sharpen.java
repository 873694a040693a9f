package io.subpixel.zoo.degradation;

import java.util.Random;

/**
 * An unsharp mask, {@code sharpen:AMOUNT,SIGMA}: adds AMOUNT times the difference between the
 * picture and its gaussian blur of SIGMA pixels, and clips.
 *
 * @param amount at most 4
 * @param sigma in pixels of the current picture, 0.1 to 8
 */
record Sharpen(Range amount, Range sigma) implements Step {
  static final String NAME = "sharpen";

  Sharpen {
    amount.within(0, 4);
    sigma.within(0.1, 8);
  }

  @Override
  public String id() {
    return NAME + ":" + amount + "," + sigma;
  }

  @Override
  public boolean isRandom() {
    return !amount.isFixed() || !sigma.isFixed();
  }

  @Override
  public Planes apply(Planes picture, Target target, Random random) {
    float by = (float) amount.draw(random);
    Planes soft = BlurKernel.gaussian(sigma.draw(random)).apply(picture);
    float[][] values = new float[picture.channels()][];
    for (int c = 0; c < values.length; c++) {
      float[] from = picture.channel(c);
      float[] blurred = soft.channel(c);
      values[c] = new float[from.length];
      for (int i = 0; i < from.length; i++) {
        values[c][i] = Math.min(Math.max(from[i] + by * (from[i] - blurred[i]), 0), 255);
      }
    }
    return new Planes(picture.width(), picture.height(), values);
  }
}
