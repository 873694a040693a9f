package io.subpixel.models.picture;

import java.io.Closeable;
import java.io.IOException;

/** Gives a picture row by row, from top to bottom. For one thread; whoever opens it closes it. */
public interface RowSource extends Closeable {
  /** The whole picture's. */
  PictureLayout layout();

  /**
   * Gives the next rows.
   *
   * @param into rows of this layout's width, channels and depth
   * @param at the first row of {@code into} that is written
   * @param count how many rows; no more than are left
   * @throws IOException if reading fails or the picture is broken
   */
  void read(Rows into, int at, int count) throws IOException;
}
