package io.subpixel.pictures.internal.tiff;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Decodes PackBits: runs and literals (TIFF 6.0, section 9). */
final class PackBitsStream extends InputStream {
  private final InputStream in;
  private int literals;
  private int repeats;
  private byte repeated;

  PackBitsStream(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    while (literals == 0 && repeats == 0) {
      int head = in.read();
      if (head < 0) {
        return -1;
      } else if (head < 128) {
        literals = head + 1;
      } else if (head > 128) {
        repeats = 257 - head;
        repeated = (byte) in.read();
      }
    }
    if (literals > 0) {
      int n = in.read(bytes, offset, Math.min(count, literals));
      literals -= Math.max(0, n);
      return n;
    }
    int n = Math.min(count, repeats);
    Arrays.fill(bytes, offset, offset + n, repeated);
    repeats -= n;
    return n;
  }
}
