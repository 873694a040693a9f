package io.subpixel.runtime;

import java.util.ArrayList;
import java.util.List;

/**
 * One side of a picture cut into parts that overlap: every part has the same length, so that the
 * network sees one shape, and none keeps anything nearer to a cut than the receptive radius. Parts
 * lie against the picture's ends, where the network pads as it would for the whole.
 */
final class AxisTiling {
  private AxisTiling() {}

  /**
   * A part.
   *
   * @param from where the network's input begins
   * @param length of the network's input; what lies beyond the picture is padding
   * @param keepFrom where the pixels begin that are kept
   * @param keepTo where they end
   */
  record Cut(int from, int length, int keepFrom, int keepTo) {
    int kept() {
      return keepTo - keepFrom;
    }
  }

  /**
   * The length of every part when a side is cut into {@code parts}.
   *
   * @param side in LR pixels
   * @param radius the receptive radius
   * @param multiple of which the length is one
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

  /** How many parts of at most {@code length} a side must be cut into; at least 1. */
  static int parts(int side, int length, int radius, int multiple) {
    int parts = 1;
    while (parts < side && length(side, parts, radius, multiple) > length) {
      parts++;
    }
    return parts;
  }

  /**
   * AxisTiling a side.
   *
   * @param parts how many; fewer come out where rounding to the multiple makes some the same
   * @param length of every part: at least {@link #length} of as many parts
   */
  static List<Cut> of(int side, int parts, int length, int multiple) {
    List<Integer> starts = new ArrayList<>();
    int last = Math.max(0, side - length);
    // The last one reaches the end, if need be beyond it.
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
