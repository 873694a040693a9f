package io.subpixel.pictures.internal.jpeg;

import java.util.OptionalInt;
import javax.imageio.plugins.jpeg.JPEGQTable;

/**
 * The quality at which a JPEG was saved, on the scale of the Independent JPEG Group's library.
 *
 * <p>That library multiplies the example table of ITU-T T.81, K.1, by {@code 50 / Q} below 50 and
 * by {@code 2 - Q / 50} above. This class inverts that: it finds the quality whose table has the
 * sum nearest to the file's. Files with other tables get the quality that is equally coarse.
 */
final class JpegQuality {
  private static final int[] LUMA = JPEGQTable.K1Luminance.getTable();

  private static final int WORST = 1;
  private static final int BEST = 100;

  private final int[] sums = new int[4];
  private int table;

  /**
   * Takes a segment that defines tables (T.81, B.2.4.1); broken ones are left to the decoder.
   *
   * @param data the segment after its length
   */
  void define(byte[] data) {
    int at = 0;
    while (at < data.length) {
      int bytes = 1 + ((data[at] & 0xf0) == 0 ? 0 : 1);
      int which = data[at++] & 3;
      if (data.length - at < LUMA.length * bytes) {
        return;
      }
      int sum = 0;
      for (int i = 0; i < LUMA.length; i++) {
        int step = data[at++] & 0xff;
        sum += bytes == 1 ? step : (step << 8) + (data[at++] & 0xff);
      }
      sums[which] = sum;
    }
  }

  /** Sets the table of the first component, which is luma if there is any. */
  void use(int which) {
    table = which & 3;
  }

  /** The quality, 1..100; empty if the file has no table. */
  OptionalInt value() {
    if (sums[table] == 0) {
      return OptionalInt.empty();
    }
    int nearest = WORST;
    for (int quality = WORST; quality <= BEST; quality++) {
      if (Math.abs(sum(quality) - sums[table]) <= Math.abs(sum(nearest) - sums[table])) {
        nearest = quality;
      }
    }
    return OptionalInt.of(nearest);
  }

  private static int sum(int quality) {
    int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
    int sum = 0;
    for (int step : LUMA) {
      sum += Math.min(255, Math.max(1, (step * percent + 50) / 100));
    }
    return sum;
  }
}
