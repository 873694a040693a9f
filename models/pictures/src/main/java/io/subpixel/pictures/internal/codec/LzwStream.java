package io.subpixel.pictures.internal.codec;

import java.io.IOException;
import java.io.InputStream;

/**
 * Decodes LZW with codes of at most 12 bits, as in TIFF (TIFF 6.0, section 13) and GIF (GIF89a,
 * appendix F).
 */
public final class LzwStream extends InputStream {
  private static final int MAX_CODES = 4096;
  private static final int MAX_BITS = 12;
  private static final int LITERALS = 256;

  private final InputStream in;
  private final boolean lowBitsFirst;
  private final int early;
  private final int literalBits;
  private final int clear;
  private final short[] before = new short[MAX_CODES];
  private final byte[] last = new byte[MAX_CODES];
  private final short[] length = new short[MAX_CODES];
  private final byte[] text = new byte[MAX_CODES];
  private int textAt = MAX_CODES;
  private int size;
  private int width;
  private int previous = -1;
  private int bits;
  private int held;

  /**
   * @param literalBits the bits of a literal, 1 to 11
   * @param lowBitsFirst whether codes fill bytes from the low bits up
   * @param early 1 if codes get wider one code early, or 0
   */
  private LzwStream(InputStream in, int literalBits, boolean lowBitsFirst, int early) {
    this.in = in;
    this.literalBits = literalBits;
    this.lowBitsFirst = lowBitsFirst;
    this.early = early;
    clear = 1 << literalBits;
    for (int i = 0; i < clear; i++) {
      last[i] = (byte) i;
      length[i] = 1;
    }
    clear();
  }

  /** Decodes LZW of TIFF. */
  public static LzwStream ofTiff(InputStream in) {
    return new LzwStream(in, 8, false, 1);
  }

  /** Decodes LZW of TIFF before version 6, which some programs kept writing. */
  public static LzwStream ofOldTiff(InputStream in) {
    return new LzwStream(in, 8, true, 0);
  }

  /** Decodes LZW of GIF. */
  public static LzwStream ofGif(InputStream in, int literalBits) {
    return new LzwStream(in, literalBits, true, 0);
  }

  private void clear() {
    size = clear + 2;
    width = literalBits + 1;
    previous = -1;
  }

  @Override
  public int read() throws IOException {
    return textAt < MAX_CODES || fill() ? text[textAt++] & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    } else if (textAt == MAX_CODES && !fill()) {
      return -1;
    }
    int n = Math.min(count, MAX_CODES - textAt);
    System.arraycopy(text, textAt, bytes, offset, n);
    textAt += n;
    return n;
  }

  /** Puts the next string at the end of {@link #text}; returns false if there is none. */
  private boolean fill() throws IOException {
    int code = code();
    while (code == clear) {
      clear();
      code = code();
    }
    if (code < 0 || code == clear + 1) {
      return false;
    }
    boolean isNew = code == size && previous >= 0;
    if ((code >= size && !isNew) || (code >= LITERALS && code < clear)) {
      throw new IOException("an undefined LZW code");
    }
    int at = MAX_CODES;
    if (isNew) {
      at--;
    }
    for (int c = isNew ? previous : code, n = length[c]; n > 0; n--) {
      if (at == 0) {
        throw new IOException("an LZW string that is too long");
      }
      text[--at] = last[c];
      c = before[c];
    }
    if (isNew) {
      text[MAX_CODES - 1] = text[at];
    }
    if (previous >= 0 && size < MAX_CODES) {
      before[size] = (short) previous;
      last[size] = text[at];
      length[size] = (short) (length[previous] + 1);
      size++;
      width += size >= (1 << width) - early && width < MAX_BITS ? 1 : 0;
    }
    previous = code;
    textAt = at;
    return true;
  }

  private int code() throws IOException {
    while (bits < width) {
      int b = in.read();
      if (b < 0) {
        return -1;
      }
      held = lowBitsFirst ? held | b << bits : held << 8 | b;
      bits += 8;
    }
    bits -= width;
    int mask = (1 << width) - 1;
    int code = lowBitsFirst ? held & mask : held >> bits & mask;
    held = lowBitsFirst ? held >> width : held;
    return code;
  }
}
