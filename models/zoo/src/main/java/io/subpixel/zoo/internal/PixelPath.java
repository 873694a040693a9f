package io.subpixel.zoo.internal;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.colour.LumaRange;
import io.subpixel.pictures.internal.HiddenColours;
import io.subpixel.pictures.internal.colour.Bt601;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.pictures.resampling.Resampler;
import io.subpixel.pictures.resampling.internal.RowResampler;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.ModelCard;
import java.util.Arrays;

/**
 * Converts pixels to a network's input and its output back to pixels, as the model contract
 * defines: luma, chroma, alpha, clipping and rounding. The pixels don't depend on what runs the
 * network, or on the number of parts.
 *
 * <p>A luma model upscales Y of its range, and Cb and Cr of the same range are enlarged by bicubic;
 * a grey picture stays grey. An RGB model receives grey as R = G = B, and its result is converted
 * to luma. Alpha is enlarged by bicubic, after hidden colours were replaced ({@link
 * HiddenColours}). Values are clipped and rounded half up once.
 *
 * <p>An instance is for one picture size. Thread-safe.
 */
public final class PixelPath {
  /** The distance in LR pixels within which chroma and alpha depend on pixels around a part. */
  public static final int RADIUS = 2;

  private final Colour colour;
  private final int scale;
  private final PictureLayout lr;
  private final PictureLayout sr;
  private final LumaRange lrRange;
  private final LumaRange srRange;
  private final Resampler bicubic;

  /** Runs a model on one picture. */
  @FunctionalInterface
  public interface Network {
    /**
     * Upscales planes.
     *
     * @param lr one plane for each channel of the model, {@code [H,W]}, 0..1: {@link Colour#planes}
     * @return as many planes, {@code [sH,sW]}, 0..1 except for overshoot
     */
    Plane[] apply(Plane[] lr);
  }

  /** A network's input, {@code [C,H,W]}, filled row by row. */
  @FunctionalInterface
  public interface Input {
    /**
     * Sets a row.
     *
     * @param y which row
     * @param c of which channel
     * @param values 0..1, from 0 on
     * @param n how many
     */
    void setRow(int y, int c, float[] values, int n);
  }

  /** A network's output, {@code [C,sH,sW]}, read row by row. */
  @FunctionalInterface
  public interface Output {
    /**
     * Gets a part of a row.
     *
     * @param y which row
     * @param x the first column
     * @param n how many columns
     * @param c of which channel
     * @param values receives them, from 0 on; 0..1 except for overshoot
     */
    void getRow(int y, int x, int n, int c, float[] values);
  }

  /**
   * A part of the LR picture.
   *
   * @param x the first column
   * @param y the first row
   * @param width how many columns
   * @param height how many rows
   */
  public record Part(int x, int y, int width, int height) {}

  /**
   * Rows of a picture in memory.
   *
   * @param rows the samples
   * @param top the index of the first row in the picture
   */
  public record Band(Rows rows, int top) {
    int row(int y) {
      return y - top;
    }
  }

  /**
   * Creates a path for one picture size.
   *
   * @param colour the model's
   * @param scale the model's
   * @param lr the LR picture's
   * @param depth bits of a sample of the result: 8 or 16
   */
  public PixelPath(Colour colour, int scale, PictureLayout lr, int depth) {
    this(colour, scale, lr, depth, LumaRange.full(lr.depth()), LumaRange.full(depth));
  }

  /**
   * Creates a path for luma planes of one size.
   *
   * @param colour the model's
   * @param scale the model's
   * @param lr the plane's size and depth; one channel
   * @param lrRange the range of the plane's code values
   * @param depth bits of a sample of the result: 8 or 16
   * @param srRange the range of the result's code values
   * @throws IllegalArgumentException if there is more than one channel
   */
  public PixelPath(
      Colour colour, int scale, PictureLayout lr, LumaRange lrRange, int depth, LumaRange srRange) {
    this(colour, scale, lr, depth, lrRange, srRange);
    if (lr.channels() != 1) {
      throw new IllegalArgumentException("luma: expected one channel, received " + lr);
    }
  }

