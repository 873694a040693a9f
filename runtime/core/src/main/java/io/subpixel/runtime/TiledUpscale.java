package io.subpixel.runtime;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.RowSink;
import io.subpixel.pictures.RowSource;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.internal.HiddenColours;
import io.subpixel.zoo.internal.PixelPath;
import io.subpixel.zoo.internal.PixelPath.Band;
import io.subpixel.zoo.internal.PixelPath.Part;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Upscales one picture tile by tile. A picture that is read and written in rows is held a few bands
 * at a time: while one band is computed, the next is read and the previous one written.
 */
final class TiledUpscale {
  /** One band being read, one computed, one written. */
  static final int BANDS = 3;

  private final OnnxNetwork network;
  private final ModelTraits model;
  private final Workers workers;
  private final PixelPath path;
  private final PictureLayout lr;
  private final TileGrid grid;
  private final int scale;
  // The number of rows around a tile's own that its pixels depend on.
  private final int around;
  private final Clock clock = new Clock();

  TiledUpscale(OnnxNetwork network, Workers workers, PictureLayout lr, int depth, TileGrid grid) {
    this(
        network,
        workers,
        lr,
        new PixelPath(network.traits().colour(), network.traits().scale(), lr, depth),
        grid);
  }

  /** Creates one with a given pixel path. */
  TiledUpscale(
      OnnxNetwork network, Workers workers, PictureLayout lr, PixelPath path, TileGrid grid) {
    this.network = network;
    model = network.traits();
    this.workers = workers;
    this.lr = lr;
    this.grid = grid;
    this.path = path;
    scale = model.scale();
    around = around(model, lr);
  }

  /** Returns how many LR rows above and below a tile's own must be known. */
  static int around(ModelTraits model, PictureLayout lr) {
    int radius = Math.min(model.receptiveRadius().orElse(lr.height()), lr.height());
    return Math.max(radius, PixelPath.RADIUS) + (lr.hasAlpha() ? HiddenColours.layers(radius) : 0);
  }

  /** Upscales a picture that is in memory. */
  void run(Rows from, Rows to) {
    Band whole = new Band(visible(from, lr.height()), 0);
    List<Workers.Task> tiles = new ArrayList<>();
    for (AxisTiling.Cut row : grid.rows()) {
      add(tiles, row, whole, new Band(to, 0));
    }
    workers.compute(tiles);
  }

  /** Runs the network on planes in memory. */
  void run(Plane[] from, Plane[] to) {
    List<Workers.Task> tiles = new ArrayList<>();
    for (AxisTiling.Cut row : grid.rows()) {
      for (AxisTiling.Cut column : grid.columns()) {
        tiles.add(
            new TileTask(row, column) {
              @Override
              void read(Tile tile) {
                for (int c = 0; c < from.length; c++) {
                  put(from[c], seen, c, tile);
                }
              }

              @Override
              void write(Tile tile) {
                for (int c = 0; c < to.length; c++) {
                  get(tile, seen, kept, c, to[c]);
                }
              }
            });
      }
    }
    workers.compute(tiles);
  }

  private static void put(Plane plane, Part seen, int c, Tile tile) {
    float[] values = new float[seen.width()];
    int inside = Math.min(seen.width(), plane.width() - seen.x());
    for (int y = 0; y < seen.height(); y++) {
      int row = Math.min(seen.y() + y, plane.height() - 1);
      System.arraycopy(plane.values(), row * plane.width() + seen.x(), values, 0, inside);
      Arrays.fill(values, inside, values.length, values[inside - 1]);
      tile.setRow(y, c, values, values.length);
    }
  }

  private void get(Tile tile, Part seen, Part kept, int c, Plane plane) {
    float[] values = new float[scale * kept.width()];
    int x = scale * (kept.x() - seen.x());
    int top = scale * (kept.y() - seen.y());
    for (int y = 0; y < scale * kept.height(); y++) {
      tile.getRow(top + y, x, values.length, c, values);
      int at = (scale * kept.y() + y) * plane.width() + scale * kept.x();
      System.arraycopy(values, 0, plane.values(), at, values.length);
    }
  }

