package io.subpixel.conformance.benchmark;

import io.subpixel.conformance.bare.BareNetwork;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.runtime.Upscaler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Times Subpixel's upscaling beside its alternatives, in turns. A table each: the library's call
 * beside the network alone ({@link #library}), files of photographs beside the network alone
 * ({@link Batch}), the library's call beside OpenCV's ({@link OpenCv}), and a start of the command
 * beside one of Node ({@link Start}).
 */
public final class UpscalingBenchmark {
  /** The size of the LR picture, which x2 makes a 1080p frame. */
  static final int WIDTH = 960;

  static final int HEIGHT = 540;
  static final int SCALE = 2;
  private static final long SEED = 5;

  /** The target for the library, relative to the network alone. */
  private static final double LIBRARY_MARK = 1.08;

  /** Calls after which the JIT has compiled our part. */
  static final int WARM_UP = 40;

  private static final String MARKED_MODEL = "espcn-x2";

  private UpscalingBenchmark() {}

  /**
   * A party's figures.
   *
   * @param name what it is called
   * @param milliseconds the median of its turns
   * @param ratio to the party that it is compared with; null for that one itself
   * @param mark the target for the ratio; null if there is none
   * @param note a remark; null if there is none
   */
  public record Row(
      String name,
      double milliseconds,
      @Nullable Double ratio,
      @Nullable Double mark,
      @Nullable String note) {}

  /**
   * A comparison and its result.
   *
   * @param title what each party did
   * @param turns that each median is of
   * @param rows one for each party; empty if something is absent
   * @param absent what the machine lacks, and how to get it; null if nothing
   */
  public record Table(String title, int turns, List<Row> rows, @Nullable String absent) {
    /** Copies the rows. */
    public Table {
      rows = List.copyOf(rows);
    }

    /** A comparison that this machine can't make. */
    public static Table absent(String title, String what) {
      return new Table(title, 0, List.of(), what);
    }
  }

  /** The picture that is upscaled to 1080p: drawn, 960x540, colour. */
  public static Picture picture() {
    return TestCard.draw(WIDTH, HEIGHT, SEED);
  }

  /**
   * {@code Upscaler.upscale} of a picture in memory beside {@code OrtSession.run} of its luma, for
   * each model.
   *
   * @param models names of shipped models
   * @param rounds how many turns each party gets after one that doesn't count
   * @param progress called after each round
   */
  public static Table library(List<String> models, int rounds, Runnable progress)
      throws IOException {
    Picture picture = picture();
    List<Row> rows = new ArrayList<>();
    for (String model : models) {
      try (BareNetwork bare = new BareNetwork(model);
          Upscaler upscaler = Upscaler.builder().model(model).open()) {
        bare.load(picture);
        for (int i = 0; i < WARM_UP; i++) {
          upscaler.upscale(picture);
        }
        List<Double> medians =
            Turns.medians(
                rounds,
                List.of(Turns.of(bare::run), Turns.of(() -> upscaler.upscale(picture))),
                progress);
        rows.add(new Row(model + ", network alone", medians.get(0), null, null, null));
        rows.add(
            new Row(
                model + ", Upscaler",
                medians.get(1),
                medians.get(1) / medians.get(0),
                model.equals(MARKED_MODEL) ? LIBRARY_MARK : null,
                null));
      }
    }
    return new Table(
        "the library's call on a picture of " + WIDTH + "x" + HEIGHT, rounds, rows, null);
  }
}
