package io.subpixel.runtime.batch;

import io.subpixel.pictures.codec.PictureFormat;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * The destination of a batch.
 *
 * @since 0.1
 */
public sealed interface BatchOutput {
  /** A file, for a single picture. */
  record ToFile(Path file, PictureFormat format) implements BatchOutput {}

  /** A folder, in which each picture gets a name. */
  record ToFolder(Path folder) implements BatchOutput {}

  /**
   * A stream, for a single picture.
   *
   * @param name its name in messages
   */
  record ToStream(OutputStream out, String name) implements BatchOutput {}
}
