package io.subpixel.zoo.degradation;

import io.subpixel.pictures.Picture;
import javax.imageio.plugins.jpeg.JPEGQTable;
import org.jspecify.annotations.Nullable;

/**
 * Computes the samples that a JPEG decoder gives, without writing a file. Tables are those of ITU-T
 * T.81, annex K, scaled by quality as libjpeg does. Chroma is averaged to half the size and
 * enlarged by libjpeg's triangle filter. Values are rounded where an encoder and a decoder round
 * them.
 */
final class JpegLoss {
  private static final int SIDE = 8;

  private static final int[] LUMINANCE = JPEGQTable.K1Luminance.getTable();
  private static final int[] CHROMINANCE = JPEGQTable.K2Chrominance.getTable();

  /** {@code [frequency * 8 + place]}: T.81, A.3.3, of one dimension. */
  private static final float[] COSINES = cosines();

  private final int[] luminance;
  private final int[] chrominance;
  private final Chroma chroma;

  /** The subsampling of Cb and Cr. */
  enum Chroma {
    /** 4:2:0, a quarter of luma's. */
    HALF("420"),
    /** 4:4:4, as many as of luma. */
    FULL("444");

    private final String id;

    Chroma(String id) {
      this.id = id;
    }

    @Override
    public String toString() {
      return id;
    }
  }

  /**
   * Creates the loss of one quality.
   *
   * @param quality 1 to 100
   */
  JpegLoss(int quality, Chroma chroma) {
    luminance = scaled(LUMINANCE, quality);
    chrominance = scaled(CHROMINANCE, quality);
    this.chroma = chroma;
  }

