package io.subpixel.runtime.video;

import io.subpixel.models.picture.PictureLayout;
import io.subpixel.models.picture.Rows;
import java.util.Arrays;

/**
 * The samples of a frame in Java's memory.
 *
 * @param format how large the planes are
 * @param rows one plane each, of one channel; depths above 8 in 16 bits
 */
record Planes(FrameFormat format, Rows[] rows) {
  /** Planes of zeros. */
  static Planes of(FrameFormat format) {
    Rows[] rows = new Rows[format.planes()];
    for (int plane = 0; plane < rows.length; plane++) {
      int depth = format.depth() == 8 ? 8 : 16;
      int height = format.height(plane);
      rows[plane] = new Rows(height, new PictureLayout(format.width(plane), height, 1, depth));
    }
    return new Planes(format, rows);
  }

  /** The samples of a decoded frame. */
  static Planes of(Frame frame) {
    Planes planes = of(frame.format());
    for (int plane = 0; plane < planes.rows.length; plane++) {
      if (planes.isDeep()) {
        frame.read(plane, planes.rows[plane].shorts());
      } else {
        frame.read(plane, planes.rows[plane].bytes());
      }
    }
    return planes;
  }

  /** Whether samples have two bytes. */
  boolean isDeep() {
    return format.depth() > 8;
  }

  byte[][] bytes() {
    return Arrays.stream(rows).map(Rows::bytes).toArray(byte[][]::new);
  }

  short[][] shorts() {
    return Arrays.stream(rows).map(Rows::shorts).toArray(short[][]::new);
  }

  /** Whether every sample is the same. */
  boolean same(Planes other) {
    if (!format.equals(other.format)) {
      return false;
    }
    for (int plane = 0; plane < rows.length; plane++) {
      boolean same =
          isDeep()
              ? Arrays.equals(rows[plane].shorts(), other.rows[plane].shorts())
              : Arrays.equals(rows[plane].bytes(), other.rows[plane].bytes());
      if (!same) {
        return false;
      }
    }
    return true;
  }
}
