package io.subpixel.pictures;

import java.io.Closeable;
import java.io.IOException;

/**
 * Takes a picture row by row, from top to bottom. For one thread. The caller that opens a sink
 * closes it.
 *
 * @since 0.1
 */
public interface RowSink extends Closeable {
  /** Returns the layout of the whole picture. */
  PictureLayout layout();

  /**
   * Takes the next rows.
   *
   * @param from rows of this layout's width, channels and depth; the caller may reuse them
   *     afterwards
   * @param at the first row of {@code from} that is taken
   * @param count the number of rows, at most as many as are left
   * @throws IOException if writing fails
   */
  void write(Rows from, int at, int count) throws IOException;

  /**
   * Returns a sink that keeps the picture in memory.
   *
   * @param rows room for all its rows, from the first on
   * @param layout what they are
   */
  static RowSink of(Rows rows, PictureLayout layout) {
    return new RowSink() {
      private int next;

      @Override
      public PictureLayout layout() {
        return layout;
      }

      @Override
      public void write(Rows from, int at, int count) {
        from.copyTo(at, rows, next, count);
        next += count;
      }

      @Override
      public void close() {}
    };
  }
}
