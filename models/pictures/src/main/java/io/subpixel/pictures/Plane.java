package io.subpixel.pictures;

/**
 * One channel of a picture: {@code [H,W]} float values, row by row. They are 0..1 unless stated
 * otherwise. The array is not copied, so its owner may write to it.
 *
 * @since 0.1
 */
public final class Plane {
  private final int width;
  private final int height;
  private final float[] values;

  /**
   * Wraps {@code values}.
   *
   * @throws IllegalArgumentException unless there are {@code width * height} values, at least one
   */
  public Plane(int width, int height, float[] values) {
    if (width < 1 || height < 1 || (long) width * height != values.length) {
      throw new IllegalArgumentException(
          "plane of "
              + width
              + "x"
              + height
              + ": expected as many values, received "
              + values.length);
    }
    this.width = width;
    this.height = height;
    this.values = values;
  }

  /**
   * A plane of zeros.
   *
   * @throws IllegalArgumentException if a side is less than 1
   */
  public Plane(int width, int height) {
    this(width, height, new float[Math.multiplyExact(Math.max(width, 0), Math.max(height, 0))]);
  }

  /** Columns. */
  public int width() {
    return width;
  }

  /** Rows. */
  public int height() {
    return height;
  }

  /** The values themselves, {@code [y * width + x]}. */
  public float[] values() {
    return values;
  }

  /** The value at column {@code x} of row {@code y}. */
  public float at(int x, int y) {
    return values[y * width + x];
  }

  /**
   * A copy of a part.
   *
   * @throws IndexOutOfBoundsException if the part reaches beyond the plane
   */
  public Plane crop(int x, int y, int cropWidth, int cropHeight) {
    java.util.Objects.checkFromIndexSize(x, cropWidth, width);
    java.util.Objects.checkFromIndexSize(y, cropHeight, height);
    float[] part = new float[cropWidth * cropHeight];
    for (int row = 0; row < cropHeight; row++) {
      System.arraycopy(values, (y + row) * width + x, part, row * cropWidth, cropWidth);
    }
    return new Plane(cropWidth, cropHeight, part);
  }
}
