package io.subpixel.zoo.degradation;

import java.util.Random;

/**
 * Noise, {@code noise:KINDS,SIGMA} or {@code shot:KINDS,GAIN}, independent for each channel by
 * default. The first is gaussian with that standard deviation, in units of 0..255. The second is
 * photon noise: gaussian with a variance of GAIN times the value, which approximates Poisson noise
 * at the counts of real cameras.
 *
 * @param amount SIGMA, at most 255, or GAIN, at most 4
 */
record Noise(Source source, Choice<Kind> kinds, Range amount) implements Step {
  private static final int TABLE = 1 << 16;
  private static final float[] GAUSSIANS = gaussians();
  private static final Choice<Kind> CHANNELS = Choice.of(Kind.COLOUR);

  /** The source of the noise. */
  enum Source {
    /** Equally strong everywhere. */
    NOISE(255),
    /** Stronger in brighter areas. */
    SHOT(4);

    private final double most;

    Source(double most) {
      this.most = most;
    }

    /** Returns the text before the colon. */
    String id() {
      return toString().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** The correlation of noise between pixels and channels. */
  enum Kind {
    /** White, independent for each channel. */
    COLOUR,
    /** White, the same in all channels. */
    GREY,
    /** White, then low-passed by a sigma of 0.4..0.9 pixels, as denoising and resizing leave it. */
    SOFT,
    /** White on the sites of a Bayer pattern, and interpolated between them. */
    BAYER
  }

  Noise {
    amount.within(Math.nextUp(0.0), source.most);
  }

  static Noise of(Source source, Range amount) {
    return new Noise(source, CHANNELS, amount);
  }

  @Override
  public String id() {
    return source.id() + ":" + (kinds.equals(CHANNELS) ? "" : kinds + ",") + amount;
  }

  @Override
  public boolean isRandom() {
    return true;
  }

  @Override
  public Planes apply(Planes picture, Target target, Random random) {
    int width = picture.width();
    int height = picture.height();
    float strength = (float) amount.draw(random);
    float[][] noise = unit(kinds.draw(random), picture.channels(), width, height, random);
    float[][] values = new float[picture.channels()][width * height];
    for (int c = 0; c < values.length; c++) {
      float[] from = picture.channel(c);
      for (int i = 0; i < from.length; i++) {
        float sigma =
            switch (source) {
              case NOISE -> strength;
              case SHOT -> (float) Math.sqrt(strength * Math.max(from[i], 0));
            };
        values[c][i] = from[i] + sigma * noise[c][i];
      }
    }
    return new Planes(width, height, values);
  }

  private static float[][] unit(Kind kind, int channels, int width, int height, Random random) {
    float[][] noise = new float[channels][];
    for (int c = 0; c < channels; c++) {
      noise[c] = kind == Kind.GREY && c > 0 ? noise[0] : white(width, height, random);
    }
    switch (kind) {
      case COLOUR, GREY -> {}
      case SOFT -> {
        double sigma = 0.4 + 0.5 * random.nextDouble();
        BlurKernel kernel = BlurKernel.gaussian(sigma);
        float gain = 1 / kernel.noiseLeft();
        for (int c = 0; c < channels; c++) {
          noise[c] = kernel.apply(noise[c], width, height);
          for (int i = 0; i < noise[c].length; i++) {
            noise[c][i] *= gain;
          }
        }
      }
      case BAYER -> {
        int x = random.nextInt(2);
        int y = random.nextInt(2);
        if (channels == 3) {
          interpolateGreen(noise[1], width, height, x + y);
          interpolateRedOrBlue(noise[0], width, height, x, y);
          interpolateRedOrBlue(noise[2], width, height, 1 - x, 1 - y);
        }
      }
    }
    return noise;
  }

  /**
   * Copies rows from random positions of a fixed table, as drawing each value would dominate the
   * time.
   */
  private static float[] white(int width, int height, Random random) {
    float[] field = new float[width * height];
    for (int y = 0; y < height; y++) {
      int start = random.nextInt(TABLE);
      for (int x = 0; x < width; x++) {
        field[y * width + x] = GAUSSIANS[(start + x) & (TABLE - 1)];
      }
    }
    return field;
  }

  private static float[] gaussians() {
    Random random = new Random(20_210_325);
    float[] table = new float[TABLE];
    for (int i = 0; i < TABLE; i++) {
      table[i] = (float) random.nextGaussian();
    }
    return table;
  }

  /** Fills pixels from their four neighbours; sites are where {@code x + y + phase} is even. */
  private static void interpolateGreen(float[] noise, int width, int height, int phase) {
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if ((x + y + phase) % 2 != 0) {
          noise[y * width + x] =
              0.25f
                  * (noise[at(x - 1, y, width, height)]
                      + noise[at(x + 1, y, width, height)]
                      + noise[at(x, y - 1, width, height)]
                      + noise[at(x, y + 1, width, height)]);
        }
      }
    }
  }

  /** Fills the rows of sites first, then those between; sites are at every other column and row. */
  private static void interpolateRedOrBlue(
      float[] noise, int width, int height, int firstX, int firstY) {
    for (int y = firstY; y < height; y += 2) {
      for (int x = 1 - firstX; x < width; x += 2) {
        noise[y * width + x] =
            0.5f * (noise[at(x - 1, y, width, height)] + noise[at(x + 1, y, width, height)]);
      }
    }
    for (int y = 1 - firstY; y < height; y += 2) {
      for (int x = 0; x < width; x++) {
        noise[y * width + x] =
            0.5f * (noise[at(x, y - 1, width, height)] + noise[at(x, y + 1, width, height)]);
      }
    }
  }

  /** Mirrors around the edge pixel, so that a neighbour outside maps to one of the same kind. */
  private static int at(int x, int y, int width, int height) {
    return mirrored(y, height) * width + mirrored(x, width);
  }

  private static int mirrored(int i, int size) {
    if (size == 1) {
      return 0;
    }
    return i < 0 ? -i : i >= size ? 2 * size - 2 - i : i;
  }
}