  /** Scales a table by libjpeg's rule for baseline files; quality 50 leaves it unchanged. */
  private static int[] scaled(int[] table, int quality) {
    int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
    int[] steps = new int[table.length];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = Math.min(Math.max((table[i] * percent + 50) / 100, 1), 255);
    }
    return steps;
  }

  /**
   * Compresses and decompresses.
   *
   * @param left columns of the grid before the picture
   * @param top rows of the grid before the picture
   */
  Planes apply(Planes picture, int left, int top) {
    Planes from = picture.rounded();
    int width = from.width();
    int height = from.height();
    Grey luma = new Grey(width + left, height + top);
    if (from.channels() == 1) {
      fill(luma, left, top, width, height, from.channel(0), null, null, 0, 1, 0, 0);
      Grey decoded = quantised(luma, luminance);
      return new Planes(width, height, new float[][] {decoded.crop(left, top, width, height)});
    }
    float[] r = from.channel(0);
    float[] g = from.channel(1);
    float[] b = from.channel(2);
    Grey cb = new Grey(luma.width, luma.height);
    Grey cr = new Grey(luma.width, luma.height);
    // JFIF 1.02: full-range BT.601.
    fill(luma, left, top, width, height, r, g, b, 0, 0.299f, 0.587f, 0.114f);
    fill(cb, left, top, width, height, r, g, b, 128, -0.168736f, -0.331264f, 0.5f);
    fill(cr, left, top, width, height, r, g, b, 128, 0.5f, -0.418688f, -0.081312f);
    float[] y = quantised(luma, luminance).crop(left, top, width, height);
    float[] u = chroma(cb).crop(left, top, width, height);
    float[] v = chroma(cr).crop(left, top, width, height);
    float[][] rgb = new float[3][width * height];
    for (int i = 0; i < y.length; i++) {
      rgb[0][i] = sample(y[i] + 1.402f * (v[i] - 128));
      rgb[1][i] = sample(y[i] - 0.344136f * (u[i] - 128) - 0.714136f * (v[i] - 128));
      rgb[2][i] = sample(y[i] + 1.772f * (u[i] - 128));
    }
    return new Planes(width, height, rgb);
  }

  private static float sample(float value) {
    return Picture.toSample(value) & 0xff;
  }

  /** Samples of one component, {@code [H,W]}, 0..255. */
  private static final class Grey {
    final int width;
    final int height;
    final float[] values;

    Grey(int width, int height) {
      this.width = width;
      this.height = height;
      values = new float[width * height];
    }

    /** Returns the nearest sample to a position, which may be outside. */
    float at(int x, int y) {
      return values[
          Math.min(Math.max(y, 0), height - 1) * width + Math.min(Math.max(x, 0), width - 1)];
    }

    float[] crop(int left, int top, int toWidth, int toHeight) {
      if (left == 0 && top == 0 && toWidth == width && toHeight == height) {
        return values;
      }
      float[] part = new float[toWidth * toHeight];
      for (int y = 0; y < toHeight; y++) {
        System.arraycopy(values, (top + y) * width + left, part, y * toWidth, toWidth);
      }
      return part;
    }
  }

  /**
   * Computes a rounded sum of channels. Before the picture, its first columns and rows are
   * repeated.
   */
  private static void fill(
      Grey to,
      int left,
      int top,
      int width,
      int height,
      float[] r,
      float @Nullable [] g,
      float @Nullable [] b,
      float offset,
      float byR,
      float byG,
      float byB) {
    for (int y = 0; y < to.height; y++) {
      int row = Math.min(Math.max(y - top, 0), height - 1) * width;
      for (int x = 0; x < to.width; x++) {
        int i = row + Math.min(Math.max(x - left, 0), width - 1);
        float sum = offset + byR * r[i];
        if (g != null && b != null) {
          sum += byG * g[i] + byB * b[i];
        }
        to.values[y * to.width + x] = sample(sum);
      }
    }
  }

  private Grey chroma(Grey component) {
    return switch (chroma) {
      case FULL -> quantised(component, chrominance);
      case HALF ->
          enlarged(quantised(halved(component), chrominance), component.width, component.height);
    };
  }

  /** Averages 2 x 2 samples, rounding up and down in turn so that the mean colour is preserved. */
  private static Grey halved(Grey from) {
    Grey to = new Grey((from.width + 1) / 2, (from.height + 1) / 2);
    for (int y = 0; y < to.height; y++) {
      for (int x = 0; x < to.width; x++) {
        float sum =
            from.at(2 * x, 2 * y)
                + from.at(2 * x + 1, 2 * y)
                + from.at(2 * x, 2 * y + 1)
                + from.at(2 * x + 1, 2 * y + 1);
        to.values[y * to.width + x] = ((int) sum + 1 + x % 2) >> 2;
      }
    }
    return to;
  }

  /**
   * Interpolates three quarters of the nearest sample and a quarter of the next, along each axis.
   */
  private static Grey enlarged(Grey from, int width, int height) {
    Grey to = new Grey(width, height);
    for (int y = 0; y < height; y++) {
      int near = y / 2;
      int far = y % 2 == 0 ? near - 1 : near + 1;
      for (int x = 0; x < width; x++) {
        int nearX = x / 2;
        int farX = x % 2 == 0 ? nearX - 1 : nearX + 1;
        int column = (int) (3 * from.at(nearX, near) + from.at(nearX, far));
        int other = (int) (3 * from.at(farX, near) + from.at(farX, far));
        to.values[y * width + x] = (3 * column + other + (x % 2 == 0 ? 8 : 7)) >> 4;
      }
    }
    return to;
  }

  /** Quantises each block's cosine transform, and transforms back. */
  private static Grey quantised(Grey from, int[] steps) {
    Grey to = new Grey(from.width, from.height);
    float[] block = new float[SIDE * SIDE];
    float[] other = new float[SIDE * SIDE];
    for (int top = 0; top < from.height; top += SIDE) {
      for (int left = 0; left < from.width; left += SIDE) {
        for (int i = 0; i < block.length; i++) {
          block[i] = from.at(left + i % SIDE, top + i / SIDE) - 128;
        }
        forward(block, other);
        forward(other, block);
        for (int i = 0; i < block.length; i++) {
          block[i] = Math.round(block[i] / steps[i]) * (float) steps[i];
        }
        backward(block, other);
        backward(other, block);
        int rows = Math.min(SIDE, from.height - top);
        int columns = Math.min(SIDE, from.width - left);
        for (int y = 0; y < rows; y++) {
          for (int x = 0; x < columns; x++) {
            to.values[(top + y) * to.width + left + x] = sample(block[y * SIDE + x] + 128);
          }
        }
      }
    }
    return to;
  }

  /** Transforms rows and transposes. */
  private static void forward(float[] from, float[] to) {
    for (int y = 0; y < SIDE; y++) {
      for (int f = 0; f < SIDE; f++) {
        float sum = 0;
        for (int x = 0; x < SIDE; x++) {
          sum += from[y * SIDE + x] * COSINES[f * SIDE + x];
        }
        to[f * SIDE + y] = sum;
      }
    }
  }

  /** The inverse of {@link #forward}, which transposes too. */
  private static void backward(float[] from, float[] to) {
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        float sum = 0;
        for (int f = 0; f < SIDE; f++) {
          sum += from[y * SIDE + f] * COSINES[f * SIDE + x];
        }
        to[x * SIDE + y] = sum;
      }
    }
  }

  private static float[] cosines() {
    float[] table = new float[SIDE * SIDE];
    for (int f = 0; f < SIDE; f++) {
      for (int x = 0; x < SIDE; x++) {
        double norm = f == 0 ? Math.sqrt(0.125) : 0.5;
        table[f * SIDE + x] = (float) (norm * Math.cos((2 * x + 1) * f * Math.PI / 16));
      }
    }
    return table;
  }
}
