package io.subpixel.runtime.cli;

import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.internal.files.PicturePattern;
import io.subpixel.runtime.batch.BatchOutput;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Interprets {@code --out}. */
final class Destination {
  /** The argument for a standard stream. */
  static final String STANDARD = "-";

  /** A name that looks like a file rather than a folder. */
  private static final String LIKE_A_FILE = ".*\\.[A-Za-z][A-Za-z0-9]{2,3}";

  private Destination() {}

  /** Returns whether an argument is a standard stream. */
  static boolean isStandard(Path argument) {
    return argument.toString().equals(STANDARD);
  }

  /**
   * Distinguishes a file from a folder, by what exists and by the name.
   *
   * @param out the value of {@code --out}
   * @param inputs the inputs of the command
   * @throws UsageException if it is a file for several pictures, or of a format that can't be
   *     written
   */
  static BatchOutput of(String out, List<Path> inputs) throws UsageException {
    boolean one =
        inputs.size() == 1
            && !Files.isDirectory(inputs.get(0))
            && !PicturePattern.isPattern(inputs.get(0));
    if (out.equals(STANDARD)) {
      if (!one) {
        throw new UsageException("--out: expected a folder for more than one image, received -");
      }
      return new BatchOutput.ToStream(new FileOutputStream(FileDescriptor.out), "standard output");
    }
    Path target = path(out);
    if (out.endsWith("/") || out.endsWith(File.separator) || Files.isDirectory(target)) {
      return new BatchOutput.ToFolder(target);
    }
    Optional<PictureFormat> format = PictureFormat.ofName(target);
    if (!one && (format.isPresent() || Files.exists(target))) {
      throw new UsageException(
          "--out: expected a folder for more than one image, received the file " + out);
    }
    if (format.isPresent() && format.get().isWritten()) {
      return new BatchOutput.ToFile(target, format.get());
    }
    if (!one && out.matches(LIKE_A_FILE)) {
      throw new UsageException(
          "--out: expected a folder for more than one image (with / at the end if its name looks"
              + " like a file's), received "
              + out);
    }
    if (one && (Files.exists(target) || out.matches(LIKE_A_FILE))) {
      throw new UsageException(
          "--out: expected a file ("
              + endings()
              + "), or a folder (with / at the end), received "
              + out);
    }
    return new BatchOutput.ToFolder(target);
  }

  /**
   * Parses a path.
   *
   * @throws UsageException if it isn't valid
   */
  static Path path(String out) throws UsageException {
    try {
      return Path.of(out);
    } catch (InvalidPathException e) {
      throw new UsageException("--out: expected a path, received " + e.getReason());
    }
  }

  /** Returns the endings of the formats that can be written, such as {@code .png, .jpg}. */
  static String endings() {
    return Arrays.stream(PictureFormat.values())
        .filter(PictureFormat::isWritten)
        .map(format -> "." + format.ending())
        .collect(Collectors.joining(", "));
  }
}
