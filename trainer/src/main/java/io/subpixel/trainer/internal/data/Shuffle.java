package io.subpixel.trainer.internal.data;

import java.util.Random;

/** Random orders. */
final class Shuffle {
  private Shuffle() {}

  /** The numbers below {@code count}, each once. */
  static int[] of(int count, long seed) {
    Random random = new Random(seed);
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
