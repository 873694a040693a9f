package io.subpixel.models.colour;

import io.subpixel.models.picture.Picture;
import io.subpixel.models.picture.Plane;

/**
 * Luma and chroma by ITU-R BT.601: {@code Y = 0.299 R + 0.587 G + 0.114 B}, {@code Cb = (B - Y) /
 * 1.772}, {@code Cr = (R - Y) / 1.402}, in floating point throughout, so that the way there and
 * back gives every sample unchanged.
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

  /** How far luma goes from black to white. */
  public float lumaSpan() {
    return lumaSpan;
  }

  /** How far Cb and Cr go. */
  public float chromaSpan() {
    return chromaSpan;
  }

  /** Cb and Cr of grey. */
  public float chromaZero() {
    return chromaZero;
  }

  /** The luma of a picture; of grey, the grey itself in this range. Alpha is left out. */
  public Plane luma(Picture picture) {
    byte[] samples = picture.samples();
    int channels = picture.channels();
    float[] y = new float[picture.width() * picture.height()];
    for (int i = 0, at = 0; i < y.length; i++, at += channels) {
      float value =
          picture.isColour()
              ? RED * (samples[at] & 0xff)
                  + GREEN * (samples[at + 1] & 0xff)
                  + BLUE * (samples[at + 2] & 0xff)
              : samples[at] & 0xff;
      y[i] = black + lumaSpan * (value / 255);
    }
    return new Plane(picture.width(), picture.height(), y);
  }

  /** Cb and Cr of a picture; of grey, the neutral value throughout. */
  public Plane[] chroma(Picture picture) {
    byte[] samples = picture.samples();
    int channels = picture.channels();
    int pixels = picture.width() * picture.height();
    float[] cb = new float[pixels];
    float[] cr = new float[pixels];
    for (int i = 0, at = 0; i < pixels; i++, at += channels) {
      float r = (samples[at] & 0xff) / 255f;
      float g = picture.isColour() ? (samples[at + 1] & 0xff) / 255f : r;
      float b = picture.isColour() ? (samples[at + 2] & 0xff) / 255f : r;
      float y = RED * r + GREEN * g + BLUE * b;
      cb[i] = chromaZero + chromaSpan * ((b - y) / 1.772f);
      cr[i] = chromaZero + chromaSpan * ((r - y) / 1.402f);
    }
    return new Plane[] {
      new Plane(picture.width(), picture.height(), cb),
      new Plane(picture.width(), picture.height(), cr)
    };
  }

  /**
   * R, G, B of luma and chroma, clipped and rounded half up.
   *
   * @throws IllegalArgumentException if the planes differ in size
   */
  public Picture toRgb(Plane luma, Plane cb, Plane cr) {
    requireSameSize(luma, cb);
    requireSameSize(luma, cr);
    float[] ys = luma.values();
    float[] cbs = cb.values();
    float[] crs = cr.values();
    byte[] samples = new byte[Math.multiplyExact(ys.length, 3)];
    for (int i = 0, at = 0; i < ys.length; i++, at += 3) {
      float y = (ys[i] - black) / lumaSpan;
      float blue = y + 1.772f * ((cbs[i] - chromaZero) / chromaSpan);
      float red = y + 1.402f * ((crs[i] - chromaZero) / chromaSpan);
      float green = (y - RED * red - BLUE * blue) / GREEN;
      samples[at] = Picture.toSample(255 * red);
      samples[at + 1] = Picture.toSample(255 * green);
      samples[at + 2] = Picture.toSample(255 * blue);
    }
    return new Picture(luma.width(), luma.height(), 3, samples);
  }

  /** A grey picture of luma, clipped and rounded half up. */
  public Picture toGrey(Plane luma) {
    float[] ys = luma.values();
    byte[] samples = new byte[ys.length];
    for (int i = 0; i < ys.length; i++) {
      samples[i] = Picture.toSample(255 * ((ys[i] - black) / lumaSpan));
    }
    return new Picture(luma.width(), luma.height(), 1, samples);
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
