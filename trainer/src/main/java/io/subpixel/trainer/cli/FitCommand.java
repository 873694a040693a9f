package io.subpixel.trainer.cli;

import io.subpixel.models.cli.ExitStatus;
import io.subpixel.models.degradation.Degradation;
import io.subpixel.trainer.network.Architecture;
import io.subpixel.trainer.network.Architectures;
import io.subpixel.trainer.training.FitOptions;
import io.subpixel.trainer.training.Trainer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code trainer fit}. */
@Command(
    name = "fit",
    description = "Trains a network and leaves model.fb, card.json and history.csv in a folder.",
    sortOptions = false)
final class FitCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      required = true,
      arity = "1..*",
      paramLabel = "DIR|FILE|LIST.txt|PATTERN",
      description = {
        "Pictures to train on: folders (and those below them), single pictures, lists (.txt, a path"
            + " a line, relative to the list) or patterns ('dir/**/*.png')."
      })
  private List<Path> data;

  @Option(
      names = "--scale",
      required = true,
      paramLabel = "2|3|4",
      description = "How many times larger.")
  private int scale;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "RUN",
      description = "The folder to leave the run in.")
  private Path out;

  @Option(
      names = "--val",
      paramLabel = "DIR",
      description = "HR pictures to measure PSNR on after each epoch, beside bicubic.")
  private @Nullable Path validation;

  @Option(
      names = "--arch",
      paramLabel = "NAME",
      defaultValue = "espcn",
      description = "The network (default: ${DEFAULT-VALUE}).")
  private String architecture;

  @ArgGroup private @Nullable LengthOptions length;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "16",
      description = "Patches a step (${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--patch",
      paramLabel = "N",
      defaultValue = "32",
      description = "Side of a patch in LR pixels (${DEFAULT-VALUE}).")
  private int patch;

  @Option(
      names = "--patches-per-picture",
      paramLabel = "N",
      defaultValue = "32",
      description = "Patches cut from each picture in an epoch (${DEFAULT-VALUE}).")
  private int perPicture;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      defaultValue = "1e-3",
      description =
          "The first learning rate; it falls to a hundredth along a cosine (${DEFAULT-VALUE}).")
  private double learningRate;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Equal seeds give equal weights and patches (${DEFAULT-VALUE}).")
  private long seed;

  static final class LengthOptions {
    @Option(names = "--steps", paramLabel = "N", description = "Stop after so many steps.")
    private @Nullable Long steps;

    @Option(
        names = "--epochs",
        paramLabel = "N",
        description = "Stop after so many times through the pictures (the default: 30).")
    private @Nullable Integer epochs;

    @Option(names = "--minutes", paramLabel = "M", description = "Stop after so much time.")
    private @Nullable Double minutes;

    FitOptions.Length toLength() {
      if (steps != null) {
        return new FitOptions.Steps(steps);
      } else if (minutes != null) {
        return new FitOptions.Time(Duration.ofNanos((long) (minutes * 60e9)));
      }
      return new FitOptions.Epochs(epochs == null ? 30 : epochs);
    }
  }

  @Override
  public Integer call() throws Exception {
    Architecture chosen =
        Architectures.find(architecture)
            .orElseThrow(() -> wrong("--arch", "one of " + Architectures.names(), architecture));
    check(scale >= 2 && scale <= 4, "--scale", "2, 3 or 4", scale);
    check(batch >= 1 && batch <= 1024, "--batch", "1 to 1024", batch);
    check(patch >= 8 && patch <= 512, "--patch", "8 to 512", patch);
    check(perPicture >= 1 && perPicture <= 4096, "--patches-per-picture", "1 to 4096", perPicture);
    check(
        learningRate > 0 && learningRate < 1,
        "--learning-rate",
        "more than 0, less than 1",
        learningRate);
    if (length != null) {
      check(length.steps == null || length.steps >= 1, "--steps", "1 or more", length.steps);
      check(length.epochs == null || length.epochs >= 1, "--epochs", "1 or more", length.epochs);
      check(
          length.minutes == null || (length.minutes > 0 && length.minutes <= 1e5),
          "--minutes",
          "more than 0, at most 100000",
          length.minutes);
    }
    FitOptions options =
        new FitOptions(
            chosen,
            scale,
            data,
            validation,
            out,
            length == null ? new LengthOptions().toLength() : length.toLength(),
            batch,
            patch,
            perPicture,
            learningRate,
            Degradation.DEFAULT,
            seed);
    FitConsole console = new FitConsole(spec.commandLine().getOut(), spec.commandLine().getErr());
    new Trainer(options, console).fit();
    console.finished(out);
    return ExitStatus.DONE;
  }

  private void check(boolean valid, String option, String expected, @Nullable Object received) {
    if (!valid) {
      throw wrong(option, expected, String.valueOf(received));
    }
  }

  private ParameterException wrong(String option, String expected, String received) {
    return new ParameterException(
        spec.commandLine(), option + ": expected " + expected + ", received " + received);
  }
}
