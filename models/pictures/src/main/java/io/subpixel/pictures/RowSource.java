package io.subpixel.pictures;

import java.io.Closeable;
import java.io.IOException;

/**
 * Gives a picture row by row, from top to bottom. For one thread. The caller that opens a source
 * closes it.
 *
 * @since 0.1
 */
public interface RowSource extends Closeable {
  /** Returns the layout of the whole picture. */
  PictureLayout layout();

  /**
   * Gives the next rows.
   *
   * @param into rows of this layout's width, channels and depth
   * @param at the first row of {@code into} that is written
   * @param count the number of rows, at most as many as are left
   * @throws IOException if reading fails or the picture is broken
   */
  void read(Rows into, int at, int count) throws IOException;

  /**
   * Returns a source for a picture in memory.
   *
   * @param rows all its rows, from the first on
   * @param layout what they are
   */
  static RowSource of(Rows rows, PictureLayout layout) {
    return new RowSource() {
      private int next;

      @Override
      public PictureLayout layout() {
        return layout;
      }

      @Override
      public void read(Rows into, int at, int count) {
        rows.copyTo(next, into, at, count);
        next += count;
      }

      @Override
      public void close() {}
    };
  }
}
