package io.subpixel.pictures.codec;

import io.subpixel.pictures.Rows;
import java.io.Closeable;
import java.io.IOException;

/**
 * Writes one file to a channel, which it doesn't close.
 *
 * @since 0.1
 */
public interface PictureEncoder extends Closeable {
  /** Takes the next rows. */
  void write(Rows from, int at, int count) throws IOException;

  /** Completes the file, after all rows were written. */
  void finish() throws IOException;

  /** Frees its resources, whether finished or not. */
  @Override
  void close();
}
