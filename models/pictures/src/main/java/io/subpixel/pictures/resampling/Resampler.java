package io.subpixel.pictures.resampling;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.resampling.internal.Axis;
import io.subpixel.pictures.resampling.internal.RowResampler;
import java.util.Objects;

/**
 * Resizes planes from one size to another, first along columns, then along rows, in double
 * precision. Pixel centres align ({@code u = (i + 0.5) / scale - 0.5}). When shrinking, the kernel
 * is stretched (antialias). Immutable and thread-safe.
 *
 * @since 0.1
 */
public final class Resampler {
  private final int sourceWidth;
  private final int sourceHeight;
  private final int width;
  private final int height;
  private final Axis columns;
  private final Axis rows;

  /**
   * Creates a resampler from {@code [sourceHeight,sourceWidth]} to {@code [height,width]}.
   *
   * @throws IllegalArgumentException if a side is less than 1
   */
  public Resampler(
      int sourceWidth, int sourceHeight, int width, int height, Kernel kernel, Edge edge) {
    if (Math.min(Math.min(sourceWidth, sourceHeight), Math.min(width, height)) < 1) {
      throw new IllegalArgumentException(
          "resize: expected sides of at least 1, received "
              + (sourceWidth + "x" + sourceHeight + " to " + width + "x" + height));
    }
    this.sourceWidth = sourceWidth;
    this.sourceHeight = sourceHeight;
    this.width = width;
    this.height = height;
    columns = new Axis(sourceHeight, height, kernel, edge);
    rows = new Axis(sourceWidth, width, kernel, edge);
  }

  /** Creates a resampler that enlarges both sides {@code scale} times, with clamped edges. */
  public static Resampler enlarging(int width, int height, int scale, Kernel kernel) {
    return new Resampler(
        width,
        height,
        Math.multiplyExact(width, scale),
        Math.multiplyExact(height, scale),
        kernel,
        Edge.CLAMP);
  }

  /**
   * Creates a resampler that enlarges a chroma plane by cubic interpolation, with clamped edges,
   * and preserves its siting relative to luma. With s the scale and c the distance of chroma
   * samples in luma samples, {@code u = (i + (siting + 0.5) / c) / s - (siting + 0.5) / c}.
   *
   * @param width columns of luma
   * @param height rows of luma
   * @param toWidth columns of the enlarged luma
   * @param toHeight its rows
   * @param across luma columns per chroma column, rounded up: 1 or 2
   * @param down luma rows per chroma row
   * @param sitingX the offset of a chroma sample to the right of its first luma sample, in luma
   *     samples: 0 for left, 0.5 for centre
   * @param sitingY the offset below it: 0 for top, 0.5 for centre, 1 for bottom
   */
  public static Resampler enlargingChroma(
      int width,
      int height,
      int toWidth,
      int toHeight,
      int across,
      int down,
      double sitingX,
      double sitingY) {
    int sourceWidth = chromaSide(width, across);
    int sourceHeight = chromaSide(height, down);
    int targetWidth = chromaSide(toWidth, across);
    int targetHeight = chromaSide(toHeight, down);
    double right = chromaShift(width, toWidth, across, sitingX);
    double below = chromaShift(height, toHeight, down, sitingY);
    return new Resampler(
        sourceWidth,
        sourceHeight,
        targetWidth,
        targetHeight,
        Axis.shifted(sourceHeight, targetHeight, height, toHeight, below, Kernel.CUBIC, Edge.CLAMP),
        Axis.shifted(sourceWidth, targetWidth, width, toWidth, right, Kernel.CUBIC, Edge.CLAMP));
  }

  private Resampler(
      int sourceWidth, int sourceHeight, int width, int height, Axis columns, Axis rows) {
    this.sourceWidth = sourceWidth;
    this.sourceHeight = sourceHeight;
    this.width = width;
    this.height = height;
    this.columns = columns;
    this.rows = rows;
  }

  private static int chromaSide(int luma, int distance) {
    return (luma + distance - 1) / distance;
  }

  /** Returns the shift against a plane whose pixel centres align. */
  private static double chromaShift(int luma, int enlarged, int distance, double siting) {
    return (0.5 - (siting + 0.5) / distance) * (1 - (double) luma / enlarged);
  }

  /** Columns of the result. */
  public int width() {
    return width;
  }

  /** Rows of the result. */
  public int height() {
    return height;
  }

  /**
   * Resizes a plane. Values may overshoot the range of {@code plane}, as cubic weights are partly
   * negative.
   *
   * @throws IllegalArgumentException if {@code plane} hasn't the source size
   */
  public Plane apply(Plane plane) {
    double[] result = horizontally(vertically(plane));
    float[] floats = new float[result.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) result[i];
    }
    return new Plane(width, height, floats);
  }

  /** Resizes every channel including alpha, clipped and rounded half up once at the end. */
  public Picture apply(Picture picture) {
    Plane[] channels = new Plane[picture.channels()];
    for (int c = 0; c < channels.length; c++) {
      channels[c] = apply(picture.channel(c));
    }
    return Picture.ofChannels(channels);
  }

  /**
   * Returns a resampler that works row by row, for some of the target's columns.
   *
   * @param from the first column
   * @param to the column after the last
   * @throws IndexOutOfBoundsException unless these columns exist
   */
  public RowResampler byRows(int from, int to) {
    Objects.checkFromToIndex(from, to, width);
    return new RowResampler(columns, rows, from, to);
  }

  double[] vertically(Plane plane) {
    if (plane.width() != sourceWidth || plane.height() != sourceHeight) {
      throw new IllegalArgumentException(
          "resize: expected a plane of "
              + (sourceWidth
                  + "x"
                  + sourceHeight
                  + ", received "
                  + plane.width()
                  + "x"
                  + plane.height()));
    }
    double[] values = new double[plane.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = plane.values()[i];
    }
    return columns.vertically(values, sourceWidth);
  }

  double[] horizontally(double[] values) {
    return rows.horizontally(values, height);
  }
}
