package io.subpixel.models.picture.file;

import io.subpixel.models.picture.file.WriteOptions.Compression;
import java.util.Arrays;

/**
 * Filters rows of PNG (W3C, third edition, chapter 9). The fast way is Up, which is one subtraction
 * that the JIT makes a vector's, or None for rows of so few values that they repeat anyway. The
 * small way is the filter of the least sum of differences.
 */
final class RowFilter {
  private static final int NONE = 0;
  private static final int SUB = 1;
  private static final int UP = 2;
  private static final int AVERAGE = 3;
  private static final int PAETH = 4;

  /** Up to so many values are those of a drawing. */
  private static final int FEW = 8;

  /** Looks at every so many bytes: prime, so that all channels come by. */
  private static final int STRIDE = 17;

  private final int length;
  private final int pixel;
  private final boolean fast;
  private final boolean[] seen = new boolean[256];
  private byte[] best;
  private byte[] other;

  /**
   * @param length bytes of a row
   * @param pixel bytes of a pixel
   */
  RowFilter(int length, int pixel, Compression compression) {
    this.length = length;
    this.pixel = pixel;
    fast = compression == Compression.FAST;
    best = new byte[1 + length];
    other = new byte[1 + length];
  }

  /** A row behind the number of its filter; good until the next one. */
  byte[] apply(byte[] row, byte[] above) {
    if (fast) {
      fill(hasFewValues(row) ? NONE : UP, row, above, best);
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

  private boolean hasFewValues(byte[] row) {
    Arrays.fill(seen, false);
    int values = 0;
    for (int i = 0; i < length && values <= FEW; i += STRIDE) {
      values += seen[row[i] & 0xff] ? 0 : 1;
      seen[row[i] & 0xff] = true;
    }
    return values <= FEW;
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
      default -> {
        for (int i = 0; i < length; i++) {
          int left = i < pixel ? 0 : row[i - pixel] & 0xff;
          int corner = i < pixel ? 0 : above[i - pixel] & 0xff;
          target[1 + i] = (byte) (row[i] - PngDecoder.paeth(left, above[i] & 0xff, corner));
        }
      }
    }
  }
}
