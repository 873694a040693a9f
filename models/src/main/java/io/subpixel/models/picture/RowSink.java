package io.subpixel.models.picture;

import java.io.Closeable;
import java.io.IOException;

/** Takes a picture row by row, from top to bottom. For one thread; whoever opens it closes it. */
public interface RowSink extends Closeable {
  /** The whole picture's. */
  PictureLayout layout();

  /**
   * Takes the next rows.
   *
   * @param from rows of this layout's width, channels and depth; free again when this returns
   * @param at the first row of {@code from} that is taken
   * @param count how many rows; no more than are left
   * @throws IOException if writing fails
   */
  void write(Rows from, int at, int count) throws IOException;
}