  /** Upscales a picture from source to sink. */
  Upscaler.Work run(RowSource source, RowSink sink) throws IOException {
    long start = System.nanoTime();
    long reading = 0;
    long writing = 0;
    Deque<Sent> sent = new ArrayDeque<>();
    Deque<Rows> spare = new ArrayDeque<>();
    @Nullable Band before = null;
    try {
      for (AxisTiling.Cut row : grid.rows()) {
        if (sent.size() == BANDS - 1) {
          writing += write(sent.remove(), sink, spare);
        }
        long readFrom = System.nanoTime();
        Band band = read(source, row, before);
        before = band;
        reading += System.nanoTime() - readFrom;
        sent.add(send(row, band, spare));
      }
      while (!sent.isEmpty()) {
        writing += write(sent.remove(), sink, spare);
      }
    } finally {
      // Even after a failure, no tile may continue to use the rows.
      for (Sent left : sent) {
        left.batch.abandon();
      }
    }
    return new Upscaler.Work(
        Duration.ofNanos(reading),
        Duration.ofNanos(clock.busy()),
        Duration.ofNanos(writing),
        Duration.ofNanos(System.nanoTime() - start),
        grid.tiles());
  }

  /** A band that is being computed. */
  private record Sent(Workers.Batch batch, Rows rows, int count) {}

  private Sent send(AxisTiling.Cut row, Band band, Deque<Rows> spare) {
    int count = scale * row.kept();
    Rows rows = spare.poll();
    if (rows == null || rows.count() < count) {
      rows = new Rows(count, path.result());
    }
    Band visible = new Band(visible(band.rows(), band.rows().count()), band.top());
    List<Workers.Task> tiles = new ArrayList<>();
    add(tiles, row, visible, new Band(rows, scale * row.keepFrom()));
    return new Sent(workers.start(tiles), rows, count);
  }

  private static long write(Sent band, RowSink sink, Deque<Rows> spare) throws IOException {
    band.batch.await();
    long start = System.nanoTime();
    sink.write(band.rows, 0, band.count);
    spare.add(band.rows);
    return System.nanoTime() - start;
  }

  /**
   * Reads the rows that a row of tiles needs: those shared with the previous band, and new ones.
   */
  private Band read(RowSource source, AxisTiling.Cut row, @Nullable Band before)
      throws IOException {
    int top = Math.max(0, Math.min(row.from(), row.keepFrom() - around));
    int bottom = Math.min(lr.height(), Math.max(row.from() + row.length(), row.keepTo() + around));
    Rows rows = new Rows(bottom - top, lr);
    int known = before == null ? 0 : before.top() + before.rows().count();
    int shared = Math.max(0, known - top);
    if (before != null && shared > 0) {
      before.rows().copyTo(top - before.top(), rows, 0, shared);
    }
    source.read(rows, shared, bottom - top - shared);
    return new Band(rows, top);
  }

  private Rows visible(Rows rows, int count) {
    return HiddenColours.replaced(rows, count, model.receptiveRadius().orElse(lr.height()));
  }

  private void add(List<Workers.Task> tiles, AxisTiling.Cut row, Band from, Band to) {
    for (AxisTiling.Cut column : grid.columns()) {
      tiles.add(
          new TileTask(row, column) {
            @Override
            void read(Tile tile) {
              path.read(from, seen, tile);
            }

            @Override
            void write(Tile tile) {
              path.write(from, seen, tile, kept, to);
            }
          });
    }
  }

  /** One tile: its input, the run and its output. */
  private abstract class TileTask implements Workers.Task {
    final Part seen;
    final Part kept;

    TileTask(AxisTiling.Cut row, AxisTiling.Cut column) {
      seen = new Part(column.from(), row.from(), column.length(), row.length());
      kept = new Part(column.keepFrom(), row.keepFrom(), column.kept(), row.kept());
    }

    abstract void read(Tile tile);

    abstract void write(Tile tile);

    @Override
    public int pixels() {
      return seen.width() * seen.height();
    }

    @Override
    public void compute(Tile tile) {
      clock.start();
      try {
        tile.resize(seen.width(), seen.height());
        read(tile);
        network.run(tile);
        write(tile);
      } finally {
        clock.stop();
      }
    }
  }

  /** Measures the time during which at least one tile is computed. */
  private static final class Clock {
    private int running;
    private long since;
    private long busy;

    synchronized void start() {
      since = running++ == 0 ? System.nanoTime() : since;
    }

    synchronized void stop() {
      if (--running == 0) {
        busy += System.nanoTime() - since;
      }
    }

    synchronized long busy() {
      return busy;
    }
  }
}
