package io.subpixel.runtime.cli;

import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.internal.files.PicturePattern;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where pictures are to go: what {@code --out} means. */
sealed interface Destination {
  /** The argument that stands for a standard stream. */
  String STANDARD = "-";

  /** A name that looks like a file's, rather than a folder's. */
  String LIKE_A_FILE = ".*\\.[A-Za-z][A-Za-z0-9]{2,3}";

  /** A file, which the one picture becomes. */
  record ToFile(Path file, PictureFormat format) implements Destination {}

  /** A folder, in which each picture gets a name. */
  record ToFolder(Path folder) implements Destination {}

  /** Standard output, for the one picture. */
  record ToStandard() implements Destination {}

  /**
   * Tells a file from a folder, by what is there and by its name.
   *
   * @param out what {@code --out} says
   * @param inputs what the command was given
   * @throws UsageException if it is a file for several pictures, or one of a format that isn't
   *     written
   */
  static Destination of(String out, List<Path> inputs) throws UsageException {
    boolean one =
        inputs.size() == 1
            && !Files.isDirectory(inputs.get(0))
            && !PicturePattern.isPattern(inputs.get(0));
    if (out.equals(STANDARD)) {
      if (!one) {
        throw new UsageException("--out: expected a folder for more than one picture, received -");
      }
      return new ToStandard();
    }
    Path target = path(out);
    if (out.endsWith("/") || out.endsWith(File.separator) || Files.isDirectory(target)) {
      return new ToFolder(target);
    }
    Optional<PictureFormat> format = PictureFormat.ofName(target);
    if (!one && (format.isPresent() || Files.exists(target))) {
      throw new UsageException(
          "--out: expected a folder for more than one picture, received the file " + out);
    }
    if (format.isPresent() && format.get().isWritten()) {
      return new ToFile(target, format.get());
    }
    if (!one && out.matches(LIKE_A_FILE)) {
      throw new UsageException(
          "--out: expected a folder for more than one picture (with / at the end, where its name"
              + " looks like a file's), received "
              + out);
    }
    if (one && (Files.exists(target) || out.matches(LIKE_A_FILE))) {
      throw new UsageException(
          "--out: expected a file ("
              + endings()
              + "), or a folder (with / at the end), received "
              + out);
    }
    return new ToFolder(target);
  }

  /**
   * Reads a path.
   *
   * @throws UsageException if it can't be one
   */
  static Path path(String out) throws UsageException {
    try {
      return Path.of(out);
    } catch (InvalidPathException e) {
      throw new UsageException("--out: expected a path, received " + e.getReason());
    }
  }

  /** The endings of the formats that are written, such as {@code .png, .jpg}. */
  static String endings() {
    return Arrays.stream(PictureFormat.values())
        .filter(PictureFormat::isWritten)
        .map(format -> "." + format.ending())
        .collect(Collectors.joining(", "));
  }
}
