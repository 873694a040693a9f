package io.subpixel.runtime.video.internal;

import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_side_data;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;
import org.bytedeco.javacpp.IntPointer;
import org.jspecify.annotations.Nullable;

/**
 * The rotation or mirroring that makes stored frames upright: one of the eight that keep the axes
 * aligned.
 */
enum Orientation {
  UPRIGHT(""),
  MIRRORED("hflip"),
  UPSIDE_DOWN("hflip,vflip"),
  FLIPPED("vflip"),
  TRANSPOSED("transpose=cclock_flip"),
  CLOCKWISE("transpose=clock"),
  TRANSVERSED("transpose=clock_flip"),
  ANTICLOCKWISE("transpose=cclock");

  private final String filters;

  Orientation(String filters) {
    this.filters = filters;
  }

  /** Returns FFmpeg's filters that make frames upright. */
  String filters() {
    return filters;
  }

  /** Returns whether columns become rows. */
  boolean isTransposing() {
    return filters.startsWith("transpose");
  }

  /**
   * Returns the orientation of the display matrix that a decoded frame has from its container or
   * stream.
   *
   * @return null if its angle isn't a multiple of 90 degrees
   */
  static @Nullable Orientation of(AVFrame frame) {
    AVFrameSideData matrix = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX);
    return matrix == null || matrix.isNull() ? UPRIGHT : of(new IntPointer(matrix.data()));
  }

  /** A stored point becomes x' = ax + cy, y' = bx + dy. */
  private static @Nullable Orientation of(IntPointer matrix) {
    long a = matrix.get(0);
    long b = matrix.get(1);
    long c = matrix.get(3);
    long d = matrix.get(4);
    if (isNone(b, a) && isNone(c, d)) {
      return a > 0 ? d > 0 ? UPRIGHT : FLIPPED : d > 0 ? MIRRORED : UPSIDE_DOWN;
    }
    if (isNone(a, b) && isNone(d, c)) {
      return b > 0 ? c > 0 ? TRANSPOSED : CLOCKWISE : c > 0 ? ANTICLOCKWISE : TRANSVERSED;
    }
    return null;
  }

  /** Returns whether a part is negligible relative to the other: less than a degree. */
  private static boolean isNone(long part, long beside) {
    return 60 * Math.abs(part) < Math.abs(beside);
  }
}
