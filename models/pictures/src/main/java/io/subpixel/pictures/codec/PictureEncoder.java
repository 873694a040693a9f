package io.subpixel.pictures.codec;

import io.subpixel.pictures.Rows;
import java.io.Closeable;
import java.io.IOException;

/**
 * One file being written to a channel, which it doesn't close.
 *
 * @since 0.1
 */
public interface PictureEncoder extends Closeable {
  /** Takes the next rows. */
  void write(Rows from, int at, int count) throws IOException;

  /** Writes what is left; all rows were given. */
  void finish() throws IOException;

  /** Frees what it holds, finished or not. */
  @Override
  void close();
}
