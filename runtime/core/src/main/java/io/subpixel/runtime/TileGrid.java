package io.subpixel.runtime;

import io.subpixel.pictures.PictureLayout;
import java.util.List;
import java.util.OptionalInt;

/**
 * The tiles of a picture.
 *
 * @param columns of tiles, from left to right
 * @param rows of tiles, from top to bottom
 */
record TileGrid(List<AxisTiling.Cut> columns, List<AxisTiling.Cut> rows) {
  /** The cost of an additional tile, in pixels. */
  private static final long OVERHEAD = 2000;

  /** A tile narrower than this, without its halo, isn't worth its halo. */
  private static final int NARROWEST = 16;

  int tiles() {
    return columns.size() * rows.size();
  }

  /** Returns the smallest limit that {@link #of} can meet, in LR pixels. */
  static long minPixels(PictureLayout lr, ModelTraits model) {
    return model.receptiveRadius().isEmpty()
        ? lr.pixels()
        : (long) least(lr.width(), model.fixedWidth(), model)
            * least(lr.height(), model.fixedHeight(), model);
  }

  /** Returns the minimum rows of a tile, including its halo. */
  static int minRows(PictureLayout lr, ModelTraits model) {
    return model.receptiveRadius().isEmpty()
        ? lr.height()
        : least(lr.height(), model.fixedHeight(), model);
  }

  private static int least(int side, OptionalInt fixed, ModelTraits model) {
    if (fixed.isPresent()) {
      return fixed.getAsInt();
    }
    int tile = 2 * model.receptiveRadius().orElseThrow() + NARROWEST + 2 * model.multiple();
    return Math.min(tile, AxisTiling.length(side, 1, 0, model.multiple()));
  }

  /**
   * Returns the grid with which the workers finish earliest.
   *
   * @param lr the picture
   * @param model the traits of the model
   * @param maxPixels the maximum pixels of a tile including its halo; at least {@link #minPixels}
   * @param maxRows the maximum rows of a tile including its halo
   * @param workers the number of tiles computed at once
   */
  static TileGrid of(
      PictureLayout lr, ModelTraits model, long maxPixels, int maxRows, int workers) {
    if (model.receptiveRadius().isEmpty()) {
      return of(lr, model, 1, 1);
    }
    int radius = model.receptiveRadius().orElseThrow();
    int multiple = model.multiple();
    if (model.fixedWidth().isPresent() || model.fixedHeight().isPresent()) {
      int width = model.fixedWidth().orElse(Integer.MAX_VALUE);
      int height = model.fixedHeight().orElse(Integer.MAX_VALUE);
      return of(
          lr,
          model,
          AxisTiling.parts(lr.width(), width, radius, 1),
          AxisTiling.parts(lr.height(), height, radius, 1));
    }
    int minRows = AxisTiling.parts(lr.height(), maxRows, radius, multiple);
    long best = Long.MAX_VALUE;
    int bestColumns = 1;
    int bestRows = minRows;
    int narrowest = least(lr.width(), OptionalInt.empty(), model);
    for (int columns = 1; ; columns++) {
      int width = AxisTiling.length(lr.width(), columns, radius, multiple);
      if (columns > 1 && width < narrowest) {
        break;
      }
      long height = Math.min(maxPixels / width, maxRows);
      if (height >= least(lr.height(), OptionalInt.empty(), model)) {
        int rows = AxisTiling.parts(lr.height(), (int) height, radius, multiple);
        // A few more rows may give every worker the same number of tiles.
        for (int more = 0; more < workers; more++) {
          long tile = (long) width * AxisTiling.length(lr.height(), rows + more, radius, multiple);
          long tiles = (long) columns * (rows + more);
          long cost = (tiles + workers - 1) / workers * tile + tiles * OVERHEAD;
          if (cost < best && rows + more <= lr.height()) {
            best = cost;
            bestColumns = columns;
            bestRows = rows + more;
          }
        }
      }
      if (columns == lr.width()) {
        break;
      }
    }
    return of(lr, model, bestColumns, bestRows);
  }

  /**
   * Returns a grid of tiles of about {@code side} by {@code side} LR pixels, including their halo.
   *
   * @param maxRows the maximum rows of a tile
   */
  static TileGrid ofSide(PictureLayout lr, ModelTraits model, int side, int maxRows) {
    if (model.receptiveRadius().isEmpty()
        || model.fixedWidth().isPresent()
        || model.fixedHeight().isPresent()) {
      return of(lr, model, Long.MAX_VALUE, maxRows, 1);
    }
    int radius = model.receptiveRadius().orElseThrow();
    int width = Math.max(side, least(lr.width(), model.fixedWidth(), model));
    int height = Math.max(Math.min(side, maxRows), minRows(lr, model));
    return of(
        lr,
        model,
        AxisTiling.parts(lr.width(), width, radius, model.multiple()),
        AxisTiling.parts(lr.height(), height, radius, model.multiple()));
  }

  private static TileGrid of(PictureLayout lr, ModelTraits model, int columns, int rows) {
    return new TileGrid(
        cuts(lr.width(), columns, model, model.fixedWidth()),
        cuts(lr.height(), rows, model, model.fixedHeight()));
  }

  private static List<AxisTiling.Cut> cuts(
      int side, int parts, ModelTraits model, OptionalInt fixed) {
    int radius = model.receptiveRadius().orElse(0);
    int length = fixed.orElse(AxisTiling.length(side, parts, radius, model.multiple()));
    return AxisTiling.of(side, parts, length, fixed.isPresent() ? 1 : model.multiple());
  }
}
