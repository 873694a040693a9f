package io.subpixel.runtime.video.internal;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.ShortPointer;

/**
 * The samples of a frame in Java's memory.
 *
 * @param format the format of the planes
 * @param rows one plane each, with one channel; depths above 8 in 16 bits
 */
record Planes(FrameFormat format, List<Rows> rows) {
  /** Planes of zeros. */
  static Planes of(FrameFormat format) {
    List<Rows> rows = new ArrayList<>();
    for (int plane = 0; plane < format.planes(); plane++) {
      rows.add(zeros(format, plane));
    }
    return new Planes(format, rows);
  }

  private static Rows zeros(FrameFormat format, int plane) {
    int height = format.height(plane);
    int depth = format.depth() == 8 ? 8 : 16;
    return new Rows(height, new PictureLayout(format.width(plane), height, 1, depth));
  }

  /** Returns the samples of a decoded frame. */
  static Planes of(Frame frame) {
    Planes planes = of(frame.format());
    for (int plane = 0; plane < planes.rows.size(); plane++) {
      read(frame, plane, planes.rows.get(plane));
    }
    return planes;
  }

  /**
   * Returns the middle, or this if the size is the same. Chroma keeps its siting.
   *
   * @param to the same format, but no side larger
   */
  Planes cropped(FrameFormat to) {
    if (to.equals(format)) {
      return this;
    }
    int left = (format.width() - to.width()) / 2 & -(1 << format.log2ChromaWidth());
    int top = (format.height() - to.height()) / 2 & -(1 << format.log2ChromaHeight());
    Planes kept = of(to);
    for (int plane = 0; plane < rows.size(); plane++) {
      boolean isFull = FrameFormat.isFull(plane);
      int x = isFull ? left : left >> format.log2ChromaWidth();
      int y = isFull ? top : top >> format.log2ChromaHeight();
      Rows from = rows.get(plane);
      Rows into = kept.rows.get(plane);
      Object source = isDeep() ? from.shorts() : from.bytes();
      Object target = isDeep() ? into.shorts() : into.bytes();
      int length = into.rowLength();
      for (int row = 0; row < into.count(); row++) {
        System.arraycopy(source, (y + row) * from.rowLength() + x, target, row * length, length);
      }
    }
    return kept;
  }

  /** Copies to a planar frame of the same format, which may lack alpha. */
  void copyTo(AVFrame frame) {
    for (int p = 0; p < rows.size() && frame.data(p) != null; p++) {
      Rows plane = rows.get(p);
      int width = plane.width();
      if (isDeep()) {
        ShortPointer samples = new ShortPointer(frame.data(p));
        for (int y = 0; y < plane.count(); y++) {
          samples.position((long) y * frame.linesize(p) / Short.BYTES);
          samples.put(plane.shorts(), y * width, width);
        }
      } else {
        BytePointer samples = frame.data(p);
        for (int y = 0; y < plane.count(); y++) {
          samples.position((long) y * frame.linesize(p)).put(plane.bytes(), y * width, width);
        }
      }
    }
  }

  /** Returns only the first plane of a decoded frame. */
  static Rows luma(Frame frame) {
    Rows rows = zeros(frame.format(), 0);
    read(frame, 0, rows);
    return rows;
  }

  private static void read(Frame frame, int plane, Rows into) {
    if (into.depth() == 8) {
      frame.read(plane, into.bytes());
    } else {
      frame.read(plane, into.shorts());
    }
  }

  /** Returns whether samples have two bytes. */
  boolean isDeep() {
    return format.depth() > 8;
  }

  /** Returns whether every sample is the same. */
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
