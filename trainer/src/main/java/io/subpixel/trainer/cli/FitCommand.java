package io.subpixel.trainer.cli;

import io.subpixel.commands.ExitStatus;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.trainer.network.Activation;
import io.subpixel.trainer.network.Architecture;
import io.subpixel.trainer.network.Architectures;
import io.subpixel.trainer.training.FitOptions.Keep;
import io.subpixel.trainer.training.FitOptions.Length.Unit;
import io.subpixel.trainer.training.FitOptions.Length;
import io.subpixel.trainer.training.FitOptions;
import io.subpixel.trainer.training.Loss;
import io.subpixel.trainer.training.OptimizerOptions;
import io.subpixel.trainer.training.Schedule;
import io.subpixel.trainer.training.Trainer;
import io.subpixel.zoo.Colour;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code trainer fit}. */
@Command(
    name = "fit",
    description =
        "Trains a network and leaves the model, its card, the history and a report in a folder.",
    sortOptions = false)
final class FitCommand implements Callable<Integer> {
  /** What may stand beside --resume: all else is as the training was begun. */
  private static final Set<String> WITH_RESUME =
      Set.of("--out", "--resume", "--steps", "--epochs", "--minutes", "--checkpoint-every");

  private static final int DEFAULT_EPOCHS = 30;

  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      arity = "1..*",
      paramLabel = "SOURCE",
      description =
          "What to train on: folders of pictures and clips (and those below them), globs such as"
              + " 'photos/**/*.png', .txt lists of paths, single pictures, clips.")
  private List<Path> data = List.of();

  @Option(names = "--scale", paramLabel = "2|3|4", description = "How many times larger.")
  private int scale;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "RUN",
      description = "The folder to leave the run in.")
  private Path out;

  @Option(
      names = "--val",
      arity = "1..*",
      paramLabel = "SOURCE",
      description =
          "HR pictures to measure PSNR on after each epoch, beside bilinear and bicubic: folders,"
              + " clips and whatever else --data takes, a set each; the first decides which epoch"
              + " is best.")
  private List<Path> validation = List.of();

  @Option(
      names = "--every",
      paramLabel = "N",
      description =
          "Of clips, take the first of every N frames (default: each that shows something else than"
              + " the one taken before, so that cuts count and standing pictures don't).")
  private @Nullable Integer every;

  @Option(
      names = "--resume",
      description = "Go on with the training in RUN, as it was begun; another end may be given.")
  private boolean resume;

  @ArgGroup private @Nullable LengthOptions length;

  @Option(
      names = "--arch",
      paramLabel = "NAME",
      defaultValue = "sesr-m11",
      description = "The network: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
      completionCandidates = NetworkNames.class)
  private String architecture;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What the model is called (default: the network and -xSCALE).")
  private @Nullable String name;

  @Option(
      names = "--licence",
      paramLabel = "ID",
      description =
          "What the card says of the weights' licence, an SPDX identifier such as Apache-2.0"
              + " (default: nothing).")
  private @Nullable String licence;

  @Option(
      names = "--start-from",
      paramLabel = "RUN",
      description =
          "Begin with the weights of another run, where the networks agree, such as one for another"
              + " scale.")
  private @Nullable Path startFrom;

  @Option(
      names = "--activation",
      paramLabel = "NAME",
      description = "relu, tanh, leaky-relu or prelu, in place of the network's own.")
  private @Nullable String activation;

  @Option(
      names = "--colour",
      paramLabel = "NAME",
      defaultValue = "y",
      description =
          "What goes through the network: y (full-range luma), y-studio (luma of 16..235) or rgb"
              + " (default: ${DEFAULT-VALUE}).")
  private String colour;

  @Option(
      names = "--degradation",
      paramLabel = "ID",
      defaultValue = "bicubic-uint8-clamp",
      description =
          "How LR is made from HR: bicubic-uint8-clamp, a preset such as photo, or steps such as"
              + " 'shrink+noise:2..8+jpeg:40..95', drawn for each patch (docs/degradations.md;"
              + " default: ${DEFAULT-VALUE}).")
  private String degradation;

  @Option(
      names = "--loss",
      paramLabel = "NAME",
      defaultValue = "l1",
      description =
          "What is made small: mse, l1, charbonnier, ssim, luma, gradient or fft, or a sum with weights"
              + " such as l1+fft:0.05 (default: ${DEFAULT-VALUE}).")
  private String loss;

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
      description =
          "Patches cut from each picture in an epoch (default: 32; more of few pictures, so that an"
              + " epoch has 100 steps).")
  private @Nullable Integer perPicture;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      defaultValue = "2e-3",
      description = "The first learning rate (${DEFAULT-VALUE}).")
  private double learningRate;

  @Option(
      names = "--schedule",
      paramLabel = "ID",
      defaultValue = "cosine",
      description =
          "How the learning rate falls: cosine (to a hundredth), constant, or"
              + " step:FACTOR@PART,PART... such as step:0.1@0.5,0.8 (default: ${DEFAULT-VALUE}).")
  private String schedule;

  @Option(
      names = "--weight-decay",
      paramLabel = "X",
      defaultValue = "0",
      description = "AdamW's decay; 0 is plain Adam (${DEFAULT-VALUE}).")
  private double weightDecay;

  @Option(
      names = "--clip",
      paramLabel = "NORM",
      defaultValue = "0",
      description = "Shorten longer gradients to this norm; 0 for none (${DEFAULT-VALUE}).")
  private double clip;

  @Option(
      names = "--average",
      paramLabel = "DECAY",
      defaultValue = "0.999",
      description =
          "Decay of the weights' running average, which is what is saved; 0 for none"
              + " (${DEFAULT-VALUE}).")
  private double average;

  @Option(
      names = "--keep",
      paramLabel = "best|last",
      defaultValue = "best",
      description = "Which epoch's weights to leave, if there is a --val (${DEFAULT-VALUE}).")
  private String keep;

  @Option(
      names = "--cache-mb",
      paramLabel = "N",
      defaultValue = "256",
      description = "Memory for decoded pictures (${DEFAULT-VALUE}).")
  private int cacheMb;

  @Option(
      names = "--loaders",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads that decode and degrade pictures (${DEFAULT-VALUE}).")
  private int loaders;

  @Option(names = "--strict", description = "Fail on a broken picture or clip rather than skip it.")
  private boolean strict;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How often to save what --resume goes on from (${DEFAULT-VALUE}).")
  private double checkpointEvery;

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
        description =
            "Stop after so many times through the pictures (the default: " + DEFAULT_EPOCHS + ").")
    private @Nullable Integer epochs;

    @Option(names = "--minutes", paramLabel = "M", description = "Stop after so much time.")
    private @Nullable Double minutes;

    Length toLength() {
      if (steps != null) {
        return new Length(Unit.STEPS, steps);
      } else if (minutes != null) {
        return new Length(Unit.MINUTES, minutes);
      }
      return new Length(Unit.EPOCHS, epochs == null ? DEFAULT_EPOCHS : epochs);
    }
  }

  @Override
  public Integer call() throws Exception {
    checkLength();
    check(
        checkpointEvery > 0 && checkpointEvery <= 1e6,
        "--checkpoint-every",
        "more than 0, at most 1000000",
        checkpointEvery);
    PrintWriter stdout = spec.commandLine().getOut();
    try (FitConsole console = new FitConsole(stdout, spec.commandLine().getErr())) {
      run(console);
    }
    return ExitStatus.DONE;
  }

  private void run(FitConsole console) throws IOException, InterruptedException {
    Trainer trainer;
    if (resume) {
      checkAlone();
      trainer =
          Trainer.resume(
              out, length == null ? null : length.toLength(), TypedCommand.of(spec), console);
    } else {
      trainer = Trainer.begin(options(), out, console);
    }
    trainer.checkpointEvery(checkpointEvery);
    console.finished(trainer.fit(), trainer.skipped(), out);
  }

  private FitOptions options() {
    check(name == null || !name.isBlank(), "--name", "some text", name);
    check(licence == null || !licence.isBlank(), "--licence", "some text", licence);
    check(!data.isEmpty(), "--data", "something to train on", "nothing");
    check(every == null || every >= 1, "--every", "1 or more", every);
    check(scale >= 2 && scale <= 4, "--scale", "2, 3 or 4", scale == 0 ? "nothing" : scale);
    check(batch >= 1 && batch <= 1024, "--batch", "1 to 1024", batch);
    check(patch >= 8 && patch <= 512, "--patch", "8 to 512", patch);
    check(
        perPicture == null || (perPicture >= 1 && perPicture <= 4096),
        "--patches-per-picture",
        "1 to 4096",
        perPicture);
    check(
        learningRate > 0 && learningRate < 1,
        "--learning-rate",
        "more than 0, less than 1",
        learningRate);
    check(weightDecay >= 0 && weightDecay <= 1, "--weight-decay", "0 to 1", weightDecay);
    check(clip >= 0, "--clip", "0 or more", clip);
    check(average >= 0 && average < 1, "--average", "0 or more, less than 1", average);
    check(cacheMb >= 0 && cacheMb <= 1 << 20, "--cache-mb", "0 to " + (1 << 20), cacheMb);
    check(loaders >= 1 && loaders <= 64, "--loaders", "1 to 64", loaders);
    Architecture chosen =
        Architectures.find(architecture)
            .orElseThrow(() -> wrong("--arch", "one of " + Architectures.names(), architecture));
    Activation active =
        activation == null
            ? chosen.activation()
            : choice("--activation", activation, Activation.values(), Activation::id);
    return new FitOptions(
        new FitOptions.Model(
            architecture,
            scale,
            choice("--colour", colour, Colour.values(), Colour::id),
            active,
            name == null ? architecture + "-x" + scale : name,
            startFrom,
            licence),
        new FitOptions.Data(data, validation, every, degradation, strict),
        new FitOptions.Loading(batch, patch, perPicture == null ? 0 : perPicture, cacheMb, loaders),
        new FitOptions.Objective(
            parsedLoss(),
            learningRate,
            parsedSchedule(),
            new OptimizerOptions(weightDecay, clip, average)),
        length == null ? new LengthOptions().toLength() : length.toLength(),
        choice("--keep", keep, Keep.values(), k -> k.name().toLowerCase(Locale.ROOT)),
        seed,
        TypedCommand.of(spec, Map.of("--activation", active.id(), "--epochs", DEFAULT_EPOCHS)));
  }

  private Loss parsedLoss() {
    try {
      return Loss.parse(loss);
    } catch (InvalidInputException e) {
      throw wrong("--loss", e.expected(), loss);
    }
  }

  private Schedule parsedSchedule() {
    try {
      return Schedule.parse(schedule);
    } catch (InvalidInputException e) {
      throw wrong("--schedule", e.expected(), schedule);
    }
  }

  private void checkLength() {
    if (length != null) {
      check(length.steps == null || length.steps >= 1, "--steps", "1 or more", length.steps);
      check(length.epochs == null || length.epochs >= 1, "--epochs", "1 or more", length.epochs);
      check(
          length.minutes == null || (length.minutes > 0 && length.minutes <= 1e5),
          "--minutes",
          "more than 0, at most 100000",
          length.minutes);
    }
  }

  private void checkAlone() {
    for (ArgSpec given : spec.commandLine().getParseResult().matchedArgs()) {
      if (given instanceof OptionSpec option && !option.inherited()) {
        String name = option.longestName();
        check(WITH_RESUME.contains(name), name, "no such setting beside --resume", "it");
      }
    }
  }

  private <T> T choice(String option, String name, T[] values, Function<T, String> id) {
    String names = Arrays.stream(values).map(id).collect(Collectors.joining(", "));
    return Arrays.stream(values)
        .filter(value -> id.apply(value).equals(name))
        .findFirst()
        .orElseThrow(() -> wrong(option, "one of " + names, name));
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
