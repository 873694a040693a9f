package io.subpixel.runtime;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits one side of a picture into overlapping parts. All parts have the same length, so the
 * network sees one shape, and none keeps pixels closer to a cut than the receptive radius. The
 * outer parts touch the picture's ends, where the network pads as for the whole picture.
 */
final class AxisTiling {
  private AxisTiling() {}

  /**
   * A part.
   *
   * @param from the start of the network's input
   * @param length the length of the network's input, padded beyond the picture
   * @param keepFrom the start of the pixels that are kept
   * @param keepTo their end
   */
  record Cut(int from, int length, int keepFrom, int keepTo) {
    int kept() {
      return keepTo - keepFrom;
    }
  }

  /**
   * Returns the length of every part when a side is split into {@code parts}.
   *
   * @param side in LR pixels
   * @param radius the receptive radius
   * @param multiple the number that the length is a multiple of
   */
  static int length(int side, int parts, int radius, int multiple) {
    long overlaps = 2L * radius * (parts - 1);
    long length = (side + overlaps + parts - 1) / parts;
    if (parts > 1 && multiple > 1) {
      // Starts are rounded to the multiple too.
      length += multiple - 1;
    }
    return Math.toIntExact((length + multiple - 1) / multiple * multiple);
  }

  /** Returns how many parts of at most {@code length} a side must be split into; at least 1. */
  static int parts(int side, int length, int radius, int multiple) {
    int parts = 1;
    while (parts < side && length(side, parts, radius, multiple) > length) {
      parts++;
    }
    return parts;
  }

  /**
   * Splits a side.
   *
   * @param parts how many; fewer result if rounding to the multiple makes some equal
   * @param length of every part: at least {@link #length} for that many parts
   */
  static List<Cut> of(int side, int parts, int length, int multiple) {
    List<Integer> starts = new ArrayList<>();
    int last = Math.max(0, side - length);
    // The last one reaches the end, or beyond it.
    int lastStart = (last + multiple - 1) / multiple * multiple;
    for (int i = 0; i < parts; i++) {
      long start = parts == 1 ? 0 : (long) i * lastStart / (parts - 1);
      int rounded = Math.toIntExact(start / multiple * multiple);
      if (starts.isEmpty() || rounded > starts.get(starts.size() - 1)) {
        starts.add(rounded);
      }
    }
    List<Cut> cuts = new ArrayList<>();
    int kept = 0;
    for (int i = 0; i < starts.size(); i++) {
      int end = i == starts.size() - 1 ? side : (starts.get(i) + length + starts.get(i + 1)) / 2;
      cuts.add(new Cut(starts.get(i), length, kept, end));
      kept = end;
    }
    return cuts;
  }
}
