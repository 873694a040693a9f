package io.subpixel.runtime.video.internal;

import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbered pictures that are read as a clip.
 *
 * @param pattern the path, with a number such as {@code %05d} in the name
 * @param first the number of the first picture
 * @param count how many follow without a gap
 */
public record ImageSequence(Path pattern, long first, long count) {
  /** The rate without another, as FFmpeg's. */
  static final Ratio RATE = new Ratio(25, 1);

  private static final Set<String> ENDINGS =
      Set.of("png", "jpg", "jpeg", "tif", "tiff", "bmp", "ppm", "pgm", "dpx");

  /** Returns whether a path names a sequence: no file has that name itself. */
  public static boolean isPattern(Path path) {
    String name = String.valueOf(path.getFileName());
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return ENDINGS.contains(ending) && Container.isPattern(name) && !Files.exists(path);
  }

  /**
   * Finds the pictures of a sequence.
   *
   * @throws InvalidInputException if there are none, or one is missing among them
   */
  static ImageSequence of(Path pattern) throws IOException {
    String name = String.valueOf(pattern.getFileName());
    Matcher place = Container.NUMBER.matcher(name);
    if (!place.find()) {
      throw new IllegalArgumentException("pattern: expected a number in it, received " + pattern);
    }
    Pattern numbered =
        Pattern.compile(
            Pattern.quote(name.substring(0, place.start()))
                + "(\\d{1,9})"
                + Pattern.quote(name.substring(place.end())));
    long least = Long.MAX_VALUE;
    long greatest = -1;
    long count = 0;
    Path folder = pattern.toAbsolutePath().getParent();
    if (folder != null && Files.isDirectory(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
        for (Path each : files) {
          String file = String.valueOf(each.getFileName());
          Matcher number = numbered.matcher(file);
          if (number.matches()) {
            long value = Long.parseLong(number.group(1));
            if (Container.frame(pattern, value).endsWith(file)) {
              least = Math.min(least, value);
              greatest = Math.max(greatest, value);
              count++;
            }
          }
        }
      }
    }
    if (count == 0) {
      throw new InvalidInputException(
          pattern.toString(), "images of that pattern, numbered without a gap", "none");
    }
    ImageSequence sequence = new ImageSequence(pattern, least, count);
    if (greatest - least + 1 > count) {
      long missing = least;
      while (Files.exists(sequence.file(missing))) {
        missing++;
      }
      throw new InvalidInputException(
          pattern.toString(),
          "images numbered %d to %d without a gap".formatted(least, greatest),
          "none of number " + missing);
    }
    return sequence;
  }

  /** Returns the file of a number. */
  Path file(long number) {
    return Container.frame(pattern, number);
  }

  /** Returns the number of the last picture. */
  long last() {
    return first + count - 1;
  }
}
