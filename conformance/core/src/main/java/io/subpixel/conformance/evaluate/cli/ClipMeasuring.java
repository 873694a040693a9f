package io.subpixel.conformance.evaluate.cli;

import io.subpixel.conformance.evaluate.ClipEvaluation;
import io.subpixel.conformance.evaluate.ClipScore;
import io.subpixel.conformance.evaluate.FrameScore;
import io.subpixel.conformance.evaluate.PsnrCurve;
import io.subpixel.conformance.evaluate.ScoreTable;
import io.subpixel.conformance.evaluate.SplitClip;
import io.subpixel.conformance.evaluate.WorstFrames;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.runtime.cli.RangeOptions;
import io.subpixel.runtime.video.ClipFrames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of {@code evaluate} that concern clips, and what they do. */
final class ClipMeasuring {
  private static final Set<String> OPTIONS =
      Set.of(
          "--start", "--end", "--every", "--csv", "--plot", "--worst", "--worst-count", "--split");

  /** For clips that don't state a rate. */
  private static final double USUAL_RATE = 25;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Mixin private final RangeOptions range = new RangeOptions();

  @Option(
      names = "--every",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of a clip: measure the first of every N frames (${DEFAULT-VALUE}).")
  private int every;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Of a clip: write the figures of every frame as a table.")
  private @Nullable Path csv;

  @Option(
      names = "--plot",
      paramLabel = "FILE.png",
      description = "Of a clip: draw PSNR by time, beside bicubic and bilinear.")
  private @Nullable Path plot;

  @Option(
      names = "--worst",
      paramLabel = "DIR",
      description =
          "Of a clip: write the frames with the lowest PSNR as PNG pictures: bicubic, the model and"
              + " the original side by side.")
  private @Nullable Path worst;

  @Option(
      names = "--worst-count",
      paramLabel = "N",
      defaultValue = "5",
      description = "How many of them (${DEFAULT-VALUE}).")
  private int worstCount;

  @Option(
      names = "--split",
      paramLabel = "FILE.y4m",
      description = {
        "Of a clip: write the rebuilt frames as a clip whose left half is by bicubic and whose right",
        "half is by the model, without colour."
      })
  private @Nullable Path split;

  /**
   * Checks the options.
   *
   * @throws ParameterException if it can't
   */
  void check(Path clip) {
    range.check();
    require(every >= 1, "--every", "1 or more", every);
    require(worstCount >= 1 && worstCount <= 1000, "--worst-count", "1 to 1000", worstCount);
    require(plot == null || ends(plot, ".png"), "--plot", "a name that ends in .png", plot);
    require(split == null || ends(split, ".y4m"), "--split", "a name that ends in .y4m", split);
    require(worst == null || !Files.isRegularFile(worst), "--worst", "a folder", worst);
    Set<Path> files = new HashSet<>();
    for (Path file : Stream.of(clip, csv, plot, split).filter(Objects::nonNull).toList()) {
      require(
          files.add(file.toAbsolutePath().normalize()),
          "--csv, --plot, --split",
          "different files, none of them the clip",
          file);
    }
  }

  /**
   * Checks that no option of clips was given.
   *
   * @param pictures what is measured instead
   * @throws ParameterException if one was
   */
  void requireNone(Path pictures) {
    for (ArgSpec given : command.commandLine().getParseResult().matchedArgs()) {
      if (given instanceof OptionSpec option && OPTIONS.contains(option.longestName())) {
        require(false, option.longestName(), "a clip as --data", pictures);
      }
    }
  }

  /**
   * Measures a clip and writes the requested files.
   *
   * @param told receives each frame
   */
  ClipScore run(Path clip, ClipEvaluation evaluation, Consumer<FrameScore> told)
      throws IOException {
    String name = String.valueOf(clip.getFileName());
    WorstFrames worstFrames = new WorstFrames(worstCount);
    ClipScore score;
    try (ScoreTable table = csv == null ? null : ScoreTable.create(csv);
        PsnrCurve curve = plot == null ? null : PsnrCurve.create(plot, name);
        SplitClip halves = split == null ? null : SplitClip.create(split, rate(clip))) {
      score =
          evaluation.run(
              new ClipEvaluation.Part(range.start(), range.end(), every),
              (frame, pictures) -> {
                told.accept(frame);
                worstFrames.add(frame);
                if (table != null) {
                  table.add(frame);
                }
                if (curve != null) {
                  curve.add(frame);
                }
                if (halves != null) {
                  halves.add(pictures);
                }
              });
      if (worst != null) {
        write(worstFrames.frames(), evaluation, worst, name.substring(0, name.lastIndexOf('.')));
      }
      if (table != null) {
        table.commit();
      }
      if (curve != null) {
        curve.commit();
      }
      if (halves != null) {
        halves.commit();
      }
    }
    return score;
  }

  /** Rebuilds the frames, so that none waits in memory. */
  private static void write(
      List<FrameScore> frames, ClipEvaluation evaluation, Path folder, String stem)
      throws IOException {
    for (int i = 0; i < frames.size(); i++) {
      double seconds = frames.get(i).seconds();
      String name = String.format(Locale.ROOT, "%s-worst-%d-at-%.3fs.png", stem, i + 1, seconds);
      PictureFiles.write(folder.resolve(name), WorstFrames.sheet(evaluation.rebuild(seconds)));
    }
  }

  private double rate(Path clip) throws IOException {
    try (ClipFrames frames = ClipFrames.open(clip, range.start(), range.end())) {
      double rate = frames.framesPerSecond();
      return (rate > 0 ? rate : USUAL_RATE) / every;
    }
  }

  private static boolean ends(Path file, String ending) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(ending);
  }

  private void require(boolean valid, String option, String expected, @Nullable Object received) {
    if (!valid) {
      throw new ParameterException(
          command.commandLine(), option + ": expected " + expected + ", received " + received);
    }
  }
}
