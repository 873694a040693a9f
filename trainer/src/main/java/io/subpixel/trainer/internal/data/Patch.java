package io.subpixel.trainer.internal.data;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import io.subpixel.zoo.Colour;

/**
 * A place in a picture, as 8-bit samples, and the way to turn it.
 *
 * @param pair LR {@code [P,P]}, HR {@code [sP,sP]}
 * @param way bit 0 mirrors, bit 1 flips, bit 2 transposes
 */
record Patch(PicturePair pair, int way) {
  /** Writes the planes of a square picture at {@code at}, turned, and says where they end. */
  static int pack(Picture picture, Colour colour, int way, float[] to, int at) {
    int next = at;
    for (Plane plane : colour.planes(picture)) {
      turn(plane, way, to, next);
      next += plane.values().length;
    }
    return next;
  }

  private static void turn(Plane plane, int way, float[] to, int at) {
    int side = plane.width();
    float[] from = plane.values();
    int next = at;
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        int sourceX = (way & 1) == 0 ? x : side - 1 - x;
        int sourceY = (way & 2) == 0 ? y : side - 1 - y;
        to[next++] =
            (way & 4) == 0 ? from[sourceY * side + sourceX] : from[sourceX * side + sourceY];
      }
    }
  }
}
