package io.subpixel.runtime.video;

import io.subpixel.models.picture.PictureLayout;
import io.subpixel.models.picture.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The samples of a frame in Java's memory.
 *
 * @param format how large the planes are
 * @param rows one plane each, of one channel; depths above 8 in 16 bits
 */
record Planes(FrameFormat format, List<Rows> rows) {
  /** Planes of zeros. */
  static Planes of(FrameFormat format) {
    List<Rows> rows = new ArrayList<>();
    for (int plane = 0; plane < format.planes(); plane++) {
      int depth = format.depth() == 8 ? 8 : 16;
      int height = format.height(plane);
      rows.add(new Rows(height, new PictureLayout(format.width(plane), height, 1, depth)));
    }
    return new Planes(format, rows);
  }

  /** The samples of a decoded frame. */
  static Planes of(Frame frame) {
    Planes planes = of(frame.format());
    for (int plane = 0; plane < planes.rows.size(); plane++) {
      if (planes.isDeep()) {
        frame.read(plane, planes.rows.get(plane).shorts());
      } else {
        frame.read(plane, planes.rows.get(plane).bytes());
      }
    }
    return planes;
  }

  /** Whether samples have two bytes. */
  boolean isDeep() {
    return format.depth() > 8;
  }

  /** Whether every sample is the same. */
  boolean same(Planes other) {
    if (!format.equals(other.format)) {
      return false;
    }
    for (int plane = 0; plane < rows.size(); plane++) {
      boolean same =
          isDeep()
              ? Arrays.equals(rows.get(plane).shorts(), other.rows.get(plane).shorts())
              : Arrays.equals(rows.get(plane).bytes(), other.rows.get(plane).bytes());
      if (!same) {
        return false;
      }
    }
    return true;
  }
}
