package io.subpixel.pictures.internal.png;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Inflater;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** zlib inflates what we deflate. */
class FastDeflaterTest {
  private enum Content {
    NOISE,
    ZEROS,
    FEW_VALUES,
    RUNS,
    REPEATS,
    GEOMETRIC,
    FIBONACCI
  }

  @ParameterizedTest
  @EnumSource(Content.class)
  void zlibInflatesIt(Content content) throws Exception {
    for (int length :
        new int[] {0, 1, 2, 7, 8, 9, 258, 65535, 65536, 99_999, FastDeflater.BLOCK, 400_000}) {
      byte[] data = data(content, length);
      assertThat(inflated(deflated(data), length)).isEqualTo(data);
    }
  }

  private static byte[] deflated(byte[] data) {
    FastDeflater deflater = new FastDeflater();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int at = 0;
    do {
      int n = Math.min(FastDeflater.BLOCK, data.length - at);
      boolean last = at + n == data.length;
      deflater.block(Arrays.copyOfRange(data, at, at + n), n, last);
      at += n;
      if (last) {
        deflater.finish();
      }
      out.write(deflater.bytes(), 0, deflater.size());
      deflater.clear();
    } while (at < data.length);
    return out.toByteArray();
  }

  private static byte[] inflated(byte[] bytes, int length) throws Exception {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(bytes);
      byte[] data = new byte[length + 1];
      int size = 0;
      while (!inflater.finished()) {
        int n = inflater.inflate(data, size, data.length - size);
        assertThat(n > 0 || inflater.finished()).isTrue();
        size += n;
      }
      assertThat(inflater.getRemaining()).isZero();
      return Arrays.copyOf(data, size);
    } finally {
      inflater.end();
    }
  }

  private static byte[] data(Content content, int length) {
    Random random = new Random(42);
    byte[] data = new byte[length];
    for (int i = 0; i < length; i++) {
      data[i] =
          (byte)
              switch (content) {
                case NOISE -> random.nextInt(256);
                case ZEROS -> 0;
                case FEW_VALUES -> random.nextInt(3) - 1;
                case RUNS -> i / 300 * 7;
                case REPEATS -> i % 1000 * 31 ^ (i % 1000) >> 3;
                case GEOMETRIC -> Math.min(255, (int) (-40 * Math.log(random.nextDouble())));
                // Counts like these make the longest codes, longer than may be.
                case FIBONACCI ->
                    Math.min(40, (int) (-Math.log(random.nextDouble()) / Math.log(1.618)));
              };
    }
    return data;
  }
}
