package io.subpixel.models.degradation;

import io.subpixel.models.picture.Picture;
import io.subpixel.models.picture.file.JpegLoss;
import java.util.Random;

/** A later step of a degradation: worse pixels. */
sealed interface Harm {
  /** Its part of the id. */
  String id();

  /** Whether the result depends on the seed. */
  boolean isRandom();

  /** The picture harmed; its alpha stays. */
  Picture apply(Picture picture, long seed);

  /** White gaussian noise, rounded half up and clipped. */
  record Noise(double sigma) implements Harm {
    private static final String NAME = "noise:";

    public Noise {
      if (!(sigma > 0 && sigma <= 255)) {
        throw new IllegalArgumentException("noise: expected at most 255, received " + sigma);
      }
    }

    @Override
    public String id() {
      return NAME + Decimals.print(sigma);
    }

    @Override
    public boolean isRandom() {
      return true;
    }

    @Override
    public Picture apply(Picture picture, long seed) {
      Random random = new Random(seed);
      byte[] samples = picture.samples().clone();
      int channels = picture.channels();
      int harmed = picture.hasAlpha() ? channels - 1 : channels;
      for (int i = 0; i < samples.length; i++) {
        if (i % channels < harmed) {
          samples[i] =
              Picture.toSample((float) ((samples[i] & 0xff) + sigma * random.nextGaussian()));
        }
      }
      return new Picture(picture.width(), picture.height(), channels, samples);
    }
  }

  /** A JPEG file and back. */
  record Jpeg(int quality) implements Harm {
    private static final String NAME = "jpeg:";

    public Jpeg {
      if (quality < 1 || quality > 100) {
        throw new IllegalArgumentException("jpeg: expected 1 to 100, received " + quality);
      }
    }

    @Override
    public String id() {
      return NAME + quality;
    }

    @Override
    public boolean isRandom() {
      return false;
    }

    @Override
    public Picture apply(Picture picture, long seed) {
      return JpegLoss.apply(picture, quality);
    }
  }

  /**
   * Reads a part of an id.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Harm parse(String part) {
    if (part.startsWith(Noise.NAME)) {
      return new Noise(Decimals.parse(part.substring(Noise.NAME.length())));
    } else if (part.startsWith(Jpeg.NAME)) {
      return new Jpeg(Integer.parseInt(part.substring(Jpeg.NAME.length())));
    }
    throw new IllegalArgumentException(part);
  }
}
