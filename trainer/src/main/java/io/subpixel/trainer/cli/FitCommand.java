package io.subpixel.trainer.cli;

import io.subpixel.commands.ExitStatus;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.trainer.FitOptions;
import io.subpixel.trainer.FitOptions.Keep;
import io.subpixel.trainer.FitOptions.Length;
import io.subpixel.trainer.FitOptions.Length.Unit;
import io.subpixel.trainer.InvalidOptionException;
import io.subpixel.trainer.Loss;
import io.subpixel.trainer.LossTerm;
import io.subpixel.trainer.Schedule;
import io.subpixel.trainer.Trainer;
import io.subpixel.trainer.data.Augmentation;
import io.subpixel.trainer.network.Activation;
import io.subpixel.trainer.network.Architecture;
import io.subpixel.trainer.network.Architectures;
import io.subpixel.zoo.Colour;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
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
        "Trains a network and saves the model, its card, the history and a report to a folder.",
    sortOptions = false)
final class FitCommand implements Callable<Integer> {
  /** The options that --resume allows; all others stay as the training was started with. */
  private static final Set<String> WITH_RESUME =
      Set.of("--out", "--resume", "--steps", "--epochs", "--minutes", "--checkpoint-every");

  private static final int DEFAULT_EPOCHS = 30;
  private static final String DISCRIMINATOR_LEARNING_RATE = "1e-4";

  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      arity = "1..*",
      paramLabel = "SOURCE",
      description =
          "Train on these: folders, searched recursively for images, videos and shards of 'trainer"
              + " degrade --shards', globs such as 'photos/**/*.png', .txt lists of paths, single"
              + " images, videos or shards.")
  private List<Path> data = List.of();

  @Option(names = "--scale", paramLabel = "2|3|4", description = "The scale to upscale by.")
  private int scale;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "RUN",
      description = "The folder for the run.")
  private Path out;

  @Option(
      names = "--val",
      arity = "1..*",
      paramLabel = "SOURCE",
      description =
          "Measure PSNR on these HR images after each epoch, compared with bilinear and bicubic."
              + " Takes what --data takes; each source is a set. The first set decides which"
              + " epoch is best.")
  private List<Path> validation = List.of();

  @Option(
      names = "--every",
      paramLabel = "N",
      description =
          "Use the first of every N frames of a video (default: frames that differ from the last"
              + " one used, so that cuts count and still scenes don't).")
  private @Nullable Integer every;

  @Option(
      names = "--resume",
      description =
          "Resume the training in RUN with the options it was started with; --steps, --epochs or"
              + " --minutes sets a new length.")
  private boolean resume;

  @ArgGroup private @Nullable LengthOptions length;

  @Option(
      names = "--arch",
      paramLabel = "NAME",
      defaultValue = "sesr-m11",
      description =
          "The network: ${COMPLETION-CANDIDATES}, or sesr-mM, sesr-mM-k3, sesr-cW-mM or"
              + " sesr-cW-mM-k5 of M blocks with W channels, and any of these with -edges for edge"
              + " branches (default: ${DEFAULT-VALUE}).",
      completionCandidates = NetworkNames.class)
  private String architecture;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The model's name (default: the network and -xSCALE).")
  private @Nullable String name;

  @Option(
      names = "--licence",
      paramLabel = "ID",
      description =
          "State this licence of the weights in the card, an SPDX identifier such as Apache-2.0"
              + " (default: none).")
  private @Nullable String licence;

  @Option(
      names = "--start-from",
      paramLabel = "MODEL",
      description =
          "Start from the weights of a run, an ONNX file or a shipped model such as photo-x2, where"
              + " the layers match; the scale may be another.")
  private @Nullable Path startFrom;

  @Option(
      names = "--activation",
      paramLabel = "NAME",
      description = "Use relu, tanh, leaky-relu or prelu instead of the network's own activation.")
  private @Nullable String activation;

  @Option(
      names = "--colour",
      paramLabel = "NAME",
      defaultValue = "y",
      description =
          "The network's colour space: y (full-range luma), y-studio (luma of 16..235) or rgb"
              + " (default: ${DEFAULT-VALUE}).")
  private String colour;

  @Option(
      names = "--degradation",
      paramLabel = "ID",
      description =
          "Make LR from HR this way: bicubic-uint8-clamp, a preset such as photo, or steps such as"
              + " 'shrink+noise:2..8+jpeg:40..95', drawn anew for each patch; see"
              + " docs/degradations.md (default: that of the shards, or bicubic-uint8-clamp).")
  private @Nullable String degradation;

  @Option(
      names = "--loss",
      paramLabel = "NAME",
      defaultValue = "l1",
      description =
          "Minimise this loss: mse, l1, charbonnier, ssim, ms-ssim, luma, gradient, grid, fft,"
              + " random-features, squeezenet, ldl, teacher, adversarial, or a weighted sum such"
              + " as l1+fft:0.05 (default: ${DEFAULT-VALUE}).")
  private String loss;

  @Option(
      names = "--squeezenet",
      paramLabel = "FILE",
      description =
          "SqueezeNet's weights for the loss squeezenet: compressed_SqueezeNet.net of"
              + " SqueezeNet-Deep-Compression.")
  private @Nullable Path squeezenet;

  @Option(
      names = "--teacher",
      paramLabel = "MODEL",
      description =
          "The network to learn from with the loss teacher: a run, an ONNX file or a shipped model"
              + " such as photo-xl-x2, of equal scale and colour.")
  private @Nullable Path teacher;

  @Option(
      names = "--discriminator-learning-rate",
      paramLabel = "X",
      description =
          "The learning rate of the discriminator of an adversarial loss; it falls as"
              + " --learning-rate does (default: "
              + DISCRIMINATOR_LEARNING_RATE
              + ").")
  private @Nullable Double discriminatorLearningRate;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "16",
      description = "Patches per step (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--patch",
      paramLabel = "N",
      defaultValue = "32",
      description = "Side of a patch in LR pixels (default: ${DEFAULT-VALUE}).")
  private int patch;

  @Option(
      names = "--patches-per-picture",
      paramLabel = "N",
      description =
          "Patches cut from each image per epoch (default: 32, or more if there are few images, so"
              + " that an epoch has at least 100 steps).")
  private int perPicture;

  @Option(
      names = "--augment",
      paramLabel = "NAMES",
      description =
          "Change half of the patches in these ways, beside mirroring and turning: channels (R, G"
              + " and B in another order), mixup (a mean of two patches), cutmix (a part of another"
              + " patch), or several such as channels+mixup (default: none).")
  private @Nullable String augmentations;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      defaultValue = "2e-3",
      description = "The initial learning rate, after the warm-up (default: ${DEFAULT-VALUE}).")
  private double learningRate;

  @Option(
      names = "--schedule",
      paramLabel = "ID",
      defaultValue = "cosine",
      description =
          "The learning rate schedule: cosine (falls to a hundredth), constant, or"
              + " step:FACTOR@PART,PART... such as step:0.1@0.5,0.8 (default: ${DEFAULT-VALUE}).")
  private String schedule;

  @Option(
      names = "--weight-decay",
      paramLabel = "X",
      defaultValue = "0",
      description = "AdamW's weight decay; 0 is plain Adam (default: ${DEFAULT-VALUE}).")
  private double weightDecay;

  @Option(
      names = "--clip",
      paramLabel = "NORM",
      defaultValue = "0",
      description = "Clip the gradients to this norm; 0 for none (default: ${DEFAULT-VALUE}).")
  private double clip;

  @Option(
      names = "--average",
      paramLabel = "DECAY",
      defaultValue = "0.999",
      description =
          "Validate and save a running average of the weights with this decay; 0 for none (default:"
              + " ${DEFAULT-VALUE}).")
  private double average;

  @Option(
      names = "--keep",
      paramLabel = "best|last",
      defaultValue = "best",
      description =
          "Keep the weights of the best epoch by --val, or of the last (default:"
              + " ${DEFAULT-VALUE}).")
  private String keep;

  @Option(
      names = "--cache-mb",
      paramLabel = "N",
      defaultValue = "256",
      description = "Megabytes of memory for decoded images (default: ${DEFAULT-VALUE}).")
  private int cacheMb;

  @Option(
      names = "--loaders",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads that decode and degrade images (default: ${DEFAULT-VALUE}).")
  private int loaders;

  @Option(
      names = "--strict",
      description = "Fail on a broken image, video or shard instead of skipping it.")
  private boolean strict;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "Save a checkpoint for --resume this often (default: ${DEFAULT-VALUE}).")
  private double checkpointEvery;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Equal seeds give equal weights and patches (default: ${DEFAULT-VALUE}).")
  private long seed;

  static final class LengthOptions {
    @Option(names = "--steps", paramLabel = "N", description = "Stop after N steps.")
    private @Nullable Long steps;

    @Option(
        names = "--epochs",
        paramLabel = "N",
        description = "Stop after N passes over the images (default: " + DEFAULT_EPOCHS + ").")
    private @Nullable Integer epochs;

    @Option(names = "--minutes", paramLabel = "M", description = "Stop after M minutes.")
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
  public Integer call() throws IOException, InterruptedException {
    PrintWriter stdout = spec.commandLine().getOut();
    try (FitConsole console = new FitConsole(stdout, spec.commandLine().getErr())) {
      Trainer trainer = trainer(console).checkpointEvery(checkpointEvery);
      console.finished(trainer.fit(), out);
    } catch (InvalidOptionException e) {
      throw wrong(optionName(e.option()), e.expected(), e.received());
    }
    return ExitStatus.DONE;
  }

  private Trainer trainer(FitConsole console) throws IOException {
    if (resume) {
      checkAlone();
      return Trainer.resume(
          out, length == null ? null : length.toLength(), TypedCommand.of(spec), console);
    }
    return Trainer.begin(options(), out, console);
  }

  /** The option of a setting: {@code --learning-rate} of {@code learningRate}. */
  private static String optionName(String setting) {
    return "--" + setting.replaceAll("(?=\\p{Lu})", "-").toLowerCase(Locale.ROOT);
  }

  /** The settings of a new training. */
  FitOptions options() {
    Architecture chosen =
        Architectures.find(architecture)
            .orElseThrow(() -> wrong("--arch", Architectures.expected(), architecture));
    Activation active =
        activation == null
            ? chosen.activation()
            : choice("--activation", activation, Activation.values(), Activation::id);
    Loss minimised = parsed("--loss", loss, Loss::parse);
    Map<String, Object> defaults = new LinkedHashMap<>();
    defaults.put("--activation", active.id());
    defaults.put("--epochs", DEFAULT_EPOCHS);
    if (minimised.has(LossTerm.ADVERSARIAL)) {
      defaults.put("--discriminator-learning-rate", DISCRIMINATOR_LEARNING_RATE);
    }
    return FitOptions.builder()
        .network(architecture)
        .scale(scale)
        .colour(choice("--colour", colour, Colour.values(), Colour::id))
        .activation(active)
        .name(name)
        .startFrom(startFrom)
        .licence(licence)
        .sources(data)
        .validation(validation)
        .every(every)
        .degradation(degradation)
        .strict(strict)
        .batch(batch)
        .patch(patch)
        .patchesPerPicture(perPicture)
        .augmentations(
            augmentations == null
                ? Set.of()
                : parsed("--augment", augmentations, Augmentation::parse))
        .cacheMb(cacheMb)
        .loaders(loaders)
        .loss(minimised)
        .squeezenet(squeezenet)
        .teacher(teacher)
        .discriminatorLearningRate(discriminatorLearningRate)
        .learningRate(learningRate)
        .schedule(parsed("--schedule", schedule, Schedule::parse))
        .weightDecay(weightDecay)
        .clip(clip)
        .average(average)
        .length(length == null ? new LengthOptions().toLength() : length.toLength())
        .keep(choice("--keep", keep, Keep.values(), k -> k.name().toLowerCase(Locale.ROOT)))
        .seed(seed)
        .command(TypedCommand.of(spec, defaults))
        .build();
  }

  /** Reads a setting from its text. */
  @FunctionalInterface
  private interface Parser<T> {
    T parse(String text) throws InvalidInputException;
  }

  private <T> T parsed(String option, String text, Parser<T> parser) {
    try {
      return parser.parse(text);
    } catch (InvalidInputException e) {
      throw wrong(option, e.expected(), text);
    }
  }

  private void checkAlone() {
    for (ArgSpec given : spec.commandLine().getParseResult().matchedArgs()) {
      if (given instanceof OptionSpec option && !option.inherited()) {
        String name = option.longestName();
        if (!WITH_RESUME.contains(name)) {
          throw wrong(name, "only a new length beside --resume", "it");
        }
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

  private ParameterException wrong(String option, String expected, String received) {
    return new ParameterException(
        spec.commandLine(), option + ": expected " + expected + ", received " + received);
  }
}
