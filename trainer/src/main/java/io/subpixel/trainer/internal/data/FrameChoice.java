package io.subpixel.trainer.internal.data;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.runtime.video.ClipFrame;
import io.subpixel.runtime.video.ClipFrames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * Chooses frames of a video.
 *
 * @param every of how many frames the first is taken; null for those that show something else than
 *     the one taken before: near-identical neighbours teach nothing, and a cut always shows
 *     something else
 */
public record FrameChoice(@Nullable Integer every) {
  /** Frames that show something else than the one taken before. */
  public static final FrameChoice DIFFERING = new FrameChoice(null);

  /** This share of a picture's contrast is something else: a cut from dark to dark is one, too. */
  private static final double DIFFERENCE = 0.25;

  /** So many levels of 0..255 must it be at least, of pictures with nothing in them. */
  private static final double MIN_DIFFERENCE = 1.5;

  /** Cells a side. Of finer ones, a small step of a camera would be something else. */
  private static final int CELLS = 16;

  /** Checks the range. */
  public FrameChoice {
    if (every != null && every < 1) {
      throw new IllegalArgumentException("every: expected 1 or more, received " + every);
    }
  }

  /**
   * What was taken of a clip.
   *
   * @param frames in the clip's order
   * @param fault what didn't decode, in which case the frames around it may be missing
   */
  record Taken(List<Original> frames, Optional<String> fault) {}

  /**
   * Decodes a clip from its beginning to its end, and says which frames to take.
   *
   * @throws InvalidInputException if it is no clip that can be read
   */
  Taken of(Path clip) throws IOException {
    List<Original> taken = new ArrayList<>();
    try (ClipFrames frames = ClipFrames.open(clip)) {
      double[] before = {};
      long number = 0;
      for (ClipFrame frame = frames.next(); frame != null; frame = frames.next()) {
        if (every != null) {
          if (number++ % every == 0) {
            taken.add(new Original.Frame(clip, frame.seconds()));
          }
          continue;
        }
        double[] cells = cells(frame.luma());
        if (before.length == 0 || differ(before, cells)) {
          taken.add(new Original.Frame(clip, frame.seconds()));
          before = cells;
        }
      }
      return new Taken(taken, frames.fault());
    }
  }

  private static boolean differ(double[] a, double[] b) {
    double meanA = DoubleStream.of(a).average().orElse(0);
    double meanB = DoubleStream.of(b).average().orElse(0);
    double difference = 0;
    double contrast = 0;
    for (int i = 0; i < a.length; i++) {
      difference += Math.abs(a[i] - b[i]);
      contrast += (Math.abs(a[i] - meanA) + Math.abs(b[i] - meanB)) / 2;
    }
    return difference > Math.max(DIFFERENCE * contrast, MIN_DIFFERENCE * a.length);
  }

  /** The means of equal parts. */
  private static double[] cells(Picture grey) {
    double[] sums = new double[CELLS * CELLS];
    long[] counts = new long[CELLS * CELLS];
    for (int y = 0; y < grey.height(); y++) {
      for (int x = 0; x < grey.width(); x++) {
        int cell = y * CELLS / grey.height() * CELLS + x * CELLS / grey.width();
        sums[cell] += grey.at(x, y, 0);
        counts[cell]++;
      }
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] /= Math.max(1, counts[i]);
    }
    return sums;
  }
}
