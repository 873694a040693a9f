package io.subpixel.runtime.cli;

import java.nio.file.Path;

/** Something to upscale. Its text is what messages call it. */
sealed interface Input {
  /**
   * A file.
   *
   * @param file where it is
   * @param relative its path below the folder in which it was found; of one that was named, its
   *     name
   */
  record File(Path file, Path relative) implements Input {
    @Override
    public String toString() {
      return file.toString();
    }
  }

  /** Standard input. */
  record Standard() implements Input {
    @Override
    public String toString() {
      return "standard input";
    }
  }
}
