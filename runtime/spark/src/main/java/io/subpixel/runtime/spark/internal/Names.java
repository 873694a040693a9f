package io.subpixel.runtime.spark.internal;

import io.subpixel.pictures.codec.PictureFormat;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Names of outputs: those that {@code bin/runtime upscale} gives in a folder. */
final class Names {
  private Names() {}

  /** Returns the format of a name's ending, without asking the disk's encoding for all of it. */
  static Optional<PictureFormat> format(String name) {
    int dot = name.lastIndexOf('.');
    try {
      return dot < 0 || name.indexOf('/', dot) >= 0
          ? Optional.empty()
          : PictureFormat.ofName(Path.of("x" + name.substring(dot)));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** Returns the format of the output of a file. */
  static PictureFormat written(String name, Optional<PictureFormat> wanted) {
    return wanted.or(() -> format(name).filter(PictureFormat::isWritten)).orElse(PictureFormat.PNG);
  }

  /** Returns the path of a file's output below the output folder. */
  static String output(String relative, Optional<PictureFormat> wanted) {
    PictureFormat format = written(relative, wanted);
    return format(relative).filter(own -> own == format).isPresent()
        ? relative
        : withoutEnding(relative) + "." + format.ending();
  }

  /** Returns the output of a page, with its number so that names sort. */
  static String ofPage(String output, int page, int pages) {
    int dot = output.lastIndexOf('.');
    String number = Integer.toString(page);
    String zeros = "0".repeat(Integer.toString(pages).length() - number.length());
    return output.substring(0, dot) + "-" + zeros + number + output.substring(dot);
  }

  private static String withoutEnding(String relative) {
    return relative.substring(0, relative.lastIndexOf('.'));
  }
}
