package io.subpixel.runtime.batch;

import io.subpixel.pictures.codec.PictureFormat;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * Where pictures are to go.
 *
 * @since 0.1
 */
public sealed interface BatchOutput {
  /** A file, which the one picture becomes. */
  record ToFile(Path file, PictureFormat format) implements BatchOutput {}

  /** A folder, in which each picture gets a name. */
  record ToFolder(Path folder) implements BatchOutput {}

  /**
   * A stream, for the one picture.
   *
   * @param name what messages call it
   */
  record ToStream(OutputStream out, String name) implements BatchOutput {}
}
