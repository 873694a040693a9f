package io.subpixel.runtime.batch;

import io.subpixel.runtime.PictureInput;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * Something to upscale. {@code toString} gives its name in messages.
 *
 * @since 0.1
 */
public sealed interface BatchInput {
  /** Returns what an upscaler reads. */
  PictureInput picture();

  /**
   * A file.
   *
   * @param file the file
   * @param relative its path relative to the folder in which it was found, or its name if it was
   *     given explicitly
   */
  record File(Path file, Path relative) implements BatchInput {
    @Override
    public PictureInput picture() {
      return PictureInput.of(file);
    }

    @Override
    public String toString() {
      return file.toString();
    }
  }

  /**
   * A stream, such as standard input.
   *
   * @param name its name in messages
   */
  record Stream(InputStream in, String name) implements BatchInput {
    @Override
    public PictureInput picture() {
      return PictureInput.of(in, name);
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
