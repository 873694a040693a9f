package io.subpixel.pictures;

/** The pictures that tests draw. */
public final class Drawings {
  private Drawings() {}

  /** Each sample another, so that any that is moved or changed shows. */
  public static Picture everyValue(int width, int height, int channels) {
    byte[] samples = new byte[width * height * channels];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) (i * 101 + i / 256);
    }
    return new Picture(width, height, channels, samples);
  }

  /** Slow waves, another one in each channel. */
  public static Picture smooth(int width, int height, int channels) {
    byte[] samples = new byte[width * height * channels];
    for (int i = 0; i < samples.length; i++) {
      int x = i / channels % width;
      int y = i / channels / width;
      int c = i % channels;
      samples[i] = (byte) (128 + 100 * Math.sin(x / (9.0 + 4 * c) + y / (14.0 - 3 * c)));
    }
    return new Picture(width, height, channels, samples);
  }
}
