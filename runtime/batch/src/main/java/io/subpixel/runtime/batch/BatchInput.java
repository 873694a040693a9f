package io.subpixel.runtime.batch;

import io.subpixel.runtime.PictureInput;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * Something to upscale. Its text is what messages call it.
 *
 * @since 0.1
 */
public sealed interface BatchInput {
  /** What an upscaler reads. */
  PictureInput picture();

  /**
   * A file.
   *
   * @param file where it is
   * @param relative its path below the folder in which it was found; of one that was named, its
   *     name
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
   * @param name what messages call it
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