  private PixelPath(
      Colour colour, int scale, PictureLayout lr, int depth, LumaRange lrRange, LumaRange srRange) {
    this.colour = colour;
    this.scale = scale;
    this.lr = lr;
    this.lrRange = lrRange;
    this.srRange = srRange;
    sr =
        new PictureLayout(
            Math.multiplyExact(lr.width(), scale),
            Math.multiplyExact(lr.height(), scale),
            lr.channels(),
            depth);
    bicubic = Resampler.enlarging(lr.width(), lr.height(), scale, Kernel.CUBIC);
  }

  /**
   * Upscales a picture in one part.
   *
   * @param lr a picture of any channels
   * @param card the model's
   * @param network what runs the model
   * @return the picture with both sides {@code scale} times larger and the same channels
   */
  public static Picture upscale(Picture lr, ModelCard card, Network network) {
    PixelPath path = new PixelPath(card.colour(), card.scale(), PictureLayout.of(lr), 8);
    Part whole = new Part(0, 0, lr.width(), lr.height());
    Rows rows = HiddenColours.replaced(Rows.of(lr), lr.height(), card.receptiveRadius());
    Band from = new Band(rows, 0);
    Plane[] planes = new Plane[card.channels()];
    for (int c = 0; c < planes.length; c++) {
      planes[c] = new Plane(lr.width(), lr.height());
    }
    path.read(
        from,
        whole,
        (y, c, values, n) ->
            System.arraycopy(values, 0, planes[c].values(), y * planes[c].width(), n));
    Plane[] result = network.apply(planes);
    Picture sr = path.emptyResult();
    path.write(
        from,
        whole,
        (y, x, n, c, values) ->
            System.arraycopy(result[c].values(), y * result[c].width() + x, values, 0, n),
        whole,
        new Band(Rows.of(sr), 0));
    return sr;
  }

  /** The result's size, channels and depth. */
  public PictureLayout result() {
    return sr;
  }

  private Picture emptyResult() {
    int samples = Math.multiplyExact(Math.multiplyExact(sr.width(), sr.height()), sr.channels());
    return new Picture(sr.width(), sr.height(), sr.channels(), new byte[samples]);
  }

  /**
   * Fills a network's input.
   *
   * @param from LR rows, among them those of {@code part}
   * @param part the network's input; its row and column 0 are those of the input. Beyond the
   *     picture, at the right and the bottom, edge pixels are repeated
   */
  public void read(Band from, Part part, Input input) {
    int n = part.width();
    int inside = Math.min(n, lr.width() - part.x());
    float span = lrRange.span();
    float[][] rgb = new float[lr.isColour() ? 3 : 1][n];
    for (int y = 0; y < part.height(); y++) {
      int row = from.row(Math.min(part.y() + y, lr.height() - 1));
      for (int c = 0; c < rgb.length; c++) {
        from.rows().get(row, part.x(), inside, c, rgb[c]);
        Arrays.fill(rgb[c], inside, n, rgb[c][inside - 1]);
        shift(rgb[c], -lrRange.black(), n);
      }
      switch (colour) {
        case Y, Y_STUDIO -> {
          range().luma(rgb, span, rgb[0], n);
          input.setRow(y, 0, rgb[0], n);
        }
        case RGB -> {
          for (float[] channel : rgb) {
            for (int x = 0; x < n; x++) {
              // Not multiplied by the reciprocal, which differs in the last bit for some samples.
              channel[x] = channel[x] / span;
            }
          }
          for (int c = 0; c < colour.channels(); c++) {
            input.setRow(y, c, rgb[lr.isColour() ? c : 0], n);
          }
        }
      }
    }
  }

