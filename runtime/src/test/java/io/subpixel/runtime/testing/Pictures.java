package io.subpixel.runtime.testing;

import io.subpixel.pictures.Picture;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Random;

/** Pictures made by code. */
public final class Pictures {
  private Pictures() {}

  /** Samples at random, 0..200, so that a few steps more are still below 255. */
  public static Picture random(int width, int height, int channels, long seed) {
    Random random = new Random(seed);
    byte[] samples = new byte[width * height * channels];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) random.nextInt(201);
    }
    return new Picture(width, height, channels, samples);
  }

  /** Edges, curves and thin lines in colour, as in photographs and drawings. */
  public static Picture drawn(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setColor(new Color(230, 225, 210));
    graphics.fillRect(0, 0, width, height);
    Random random = new Random(7);
    for (int i = 0; i < 60; i++) {
      graphics.setColor(new Color(random.nextInt(256), random.nextInt(256), random.nextInt(256)));
      graphics.setStroke(new BasicStroke(1 + random.nextInt(5)));
      int x = random.nextInt(width);
      int y = random.nextInt(height);
      int size = 8 + random.nextInt(width / 4);
      if (i % 3 == 0) {
        graphics.fillOval(x - size / 2, y - size / 2, size, size);
      } else if (i % 3 == 1) {
        graphics.drawLine(x, y, random.nextInt(width), random.nextInt(height));
      } else {
        graphics.drawRect(x, y, size, size / 2);
      }
    }
    graphics.dispose();
    byte[] samples = new byte[width * height * 3];
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int rgb = image.getRGB(x, y);
        samples[at++] = (byte) (rgb >> 16);
        samples[at++] = (byte) (rgb >> 8);
        samples[at++] = (byte) rgb;
      }
    }
    return new Picture(width, height, 3, samples);
  }
}
