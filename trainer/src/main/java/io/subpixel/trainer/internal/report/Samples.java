package io.subpixel.trainer.internal.report;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a network made of the same details as it trained: a strip of pictures now and then, kept as
 * files in a run's folder. There are at most nine; as a training gets longer, every second one
 * goes.
 */
public final class Samples {
  /** The name of their folder in a run. */
  public static final String FOLDER = "samples";

  private static final int MAX_SPACINGS = 8;
  private static final int PICTURES = 3;
  private static final int GAP = 4;
  private static final Pattern NAME = Pattern.compile("epoch-(\\d{1,9})-step-(\\d{1,9})\\.png");

  private Samples() {}

  /**
   * A strip.
   *
   * @param epoch that it was made after; 0 for the beginning
   */
  record Sample(int epoch, long steps, Path file) {}

  /** Whether a strip is due after this epoch, of which 0 is the beginning. */
  public static boolean isDue(int epoch) {
    return epoch % spacing(epoch) == 0;
  }

  private static int spacing(int epoch) {
    int spacing = 1;
    while (epoch > MAX_SPACINGS * spacing) {
      spacing *= 2;
    }
    return spacing;
  }

  /** Adds a strip of the first rows of a gallery; none of an empty one. */
  public static void add(Path run, int epoch, long steps, List<Comparison> gallery)
      throws IOException {
    if (gallery.isEmpty()) {
      return;
    }
    Path folder = run.resolve(FOLDER);
    byte[] png = PictureFiles.png(strip(gallery.stream().map(Comparison::sr).toList()));
    AtomicFile.write(
        folder.resolve("epoch-" + epoch + "-step-" + steps + ".png"),
        file -> Files.write(file, png));
    for (Sample sample : all(run)) {
      // Of a run that went back to a checkpoint, epochs come again.
      boolean again = sample.epoch == epoch && sample.steps != steps;
      if (again || sample.epoch > epoch || sample.epoch % spacing(epoch) != 0) {
        Files.delete(sample.file);
      }
    }
  }

  /** The strips, in their order. */
  static List<Sample> all(Path run) throws IOException {
    List<Sample> samples = new ArrayList<>();
    Path folder = run.resolve(FOLDER);
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
          if (name.matches()) {
            samples.add(
                new Sample(Integer.parseInt(name.group(1)), Long.parseLong(name.group(2)), file));
          }
        }
      }
    }
    samples.sort(Comparator.comparingInt(Sample::epoch));
    return samples;
  }

  /** Some pictures side by side. */
  static Picture strip(List<Picture> pictures) {
    List<Picture> some = pictures.subList(0, Math.min(PICTURES, pictures.size()));
    int width = some.stream().mapToInt(p -> p.width() + GAP).sum() - GAP;
    int height = some.stream().mapToInt(Picture::height).max().orElse(0);
    byte[] samples = new byte[3 * width * height];
    Arrays.fill(samples, (byte) 255);
    int left = 0;
    for (Picture picture : some) {
      for (int y = 0; y < picture.height(); y++) {
        for (int x = 0; x < picture.width(); x++) {
          for (int c = 0; c < 3; c++) {
            int from = picture.channels() * (y * picture.width() + x);
            samples[3 * (y * width + left + x) + c] =
                picture.samples()[from + (picture.isColour() ? c : 0)];
          }
        }
      }
      left += picture.width() + GAP;
    }
    return new Picture(width, height, 3, samples);
  }
}
