package io.subpixel.trainer.internal.data;

import io.subpixel.pictures.Picture;
import io.subpixel.trainer.data.Augmentation;
import java.awt.Rectangle;
import java.util.Random;
import java.util.Set;

/**
 * Changes half of the patches of a batch in the ways that were chosen.
 *
 * @param kinds the ways
 * @param channels C of LR and HR
 * @param patch side of LR in pixels
 * @param scale HR pixels for each LR pixel and side
 */
record Augmenter(Set<Augmentation> kinds, int channels, int patch, int scale) {
  /** Returns the patch with its colours in another order, or as it is. */
  PicturePair shuffled(PicturePair pair, Random random) {
    if (!kinds.contains(Augmentation.CHANNELS) || random.nextBoolean()) {
      return pair;
    }
    int[] order = Shuffle.of(3, random.nextLong());
    return new PicturePair(ordered(pair.hr(), order), ordered(pair.lr(), order));
  }

  private static Picture ordered(Picture picture, int[] order) {
    if (!picture.isColour()) {
      return picture;
    }
    byte[] from = picture.samples();
    byte[] to = from.clone();
    for (int pixel = 0; pixel < from.length; pixel += picture.channels()) {
      for (int c = 0; c < order.length; c++) {
        to[pixel + c] = from[pixel + order[c]];
      }
    }
    return new Picture(picture.width(), picture.height(), picture.channels(), to);
  }

  /**
   * Mixes patches with those behind them, as these were before.
   *
   * @param lr {@code [N,C,P,P]}
   * @param hr {@code [N,C,sP,sP]}
   */
  void mix(float[] lr, float[] hr, Random random) {
    boolean blends = kinds.contains(Augmentation.MIXUP);
    boolean cuts = kinds.contains(Augmentation.CUTMIX);
    if (!blends && !cuts) {
      return;
    }
    int size = channels * patch * patch;
    int count = lr.length / size;
    float[] lrBefore = lr.clone();
    float[] hrBefore = hr.clone();
    for (int n = 0; n < count; n++) {
      if (random.nextBoolean()) {
        continue;
      }
      int other = (n + 1) % count;
      boolean isBlend = blends && (!cuts || random.nextBoolean());
      float share = isBlend ? random.nextFloat() : 1;
      Rectangle part = isBlend ? new Rectangle(patch, patch) : part(random);
      mix(lrBefore, lr, n, other, share, part, 1);
      mix(hrBefore, hr, n, other, share, part, scale);
    }
  }

  /** A part of a patch, in LR pixels. */
  private Rectangle part(Random random) {
    int width = 1 + random.nextInt(patch);
    int height = 1 + random.nextInt(patch);
    return new Rectangle(
        random.nextInt(patch - width + 1), random.nextInt(patch - height + 1), width, height);
  }

  /** Gives patch {@code n} a share of another's values in a part, at a scale. */
  private void mix(
      float[] from, float[] to, int n, int other, float share, Rectangle part, int at) {
    int side = at * patch;
    for (int c = 0; c < channels; c++) {
      int own = (n * channels + c) * side * side;
      int others = (other * channels + c) * side * side;
      for (int y = at * part.y; y < at * (part.y + part.height); y++) {
        for (int x = at * part.x; x < at * (part.x + part.width); x++) {
          int i = y * side + x;
          to[own + i] = (1 - share) * from[own + i] + share * from[others + i];
        }
      }
    }
  }
}
