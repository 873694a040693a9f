package io.subpixel.zoo.degradation;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import java.util.Arrays;

/**
 * A picture between two steps of a degradation: grey or R, G, B without alpha, 0..255, neither
 * clipped nor rounded. Immutable by convention: a step that changes values makes new planes.
 */
final class Planes {
  private final int width;
  private final int height;
  private final float[][] values;

  /**
   * Wraps values.
   *
   * @param values {@code [C][H * W]}, C = 1 or 3
   */
  Planes(int width, int height, float[][] values) {
    this.width = width;
    this.height = height;
    this.values = values;
  }

  /** Returns the colours of a picture; alpha is ignored. */
  static Planes of(Picture picture) {
    float[][] values = new float[picture.isColour() ? 3 : 1][];
    for (int c = 0; c < values.length; c++) {
      values[c] = picture.channel(c).values();
    }
    return new Planes(picture.width(), picture.height(), values);
  }

  /** Converts to 8 bits, clipped and rounded half up. */
  Picture toPicture() {
    Plane[] planes = new Plane[values.length];
    Arrays.setAll(planes, c -> new Plane(width, height, values[c]));
    return Picture.ofChannels(planes);
  }

  /** Returns a copy clipped and rounded half up, as a file of 8 bits stores it. */
  Planes rounded() {
    float[][] result = new float[values.length][width * height];
    for (int c = 0; c < result.length; c++) {
      for (int i = 0; i < result[c].length; i++) {
        result[c][i] = Picture.toSample(values[c][i]) & 0xff;
      }
    }
    return new Planes(width, height, result);
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  int channels() {
    return values.length;
  }

  /** The values themselves, {@code [y * width + x]}. */
  float[] channel(int c) {
    return values[c];
  }
}
