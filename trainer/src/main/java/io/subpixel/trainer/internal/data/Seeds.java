package io.subpixel.trainer.internal.data;

/** Seeds that depend on several numbers, and on each of them thoroughly. */
final class Seeds {
  private Seeds() {}

  static long of(long... numbers) {
    long seed = 0;
    for (long number : numbers) {
      seed = mixed(seed + 0x9E3779B97F4A7C15L + number);
    }
    return seed;
  }

  /** The finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
  private static long mixed(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