  /**
   * Converts a network's output to pixels.
   *
   * @param from LR rows: those of {@code part} and {@link #RADIUS} more on either side, if they
   *     exist
   * @param seen the part that the network received
   * @param output its output
   * @param part the part to convert
   * @param to receives SR rows, among them those of {@code part}
   */
  public void write(Band from, Part seen, Output output, Part part, Band to) {
    int left = scale * (part.x() - seen.x());
    int top = scale * (part.y() - seen.y());
    int x = scale * part.x();
    int n = scale * part.width();
    Enlarged chroma =
        lr.isColour() && colour.channels() == 1 ? new Enlarged(from, x, n, true) : null;
    Enlarged alpha = lr.hasAlpha() ? new Enlarged(from, x, n, false) : null;
    float[][] planes = new float[lr.isColour() ? 3 : colour.channels()][n];
    for (int y = 0; y < scale * part.height(); y++) {
      int absolute = scale * part.y() + y;
      int row = to.row(absolute);
      for (int c = 0; c < colour.channels(); c++) {
        output.getRow(top + y, left, n, c, planes[c]);
      }
      float span = srRange.span();
      if (chroma != null) {
        chroma.row(absolute);
        range().rgb(planes, chroma.values[0], chroma.values[1], span, n);
      } else if (colour.channels() == 1) {
        range().grey(planes[0], span, n);
      } else {
        for (float[] plane : planes) {
          for (int i = 0; i < n; i++) {
            plane[i] = span * plane[i];
          }
        }
        if (!lr.isColour()) {
          for (float[] plane : planes) {
            clip(plane, span, n);
          }
          Bt601.FULL.luma(planes, 1, planes[0], n);
        }
      }
      if (srRange.black() != 0 || srRange.greatest() < to.rows().greatest()) {
        shift(planes[0], srRange.black(), n);
        clip(planes[0], srRange.greatest(), n);
      }
      int colours = lr.isColour() ? 3 : 1;
      for (int c = 0; c < colours; c++) {
        to.rows().set(row, x, n, c, planes[c]);
      }
      if (alpha != null) {
        alpha.row(absolute);
        to.rows().set(row, x, n, colours, alpha.values[0]);
      }
    }
  }

  private Bt601 range() {
    return colour == Colour.Y_STUDIO ? Bt601.STUDIO : Bt601.FULL;
  }

  private static void shift(float[] values, int by, int n) {
    if (by != 0) {
      for (int i = 0; i < n; i++) {
        values[i] += by;
      }
    }
  }

  private static void clip(float[] values, float greatest, int n) {
    for (int i = 0; i < n; i++) {
      values[i] = Math.min(Math.max(values[i], 0), greatest);
    }
  }

  /** Enlarges rows of chroma or alpha by bicubic. */
  private final class Enlarged {
    private final Band from;
    private final boolean chroma;
    private final RowResampler[] resamplers;
    private final float[][] values;
    private final float[][] source;
    private int next;

    Enlarged(Band from, int x, int n, boolean chroma) {
      this.from = from;
      this.chroma = chroma;
      int planes = chroma ? 2 : 1;
      resamplers = new RowResampler[planes];
      for (int i = 0; i < planes; i++) {
        resamplers[i] = bicubic.byRows(x, x + n);
      }
      values = new float[planes][n];
      source = new float[chroma ? 3 : 1][resamplers[0].sourceWidth()];
      next = -1;
    }

    /** Enlarges row {@code y} of the result; rows must be asked for from top to bottom. */
    void row(int y) {
      int last = resamplers[0].last(y);
      next = next < 0 ? resamplers[0].first(y) : next;
      for (; next <= last; next++) {
        put(next);
      }
      for (int i = 0; i < values.length; i++) {
        resamplers[i].get(y, values[i]);
      }
    }

    private void put(int row) {
      int x = resamplers[0].sourceFrom();
      int n = resamplers[0].sourceWidth();
      Rows rows = from.rows();
      float greatest = rows.greatest();
      if (chroma) {
        for (int c = 0; c < 3; c++) {
          rows.get(from.row(row), x, n, c, source[c]);
        }
        range().chroma(source, greatest, n);
      } else {
        rows.get(from.row(row), x, n, lr.channels() - 1, source[0]);
        if (sr.depth() != lr.depth()) {
          for (int i = 0; i < n; i++) {
            source[0][i] = source[0][i] / greatest * ((1 << sr.depth()) - 1);
          }
        }
      }
      for (int i = 0; i < resamplers.length; i++) {
        resamplers[i].put(row, source[i]);
      }
    }
  }
}
