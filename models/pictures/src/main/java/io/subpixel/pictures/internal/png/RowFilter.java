package io.subpixel.pictures.internal.png;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Applies PNG's row filters (W3C, third edition, chapter 9). */
final class RowFilter {
  /** The filter of a row. */
  enum Choice {
    /** None: for drawings, whose values repeat. */
    NONE,

    /** Paeth: by far the best for upscaled photographs, which are smooth. */
    PAETH,

    /** The filter with the smallest sum of differences: five times the work. */
    LEAST
  }

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long TOPS = 0x8080808080808080L;

  private static final int NONE = 0;
  private static final int SUB = 1;
  private static final int UP = 2;
  private static final int AVERAGE = 3;
  private static final int PAETH = 4;

  private final int length;
  private final int pixel;
  private final Choice choice;
  private byte[] best;
  private byte[] other;

  /**
   * @param length bytes of a row
   * @param pixel bytes of a pixel
   */
  RowFilter(int length, int pixel, Choice choice) {
    this.length = length;
    this.pixel = pixel;
    this.choice = choice;
    best = new byte[1 + length];
    other = choice == Choice.LEAST ? new byte[1 + length] : best;
  }

  /** Returns a row after the number of its filter; valid until the next call. */
  byte[] apply(byte[] row, byte[] above) {
    if (choice != Choice.LEAST) {
      fill(choice == Choice.NONE ? NONE : PAETH, row, above, best);
      return best;
    }
    long least = Long.MAX_VALUE;
    for (int filter = NONE; filter <= PAETH; filter++) {
      fill(filter, row, above, other);
      long sum = sum(other);
      if (sum < least) {
        least = sum;
        byte[] kept = best;
        best = other;
        other = kept;
      }
    }
    return best;
  }

  private static long sum(byte[] filtered) {
    long sum = 0;
    for (int i = 1; i < filtered.length; i++) {
      sum += Math.abs(filtered[i]);
    }
    return sum;
  }

  private void fill(int filter, byte[] row, byte[] above, byte[] target) {
    target[0] = (byte) filter;
    switch (filter) {
      case NONE -> System.arraycopy(row, 0, target, 1, length);
      case SUB -> {
        System.arraycopy(row, 0, target, 1, pixel);
        for (int i = pixel; i < length; i++) {
          target[1 + i] = (byte) (row[i] - row[i - pixel]);
        }
      }
      case UP -> {
        for (int i = 0; i < length; i++) {
          target[1 + i] = (byte) (row[i] - above[i]);
        }
      }
      case AVERAGE -> {
        for (int i = 0; i < length; i++) {
          int left = i < pixel ? 0 : row[i - pixel] & 0xff;
          target[1 + i] = (byte) (row[i] - ((left + (above[i] & 0xff)) >> 1));
        }
      }
      default -> paeth(row, above, target);
    }
  }

  private void paeth(byte[] row, byte[] above, byte[] target) {
    int i = 0;
    for (; i < pixel; i++) {
      target[1 + i] = (byte) (row[i] - above[i]);
    }
    for (; i + Long.BYTES <= length; i += Long.BYTES) {
      long left = (long) LONG.get(row, i - pixel);
      long up = (long) LONG.get(above, i);
      long corner = (long) LONG.get(above, i - pixel);
      long predicted = paeth(left, up, corner);
      LONG.set(target, 1 + i, difference((long) LONG.get(row, i), predicted));
    }
    for (; i < length; i++) {
      int predicted =
          PngDecoder.paeth(row[i - pixel] & 0xff, above[i] & 0xff, above[i - pixel] & 0xff);
      target[1 + i] = (byte) (row[i] - predicted);
    }
  }

  /**
   * Computes the predictor for eight bytes at once. With p = left + up - corner, the distances of p
   * are |up - corner| to left, |left - corner| to up, and to corner their sum, or their difference
   * if left and up lie on both sides of corner: only then can corner be the nearest.
   */
  private static long paeth(long left, long up, long corner) {
    long upBelow = less(up, corner);
    long leftBelow = less(left, corner);
    // Swapping so that the first is greater avoids a borrow when subtracting.
    long upSwap = (up ^ corner) & upBelow;
    long leftSwap = (left ^ corner) & leftBelow;
    long toLeft = (up ^ upSwap) - (corner ^ upSwap);
    long toUp = (left ^ leftSwap) - (corner ^ leftSwap);
    long upNearer = less(toUp, toLeft);
    long swap = (toLeft ^ toUp) & upNearer;
    long nearer = toLeft ^ swap;
    long farther = toUp ^ swap;
    long nearest = left ^ ((left ^ up) & upNearer);
    long cornerNearer = less(farther - nearer, nearer) & (upBelow ^ leftBelow);
    return nearest ^ ((nearest ^ corner) & cornerNearer);
  }

  /** Sets all bits of those bytes of {@code a} that are less, as unsigned numbers. */
  private static long less(long a, long b) {
    long below = (a | TOPS) - (b & ~TOPS);
    long borrows = ((~a & b) | (~(a ^ b) & ~below)) & TOPS;
    return (borrows << 1) - (borrows >>> 7);
  }

  /** Subtracts byte by byte, modulo 256. */
  private static long difference(long a, long b) {
    return ((a | TOPS) - (b & ~TOPS)) ^ ((a ^ ~b) & TOPS);
  }
}
