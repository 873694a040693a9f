package io.subpixel.zoo.degradation;

import io.subpixel.zoo.degradation.JpegLoss.Chroma;
import java.util.Random;

/**
 * Applies JPEG compression, {@code jpeg:QUALITY} or {@code jpeg:QUALITY,CHROMA}. Chroma has half
 * the size ({@code 420}) by default.
 *
 * @param quality 1 to 100 on libjpeg's scale, rounded to integers when drawn
 * @param shifted whether the grid of blocks starts somewhere before the picture, {@code ,shifted},
 *     as if it was cropped later
 */
record Jpeg(Range quality, Choice<Chroma> chroma, boolean shifted) implements Step {
  static final String NAME = "jpeg";
  static final String SHIFTED = "shifted";
  private static final Choice<Chroma> USUAL = Choice.of(Chroma.HALF);

  /** Side of the largest block: 8 samples of half-size chroma. */
  private static final int GRID = 16;

  Jpeg {
    quality.within(1, 100);
    if (quality.min() != Math.rint(quality.min()) || quality.max() != Math.rint(quality.max())) {
      throw new IllegalArgumentException("jpeg: expected whole numbers, received " + quality);
    }
  }

  static Jpeg of(Range quality) {
    return new Jpeg(quality, USUAL, false);
  }

  @Override
  public String id() {
    return NAME
        + (":" + quality)
        + (chroma.equals(USUAL) ? "" : "," + chroma)
        + (shifted ? "," + SHIFTED : "");
  }

  @Override
  public boolean isRandom() {
    return shifted || !quality.isFixed() || !chroma.isFixed();
  }

  @Override
  public Planes apply(Planes picture, Target target, Random random) {
    int drawn = (int) Math.round(quality.draw(random));
    Chroma sampling = chroma.draw(random);
    int left = shifted ? random.nextInt(GRID) : 0;
    int top = shifted ? random.nextInt(GRID) : 0;
    return new JpegLoss(drawn, sampling).apply(picture, left, top);
  }
}
