package io.subpixel.runtime.batch.internal;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.RowSource;
import io.subpixel.pictures.Rows;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Finds the busiest part of a picture while it is read: the window of 5x5 blocks of 32x32 pixels
 * with the greatest gradient energy (sum of squared differences of neighbours), and a block around
 * it.
 */
public final class DetailFinder {
  private static final int BLOCK = 32;
  private static final int WINDOW = 5;

  private final PictureLayout layout;
  private final int blocksDown;
  private final int blocksAcross;
  private final int windowDown;
  private final int windowAcross;
  private final Rows recent;
  private final Deque<double[]> energies = new ArrayDeque<>();
  private double[] energy;
  private float[] above;
  private float[] here;
  private int taken;
  private int tried;
  private double greatest = -1;
  private @Nullable Detail best;

  /**
   * A part of a picture with its surroundings.
   *
   * @param around the part and up to a block on each side
   * @param layout that of {@code around}
   * @param x the part's first column in {@code around}
   * @param y the part's first row in {@code around}
   * @param width columns of the part
   * @param height rows of the part
   */
  public record Detail(Rows around, PictureLayout layout, int x, int y, int width, int height) {
    /** Returns the centre of the detail, at most this large. */
    public Detail middle(int maxColumns, int maxRows) {
      int columns = Math.min(width, maxColumns);
      int rows = Math.min(height, maxRows);
      int left = x + (width - columns) / 2;
      int top = y + (height - rows) / 2;
      int fromX = Math.max(0, left - BLOCK);
      int fromY = Math.max(0, top - BLOCK);
      PictureLayout part =
          layout.withSize(
              Math.min(layout.width(), left + columns + BLOCK) - fromX,
              Math.min(layout.height(), top + rows + BLOCK) - fromY);
      Rows cut = DetailFinder.cut(around, fromX, fromY, part);
      return new Detail(cut, part, left - fromX, top - fromY, columns, rows);
    }
  }

  /**
   * Creates a finder for one picture.
   *
   * @param layout the picture's layout
   */
  public DetailFinder(PictureLayout layout) {
    this.layout = layout;
    blocksDown = (layout.height() + BLOCK - 1) / BLOCK;
    blocksAcross = (layout.width() + BLOCK - 1) / BLOCK;
    windowDown = Math.min(WINDOW, blocksDown);
    windowAcross = Math.min(WINDOW, blocksAcross);
    recent = new Rows(Math.min(layout.height(), (WINDOW + 2) * BLOCK), layout);
    energy = new double[blocksAcross];
    above = new float[layout.width()];
    here = new float[layout.width()];
  }

  /**
   * Returns the busiest part.
   *
   * @throws IllegalStateException before the whole picture has been read
   */
  public Detail detail() {
    if (best == null || taken < layout.height()) {
      throw new IllegalStateException("detail: expected a whole image, received a part");
    }
    return best;
  }

  /** Wraps a picture, to inspect its rows as they are read. */
  public RowSource of(RowSource picture) {
    return new RowSource() {
      @Override
      public PictureLayout layout() {
        return layout;
      }

      @Override
      public void read(Rows into, int at, int count) throws IOException {
        picture.read(into, at, count);
        for (int row = at; row < at + count; row++) {
          take(into, row);
        }
      }

      @Override
      public void close() throws IOException {
        picture.close();
      }
    };
  }

  private void take(Rows rows, int row) {
    rows.copyTo(row, recent, taken % recent.count(), 1);
    // Green approximates luma.
    rows.get(row, 0, layout.width(), layout.isColour() ? 1 : 0, here);
    for (int x = 0; x < layout.width(); x++) {
      double across = x == 0 ? 0 : here[x] - here[x - 1];
      double down = taken == 0 ? 0 : here[x] - above[x];
      energy[x / BLOCK] += across * across + down * down;
    }
    float[] free = above;
    above = here;
    here = free;
    taken++;
    if (taken % BLOCK == 0 || taken == layout.height()) {
      energies.add(energy);
      energy = new double[blocksAcross];
      blockRowDone();
    }
  }

  /** Evaluates a window once the block below it is known. */
  private void blockRowDone() {
    int known = (taken + BLOCK - 1) / BLOCK;
    while (tried + windowDown <= blocksDown
        && Math.min(tried + windowDown + 1, blocksDown) <= known) {
      double[] sums = new double[blocksAcross];
      energies.stream()
          .limit(windowDown)
          .forEach(line -> Arrays.setAll(sums, i -> sums[i] + line[i]));
      for (int left = 0; left + windowAcross <= blocksAcross; left++) {
        double sum = Arrays.stream(sums, left, left + windowAcross).sum();
        if (sum > greatest) {
          greatest = sum;
          best = cut(left, tried);
        }
      }
      energies.remove();
      tried++;
    }
  }

  private Detail cut(int left, int top) {
    int x = left * BLOCK;
    int y = top * BLOCK;
    int width = Math.min(layout.width(), x + windowAcross * BLOCK) - x;
    int height = Math.min(layout.height(), y + windowDown * BLOCK) - y;
    int fromX = Math.max(0, x - BLOCK);
    int fromY = Math.max(0, y - BLOCK);
    int columns = Math.min(layout.width(), x + width + BLOCK) - fromX;
    int count = Math.min(layout.height(), y + height + BLOCK) - fromY;
    PictureLayout part = layout.withSize(columns, count);
    Rows around = cut(recent, fromX, fromY, part);
    return new Detail(around, part, x - fromX, y - fromY, width, height);
  }

  /** Copies a part of some rows. */
  private static Rows cut(Rows rows, int fromX, int fromY, PictureLayout part) {
    Rows cut = new Rows(part.height(), part);
    float[] values = new float[part.width()];
    for (int row = 0; row < part.height(); row++) {
      for (int c = 0; c < part.channels(); c++) {
        rows.get((fromY + row) % rows.count(), fromX, values.length, c, values);
        cut.set(row, 0, values.length, c, values);
      }
    }
    return cut;
  }
}
