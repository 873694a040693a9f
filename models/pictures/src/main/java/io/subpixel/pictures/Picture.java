package io.subpixel.pictures;

import java.util.Arrays;
import java.util.Objects;

/**
 * A picture of 8-bit samples, {@code [H,W,C]}: channels together, row by row. One channel is grey,
 * two are grey and alpha, three are R, G, B, and four are R, G, B and alpha (not premultiplied).
 * The array is not copied.
 *
 * @since 0.1
 */
public final class Picture {
  private final int width;
  private final int height;
  private final int channels;
  private final byte[] samples;

  /**
   * Wraps {@code samples}.
   *
   * @throws IllegalArgumentException unless there are {@code width * height * channels} of them,
   *     and 1 to 4 channels
   */
  public Picture(int width, int height, int channels, byte[] samples) {
    if (width < 1
        || height < 1
        || channels < 1
        || channels > 4
        || (long) width * height * channels != samples.length) {
      throw new IllegalArgumentException(
          "image of "
              + width
              + "x"
              + height
              + "x"
              + channels
              + ": received "
              + samples.length
              + " samples");
    }
    this.width = width;
    this.height = height;
    this.channels = channels;
    this.samples = samples;
  }

  /** Columns. */
  public int width() {
    return width;
  }

  /** Rows. */
  public int height() {
    return height;
  }

  /** Samples a pixel, alpha counted: 1 to 4. */
  public int channels() {
    return channels;
  }

  /** Returns whether the picture has colour, rather than only grey. */
  public boolean isColour() {
    return channels >= 3;
  }

  /** Returns whether the last channel is alpha. */
  public boolean hasAlpha() {
    return channels == 2 || channels == 4;
  }

  /**
   * The samples themselves, {@code [(y * width + x) * channels + c]}, each 0..255 as an unsigned
   * byte.
   */
  public byte[] samples() {
    return samples;
  }

  /** The sample of channel {@code c} at column {@code x} of row {@code y}, 0..255. */
  public int at(int x, int y, int c) {
    return samples[(y * width + x) * channels + c] & 0xff;
  }

  /** Channel {@code c} as values 0..255. */
  public Plane channel(int c) {
    Objects.checkIndex(c, channels);
    float[] values = new float[width * height];
    for (int i = 0, at = c; i < values.length; i++, at += channels) {
      values[i] = samples[at] & 0xff;
    }
    return new Plane(width, height, values);
  }

  /**
   * Combines channels of values 0..255, which are clipped and rounded half up.
   *
   * @throws IllegalArgumentException unless there are 1 to 4 planes of one size
   */
  public static Picture ofChannels(Plane... planes) {
    if (planes.length < 1 || planes.length > 4) {
      throw new IllegalArgumentException("channels: expected 1 to 4, received " + planes.length);
    }
    int width = planes[0].width();
    int height = planes[0].height();
    for (Plane plane : planes) {
      if (plane.width() != width || plane.height() != height) {
        throw new IllegalArgumentException(
            "channels: expected planes of "
                + (width + "x" + height + ", received " + plane.width() + "x" + plane.height()));
      }
    }
    byte[] samples = new byte[Math.multiplyExact(Math.multiplyExact(width, height), planes.length)];
    for (int c = 0; c < planes.length; c++) {
      float[] values = planes[c].values();
      for (int i = 0, at = c; i < values.length; i++, at += planes.length) {
        samples[at] = toSample(values[i]);
      }
    }
    return new Picture(width, height, planes.length, samples);
  }

  /** Converts a value of 0..255 to a sample: clips it and rounds half up. NaN becomes 0. */
  public static byte toSample(float value) {
    return (byte) (value <= 0 ? 0 : value >= 255 ? 255 : (int) (value + 0.5f));
  }

  /**
   * Crops both sides, at the right and the bottom, to multiples of {@code multiple}.
   *
   * @throws IllegalArgumentException if nothing would be left
   */
  public Picture cropToMultiple(int multiple) {
    if (multiple < 1 || multiple > Math.min(width, height)) {
      throw new IllegalArgumentException(
          "crop: expected sides of at least " + multiple + ", received " + this);
    }
    return crop(0, 0, width - width % multiple, height - height % multiple);
  }

  /**
   * A copy of a part.
   *
   * @throws IndexOutOfBoundsException if the part reaches beyond the picture
   */
  public Picture crop(int x, int y, int cropWidth, int cropHeight) {
    Objects.checkFromIndexSize(x, cropWidth, width);
    Objects.checkFromIndexSize(y, cropHeight, height);
    byte[] part = new byte[cropWidth * cropHeight * channels];
    int row = cropWidth * channels;
    for (int r = 0; r < cropHeight; r++) {
      System.arraycopy(samples, ((y + r) * width + x) * channels, part, r * row, row);
    }
    return new Picture(cropWidth, cropHeight, channels, part);
  }

  /** Compares size, channels and samples. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Picture that
        && width == that.width
        && height == that.height
        && channels == that.channels
        && Arrays.equals(samples, that.samples);
  }

  @Override
  public int hashCode() {
    return Objects.hash(width, height, channels, Arrays.hashCode(samples));
  }

  /** Returns the size, such as {@code 512x512x3}. */
  @Override
  public String toString() {
    return width + "x" + height + "x" + channels;
  }
}
