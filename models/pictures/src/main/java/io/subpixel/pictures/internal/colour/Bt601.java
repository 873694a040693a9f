package io.subpixel.pictures.internal.colour;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.Rows;

/**
 * Luma and chroma by ITU-R BT.601: {@code Y = 0.299 R + 0.587 G + 0.114 B}, {@code Cb = (B - Y) /
 * 1.772}, {@code Cr = (R - Y) / 1.402}, in floating point throughout, so that converting there and
 * back preserves every sample.
 */
public enum Bt601 {
  /** Y 0..1; Cb and Cr 0..1 about 0.5 (JPEG's range; models of colour {@code y} take this). */
  FULL(0, 1, 1),
  /** Y 16/255..235/255; Cb and Cr 16/255..240/255 about 128/255 (video's range). */
  STUDIO(16 / 255f, 219 / 255f, 224 / 255f);

  /** The share of red in luma. */
  public static final float RED = 0.299f;

  /** The share of green in luma. */
  public static final float GREEN = 0.587f;

  /** The share of blue in luma. */
  public static final float BLUE = 0.114f;

  private final float black;
  private final float lumaSpan;
  private final float chromaSpan;
  private final float chromaZero;

  Bt601(float black, float lumaSpan, float chromaSpan) {
    this.black = black;
    this.lumaSpan = lumaSpan;
    this.chromaSpan = chromaSpan;
    this.chromaZero = lumaSpan == 1 ? 0.5f : 128 / 255f;
  }

  /** The luma of black. */
  public float black() {
    return black;
  }

  /** Returns the span of luma from black to white. */
  public float lumaSpan() {
    return lumaSpan;
  }

  /** Returns the span of Cb and Cr. */
  public float chromaSpan() {
    return chromaSpan;
  }

  /** Cb and Cr of grey. */
  public float chromaZero() {
    return chromaZero;
  }

  /**
   * Returns the luma of a picture; for a grey picture, the grey in this range. Alpha is ignored.
   */
  public Plane luma(Picture picture) {
    int width = picture.width();
    float[] values = new float[width * picture.height()];
    float[][] rgb = new float[picture.isColour() ? 3 : 1][width];
    for (int y = 0; y < picture.height(); y++) {
      get(picture, y, rgb);
      luma(rgb, 255, rgb[0], width);
      System.arraycopy(rgb[0], 0, values, y * width, width);
    }
    return new Plane(width, picture.height(), values);
  }

  /**
   * Luma of a row.
   *
   * @param rgb R, G and B, or grey alone, 0..greatest
   * @param greatest the value of white
   * @param y receives luma; may be one of {@code rgb}
   * @param n how many pixels
   */
  public void luma(float[][] rgb, float greatest, float[] y, int n) {
    float[] r = rgb[0];
    if (rgb.length == 1) {
      for (int i = 0; i < n; i++) {
        y[i] = black + lumaSpan * (r[i] / greatest);
      }
      return;
    }
    float[] g = rgb[1];
    float[] b = rgb[2];
    for (int i = 0; i < n; i++) {
      y[i] = black + lumaSpan * ((RED * r[i] + GREEN * g[i] + BLUE * b[i]) / greatest);
    }
  }

  /**
   * Cb and Cr of a row.
   *
   * @param rgb R, G and B, 0..greatest; Cb and Cr take the place of the first two
   * @param greatest the value of white
   * @param n how many pixels
   */
  public void chroma(float[][] rgb, float greatest, int n) {
    float[] first = rgb[0];
    float[] second = rgb[1];
    float[] third = rgb[2];
    for (int i = 0; i < n; i++) {
      float r = first[i] / greatest;
      float g = second[i] / greatest;
      float b = third[i] / greatest;
      float y = RED * r + GREEN * g + BLUE * b;
      first[i] = chromaZero + chromaSpan * ((b - y) / 1.772f);
      second[i] = chromaZero + chromaSpan * ((r - y) / 1.402f);
    }
  }

  /**
   * R, G, B of a row, neither clipped nor rounded.
   *
   * @param rgb luma in the first; R, G and B, 0..greatest, go into the three
   * @param cb blue difference
   * @param cr red difference
   * @param greatest the value of white
   * @param n how many pixels
   */
  public void rgb(float[][] rgb, float[] cb, float[] cr, float greatest, int n) {
    float[] first = rgb[0];
    float[] second = rgb[1];
    float[] third = rgb[2];
    for (int i = 0; i < n; i++) {
      float y = (first[i] - black) / lumaSpan;
      float blue = y + 1.772f * ((cb[i] - chromaZero) / chromaSpan);
      float red = y + 1.402f * ((cr[i] - chromaZero) / chromaSpan);
      float green = (y - RED * red - BLUE * blue) / GREEN;
      first[i] = greatest * red;
      second[i] = greatest * green;
      third[i] = greatest * blue;
    }
  }

  /**
   * Grey of a row, neither clipped nor rounded.
   *
   * @param y luma; grey, 0..greatest, takes its place
   * @param greatest the value of white
   * @param n how many pixels
   */
  public void grey(float[] y, float greatest, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = greatest * ((y[i] - black) / lumaSpan);
    }
  }

  /** Returns Cb and Cr of a picture; the neutral value for a grey one. */
  public Plane[] chroma(Picture picture) {
    int width = picture.width();
    Plane cb = new Plane(width, picture.height());
    Plane cr = new Plane(width, picture.height());
    float[][] rgb = new float[3][width];
    for (int y = 0; y < picture.height(); y++) {
      get(picture, y, rgb);
      chroma(rgb, 255, width);
      System.arraycopy(rgb[0], 0, cb.values(), y * width, width);
      System.arraycopy(rgb[1], 0, cr.values(), y * width, width);
    }
    return new Plane[] {cb, cr};
  }

  private static void get(Picture picture, int y, float[][] channels) {
    Rows rows = Rows.of(picture);
    for (int c = 0; c < channels.length; c++) {
      rows.get(y, 0, picture.width(), picture.isColour() ? c : 0, channels[c]);
    }
  }

  /**
   * R, G, B of luma and chroma, clipped and rounded half up.
   *
   * @throws IllegalArgumentException if the planes differ in size
   */
  public Picture toRgb(Plane luma, Plane cb, Plane cr) {
    requireSameSize(luma, cb);
    requireSameSize(luma, cr);
    float[][] rgb = {
      luma.values().clone(), new float[cb.values().length], new float[cb.values().length]
    };
    rgb(rgb, cb.values(), cr.values(), 255, rgb[0].length);
    return picture(luma, rgb);
  }

  private static Picture picture(Plane size, float[]... channels) {
    Plane[] planes = new Plane[channels.length];
    for (int c = 0; c < planes.length; c++) {
      planes[c] = new Plane(size.width(), size.height(), channels[c]);
    }
    return Picture.ofChannels(planes);
  }

  private static void requireSameSize(Plane a, Plane b) {
    if (a.width() != b.width() || a.height() != b.height()) {
      throw new IllegalArgumentException(
          "chroma: expected "
              + a.width()
              + "x"
              + a.height()
              + ", received "
              + b.width()
              + "x"
              + b.height());
    }
  }
}
