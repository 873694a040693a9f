package io.subpixel.pictures.internal;

import io.subpixel.pictures.Picture;
import java.util.Random;

/**
 * A drawn picture to try a model on without a photograph: discs, bars, strokes, a Siemens star and
 * a zone plate on a soft gradient, each pixel the mean of 4x4 samples. It uses plain arithmetic, so
 * every machine draws the same pixels, and it is free of rights.
 */
public final class TestCard {
  private static final int SAMPLES = 4;
  private static final int SHAPES = 24;

  private TestCard() {}

  /** A painted shape. */
  private interface Shape {
    /** Returns R, G, B as 0xRRGGBB at {@code (x, y)} in pixels, or -1 outside the shape. */
    int at(double x, double y);
  }

  /**
   * Draws a card in colour.
   *
   * @param seed determines places and colours of the shapes; equal seeds give equal pictures
   */
  public static Picture draw(int width, int height, long seed) {
    Shape[] shapes = shapes(width, height, new Random(seed));
    byte[] samples = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int red = 0;
        int green = 0;
        int blue = 0;
        for (int s = 0; s < SAMPLES * SAMPLES; s++) {
          int column = s % SAMPLES;
          int row = s / SAMPLES;
          double sampleX = x + (column + 0.5) / SAMPLES;
          double sampleY = y + (row + 0.5) / SAMPLES;
          int colour = -1;
          for (int i = shapes.length - 1; colour < 0; i--) {
            colour = shapes[i].at(sampleX, sampleY);
          }
          red += colour >> 16;
          green += colour >> 8 & 0xff;
          blue += colour & 0xff;
        }
        samples[at++] = Picture.toSample((float) red / (SAMPLES * SAMPLES));
        samples[at++] = Picture.toSample((float) green / (SAMPLES * SAMPLES));
        samples[at++] = Picture.toSample((float) blue / (SAMPLES * SAMPLES));
      }
    }
    return new Picture(width, height, 3, samples);
  }

  /** Lists the shapes from back to front; the first covers everything. */
  private static Shape[] shapes(int width, int height, Random random) {
    double size = Math.min(width, height);
    Shape[] shapes = new Shape[SHAPES + 3];
    shapes[0] = gradient(width, height);
    for (int i = 1; i <= SHAPES; i++) {
      double x = random.nextDouble() * width;
      double y = random.nextDouble() * height;
      double angle = random.nextDouble() * Math.PI;
      int colour = random.nextInt(1 << 24);
      shapes[i] =
          switch (i % 3) {
            case 0 -> disc(x, y, size * (0.04 + 0.1 * random.nextDouble()), colour);
            case 1 ->
                bar(x, y, size * 0.3, size * (0.004 + 0.02 * random.nextDouble()), angle, colour);
            default ->
                bar(x, y, size * 0.15, size * (0.03 + 0.07 * random.nextDouble()), angle, colour);
          };
    }
    shapes[SHAPES + 1] = star(0.24 * width, 0.3 * height, 0.22 * size);
    shapes[SHAPES + 2] = zonePlate(0.76 * width, 0.68 * height, 0.24 * size);
    return shapes;
  }

  private static Shape gradient(int width, int height) {
    return (x, y) -> {
      int across = (int) (120 * x / width);
      int down = (int) (110 * y / height);
      return (70 + across) << 16 | (190 - down) << 8 | (200 - across / 2 - down / 2);
    };
  }

  private static Shape disc(double centreX, double centreY, double radius, int colour) {
    return (x, y) -> Math.hypot(x - centreX, y - centreY) < radius ? colour : -1;
  }

  private static Shape bar(
      double centreX,
      double centreY,
      double halfLength,
      double halfWidth,
      double angle,
      int colour) {
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    return (x, y) -> {
      double along = (x - centreX) * cos + (y - centreY) * sin;
      double across = (y - centreY) * cos - (x - centreX) * sin;
      return Math.abs(along) < halfLength && Math.abs(across) < halfWidth ? colour : -1;
    };
  }

  /** A Siemens star: spokes that become finer towards the centre. */
  private static Shape star(double centreX, double centreY, double radius) {
    return (x, y) -> {
      if (Math.hypot(x - centreX, y - centreY) >= radius) {
        return -1;
      }
      double turn = Math.atan2(y - centreY, x - centreX) / (2 * Math.PI) + 0.5;
      return (int) (turn * 36) % 2 == 0 ? 0xf4efe2 : 0x20242c;
    };
  }

  /** Rings that become finer outwards, to a period of four pixels. */
  private static Shape zonePlate(double centreX, double centreY, double radius) {
    return (x, y) -> {
      double distance = Math.hypot(x - centreX, y - centreY);
      if (distance >= radius) {
        return -1;
      }
      int grey = (int) (127.5 + 110 * Math.cos(Math.PI / 4 * distance * distance / radius));
      return grey << 16 | grey << 8 | grey;
    };
  }
}
