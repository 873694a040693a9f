package io.subpixel.pictures;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of a picture in memory, {@code [rows,W,C]}: interleaved channels, samples of 8 or 16
 * bits. The arrays aren't copied. Threads may access different samples concurrently.
 *
 * @since 0.1
 */
public final class Rows {
  private final int count;
  private final int width;
  private final int channels;
  private final byte @Nullable [] bytes;
  private final short @Nullable [] shorts;

  /**
   * Rows of zeros.
   *
   * @param count how many rows there is room for
   * @param layout the layout of the picture that they belong to; its height is ignored
   * @throws ArithmeticException if no array is long enough
   */
  public Rows(int count, PictureLayout layout) {
    this.count = count;
    width = layout.width();
    channels = layout.channels();
    int samples = Math.multiplyExact(Math.multiplyExact(count, width), channels);
    bytes = layout.depth() == 8 ? new byte[samples] : null;
    shorts = layout.depth() == 8 ? null : new short[samples];
  }

  private Rows(Picture picture) {
    count = picture.height();
    width = picture.width();
    channels = picture.channels();
    bytes = picture.samples();
    shorts = null;
  }

  /** All rows of a picture: a view, not a copy. */
  public static Rows of(Picture picture) {
    return new Rows(picture);
  }

  /** Returns how many rows there is room for. */
  public int count() {
    return count;
  }

  /** Columns. */
  public int width() {
    return width;
  }

  /** Samples a pixel, alpha counted: 1 to 4. */
  public int channels() {
    return channels;
  }

  /** Bits of a sample: 8 or 16. */
  public int depth() {
    return bytes == null ? 16 : 8;
  }

  /** The greatest sample: 255 or 65535. */
  public int greatest() {
    return bytes == null ? 0xffff : 0xff;
  }

  /** Samples of a row: {@code W * C}. */
  public int rowLength() {
    return width * channels;
  }

  /**
   * The samples themselves, {@code [(row * width + x) * channels + c]}, unsigned.
   *
   * @throws IllegalStateException if they have 16 bits
   */
  public byte[] bytes() {
    if (bytes == null) {
      throw new IllegalStateException("rows: expected samples of 8 bits, received 16");
    }
    return bytes;
  }

  /**
   * The samples themselves, {@code [(row * width + x) * channels + c]}, unsigned.
   *
   * @throws IllegalStateException if they have 8 bits
   */
  public short[] shorts() {
    if (shorts == null) {
      throw new IllegalStateException("rows: expected samples of 16 bits, received 8");
    }
    return shorts;
  }

  /** The sample of channel {@code c} at column {@code x}, 0..{@link #greatest}. */
  public int at(int row, int x, int c) {
    int at = index(row, x) + c;
    return bytes != null ? bytes[at] & 0xff : shorts()[at] & 0xffff;
  }

  /** Sets the sample of channel {@code c} at column {@code x}, 0..{@link #greatest}. */
  public void put(int row, int x, int c, int sample) {
    int at = index(row, x) + c;
    if (bytes != null) {
      bytes[at] = (byte) sample;
    } else {
      shorts()[at] = (short) sample;
    }
  }

  /**
   * Gets samples of one channel as numbers, 0..{@link #greatest}.
   *
   * @param row which row
   * @param x the first column
   * @param n how many columns
   * @param c which channel
   * @param values where they go, from 0 on
   */
  public void get(int row, int x, int n, int c, float[] values) {
    Objects.checkFromIndexSize(x, n, width);
    int at = index(row, x) + c;
    if (bytes != null) {
      for (int i = 0; i < n; i++, at += channels) {
        values[i] = bytes[at] & 0xff;
      }
    } else {
      short[] samples = shorts();
      for (int i = 0; i < n; i++, at += channels) {
        values[i] = samples[at] & 0xffff;
      }
    }
  }

  /**
   * Sets samples of one channel: clipped to 0..{@link #greatest}, rounded half up, NaN as 0.
   *
   * @param row which row
   * @param x the first column
   * @param n how many columns
   * @param c which channel
   * @param values the numbers, from 0 on; the content of the array is undefined afterwards
   */
  public void set(int row, int x, int n, int c, float[] values) {
    Objects.checkFromIndexSize(x, n, width);
    // A separate loop, which the JIT vectorises; the remaining work needs no branch.
    float greatest = greatest();
    for (int i = 0; i < n; i++) {
      values[i] = Math.min(Math.max(values[i], 0f), greatest) + 0.5f;
    }
    int at = index(row, x) + c;
    if (bytes != null) {
      for (int i = 0; i < n; i++, at += channels) {
        bytes[at] = (byte) (int) values[i];
      }
    } else {
      short[] samples = shorts();
      for (int i = 0; i < n; i++, at += channels) {
        samples[at] = (short) (int) values[i];
      }
    }
  }

  /**
   * Copies whole rows.
   *
   * @throws IllegalArgumentException if the other rows have another width, channels or depth
   */
  public void copyTo(int row, Rows target, int targetRow, int rows) {
    if (target.width != width || target.channels != channels || target.depth() != depth()) {
      throw new IllegalArgumentException("rows: expected " + this + ", received " + target);
    }
    Object from = bytes != null ? bytes : shorts();
    Object to = target.bytes != null ? target.bytes : target.shorts();
    System.arraycopy(from, index(row, 0), to, target.index(targetRow, 0), rows * rowLength());
  }

  private int index(int row, int x) {
    return (row * width + x) * channels;
  }

  /** Such as {@code 64 rows of 512x3, 8 bits}. */
  @Override
  public String toString() {
    return count + " rows of " + width + "x" + channels + ", " + depth() + " bits";
  }
}
