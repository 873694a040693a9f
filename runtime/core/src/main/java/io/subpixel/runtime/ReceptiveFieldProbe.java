package io.subpixel.runtime;

import io.subpixel.pictures.Plane;
import io.subpixel.runtime.ProbeRuns.FailedException;
import java.util.OptionalInt;
import java.util.Random;

/**
 * Finds the receptive radius by changing one half of a strip of noise, and checking how far into
 * the other half the result changes. If a change hardly decreases at twice a long distance, or time
 * runs out, the radius is unbounded.
 */
final class ReceptiveFieldProbe {
  private static final int SHORTEST = 128;
  private static final int LONG = 256;
  private static final int LONGEST = 1024;
  private static final int ACROSS = 16;
  private static final int CHANGES = 4;
  private static final int[] GRIDS = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64};
  private static final long MAX_NANOS = 20_000_000_000L;

  /** The tolerance for no change, as a share of the value range. */
  private static final double NOTHING = 1e-7;

  private final ProbeRuns runs;
  private final ModelPorts ports;
  private final TensorLayout layout;
  private final int channels;
  private final int scale;
  private final ValueRange range;

  /**
   * The constraints on tiles.
   *
   * @param radius the receptive radius in LR pixels, empty if unbounded
   * @param multiple the number that sides and positions of tiles must be multiples of
   */
  record Extent(OptionalInt radius, int multiple) {}

  private enum Axis {
    COLUMNS,
    ROWS
  }

  ReceptiveFieldProbe(
      ProbeRuns runs,
      ModelPorts ports,
      TensorLayout layout,
      int channels,
      int scale,
      ValueRange range) {
    this.runs = runs;
    this.ports = ports;
    this.layout = layout;
    this.channels = channels;
    this.scale = scale;
    this.range = range;
  }

  /**
   * Probes both axes.
   *
   * @param sides the number that sides must be multiples of
   * @param given the radius, if it is given
   */
  Extent find(int sides, OptionalInt given) throws FailedException {
    int radius = 0;
    for (Axis axis : Axis.values()) {
      OptionalInt found = given.isPresent() ? given : radius(axis, sides);
      if (found.isEmpty()) {
        return new Extent(OptionalInt.empty(), sides);
      }
      radius = Math.max(radius, found.getAsInt());
    }
    int grid = sides;
    for (Axis axis : Axis.values()) {
      OptionalInt found = grid(axis, sides, radius);
      if (found.isEmpty()) {
        return new Extent(given, sides);
      }
      grid = Math.max(grid, found.getAsInt());
    }
    if (given.isEmpty() && grid > 1) {
      // From other positions within the grid the radius may be larger than from the one tried.
      radius = up(radius + grid - 1, grid);
    }
    return new Extent(OptionalInt.of(radius), grid);
  }

  private OptionalInt radius(Axis axis, int sides) throws FailedException {
    long start = System.nanoTime();
    double before = Double.POSITIVE_INFINITY;
    for (int wanted = SHORTEST; wanted <= LONGEST; wanted *= 2) {
      int length = length(axis, up(wanted, sides));
      int reach = 0;
      double farthest = 0;
      for (int change = 0; change < CHANGES; change++) {
        int split = Math.min(length - 1, length / 2 + change * Math.max(1, sides / CHANGES));
        Plane[] one = noise(axis, length, sides, change);
        Plane[] other = changed(one, change);
        Plane[] result = runs.run(layout, one);
        double[] back = changes(axis, result, runs.run(layout, joined(axis, one, other, split)));
        double[] forth = changes(axis, result, runs.run(layout, joined(axis, other, one, split)));
        for (int i = 0; i < split; i++) {
          reach = back[i] > 0 ? Math.max(reach, split - i) : reach;
        }
        for (int i = split; i < length; i++) {
          reach = forth[i] > 0 ? Math.max(reach, i - split + 1) : reach;
        }
        farthest = Math.max(farthest, Math.max(back[0], forth[length - 1]));
      }
      // In a short strip, the effect of one distant pixel may be outside.
      if (farthest == 0 && (wanted >= LONG || isFixed(axis))) {
        return OptionalInt.of(reach);
      }
      if ((wanted >= LONG && farthest > before / 2)
          || isFixed(axis)
          || System.nanoTime() - start > MAX_NANOS) {
        return OptionalInt.empty();
      }
      before = farthest;
    }
    return OptionalInt.empty();
  }

  /** Finds the smallest shift of a picture by which its result shifts equally. */
  private OptionalInt grid(Axis axis, int sides, int radius) throws FailedException {
    int most = GRIDS[GRIDS.length - 1];
    int length = length(axis, up(2 * (radius + most), sides));
    Plane[] whole = noise(axis, length + most, sides, 0);
    Plane[] first = runs.run(layout, part(axis, whole, 0, length));
    for (int grid : GRIDS) {
      if (grid % sides == 0 && length > grid + 2 * radius) {
        Plane[] moved = runs.run(layout, part(axis, whole, grid, length));
        if (isMoved(axis, first, moved, grid, radius, length)) {
          return OptionalInt.of(grid);
        }
      }
    }
    return OptionalInt.empty();
  }

  private boolean isMoved(Axis axis, Plane[] first, Plane[] moved, int by, int radius, int length) {
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < first[c].height(); y++) {
        for (int x = 0; x < first[c].width(); x++) {
          int at = axis == Axis.COLUMNS ? x : y;
          if (at >= (by + radius) * scale && at < (length - radius) * scale) {
            float value =
                axis == Axis.COLUMNS
                    ? moved[c].at(x - by * scale, y)
                    : moved[c].at(x, y - by * scale);
            if (!(Math.abs(first[c].at(x, y) - value) <= tolerance())) {
              return false;
            }
          }
        }
      }
    }
    return true;
  }

  /** Returns the tolerance, as convolutions at other positions differ in rounding. */
  private double tolerance() {
    return switch (ports.element()) {
      case FLOAT32 -> 1e-4 * range.span();
      case FLOAT16 -> 1e-2 * range.span();
      case UINT8 -> 1.5;
    };
  }

  private int length(Axis axis, int wanted) {
    return (axis == Axis.COLUMNS ? ports.fixedWidth(layout) : ports.fixedHeight(layout))
        .orElse(wanted);
  }

  private boolean isFixed(Axis axis) {
    return (axis == Axis.COLUMNS ? ports.fixedWidth(layout) : ports.fixedHeight(layout))
        .isPresent();
  }

  private static int up(int size, int multiple) {
    return (size + multiple - 1) / multiple * multiple;
  }

  /** Creates a strip of one of several kinds, in the model's range. */
  private Plane[] noise(Axis axis, int length, int sides, int seed) {
    int across =
        axis == Axis.COLUMNS
            ? length(Axis.ROWS, up(ACROSS, sides))
            : length(Axis.COLUMNS, up(ACROSS, sides));
    Random random = new Random(seed);
    double contrast = seed % 2 == 0 ? 1 : 0.25;
    Plane[] planes = new Plane[channels];
    for (int c = 0; c < channels; c++) {
      planes[c] = axis == Axis.COLUMNS ? new Plane(length, across) : new Plane(across, length);
      float[] values = planes[c].values();
      for (int i = 0; i < values.length; i++) {
        double value = 0.5 + contrast * (random.nextDouble() - 0.5);
        values[i] = (float) (value * range.span() + range.black());
      }
    }
    return planes;
  }

  /** Changes planes to other noise, the negative, black or white: more, less and both. */
  private Plane[] changed(Plane[] planes, int change) {
    Random random = new Random(~change);
    Plane[] changed = new Plane[planes.length];
    for (int c = 0; c < planes.length; c++) {
      changed[c] = new Plane(planes[c].width(), planes[c].height());
      for (int i = 0; i < planes[c].values().length; i++) {
        double value = (planes[c].values()[i] - range.black()) / range.span();
        double other =
            switch (change) {
              case 0 -> random.nextDouble();
              case 1 -> 1 - value;
              case 2 -> value / 4;
              default -> 1;
            };
        changed[c].values()[i] = (float) (other * range.span() + range.black());
      }
    }
    return changed;
  }

  private static Plane[] joined(Axis axis, Plane[] start, Plane[] end, int split) {
    Plane[] joined = new Plane[start.length];
    for (int c = 0; c < start.length; c++) {
      int width = start[c].width();
      joined[c] = new Plane(width, start[c].height());
      for (int i = 0; i < joined[c].values().length; i++) {
        int at = axis == Axis.COLUMNS ? i % width : i / width;
        joined[c].values()[i] = (at < split ? start : end)[c].values()[i];
      }
    }
    return joined;
  }

  private static Plane[] part(Axis axis, Plane[] planes, int from, int length) {
    Plane[] parts = new Plane[planes.length];
    for (int c = 0; c < planes.length; c++) {
      parts[c] =
          axis == Axis.COLUMNS
              ? planes[c].crop(from, 0, length, planes[c].height())
              : planes[c].crop(0, from, planes[c].width(), length);
    }
    return parts;
  }

  /** Returns the greatest change at each position along the axis, in LR pixels; 0 if negligible. */
  private double[] changes(Axis axis, Plane[] one, Plane[] other) {
    int length = (axis == Axis.COLUMNS ? one[0].width() : one[0].height()) / scale;
    double[] changes = new double[length];
    for (int c = 0; c < one.length; c++) {
      int width = one[c].width();
      for (int i = 0; i < one[c].values().length; i++) {
        double change = Math.abs(one[c].values()[i] - other[c].values()[i]);
        if (!(change <= NOTHING * range.span())) {
          int at = (axis == Axis.COLUMNS ? i % width : i / width) / scale;
          changes[at] = Math.max(changes[at], Double.isNaN(change) ? Double.MAX_VALUE : change);
        }
      }
    }
    return changes;
  }
}
