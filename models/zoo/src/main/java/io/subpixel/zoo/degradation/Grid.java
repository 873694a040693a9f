package io.subpixel.zoo.degradation;

import io.subpixel.pictures.Plane;

/** A matrix of values in double precision. */
final class Grid {
  private final int width;
  private final double[] values;

  Grid(int width, double[] values) {
    this.width = width;
    this.values = values;
  }

  static Grid of(Plane plane) {
    double[] values = new double[plane.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = plane.values()[i];
    }
    return new Grid(plane.width(), values);
  }

  int width() {
    return width;
  }

  int height() {
    return values.length / width;
  }

  /** The values themselves, {@code [y * width + x]}. */
  double[] values() {
    return values;
  }

  Grid transposed() {
    int height = height();
    double[] result = new double[values.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        result[x * height + y] = values[y * width + x];
      }
    }
    return new Grid(height, result);
  }
}
