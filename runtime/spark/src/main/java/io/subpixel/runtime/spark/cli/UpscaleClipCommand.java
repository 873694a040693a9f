package io.subpixel.runtime.spark.cli;

import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.ExitStatus;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.spark.PictureOptions;
import io.subpixel.runtime.spark.Status;
import io.subpixel.runtime.spark.internal.FilmJob;
import io.subpixel.runtime.spark.internal.FilmPart;
import io.subpixel.runtime.spark.internal.ModelFile;
import io.subpixel.runtime.spark.internal.Store;
import io.subpixel.runtime.video.ClipPlan;
import io.subpixel.runtime.video.UnfitContainerException;
import io.subpixel.runtime.video.VideoUpscaler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Upscales a film in parts. */
@Command(
    name = "upscale-clip",
    description = {
      "Upscales a film in parts, which the executors encode and one of them joins.",
      "Plan and parts lie in OUT.parts until the result is there: the same command again does what is"
          + " missing."
    },
    sortOptions = false)
final class UpscaleClipCommand implements Callable<Integer> {
  private static final Set<PictureOptions.Name> OF_FILMS =
      Set.of(
          PictureOptions.Name.SCALE,
          PictureOptions.Name.MODEL,
          PictureOptions.Name.STRENGTH,
          PictureOptions.Name.MEMORY,
          PictureOptions.Name.DEVICE);

  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--input",
      paramLabel = "FILM",
      required = true,
      description = "The film, such as film.mkv or s3a://bucket/film.mkv.")
  private String input = "";

  @Option(
      names = "--output",
      paramLabel = "OUT",
      required = true,
      description = "The result; its name ends in .mp4, .mkv, .webm or .mov.")
  private String output = "";

  @Option(
      names = "--parts",
      paramLabel = "N",
      description = "How many parts to plan. Default: one per minute.")
  private int parts;

  @Option(
      names = "--plan",
      paramLabel = "FILE",
      description =
          "Follow this plan of 'runtime upscale --plan', which takes all options of clips; what it"
              + " says can't be said again.")
  private @Nullable String plan;

  @Option(
      names = "--plan-only",
      description = "Write the plan to OUT.parts/plan.json and print its parts, no more.")
  private boolean planOnly;

  @Option(
      names = "--codec",
      paramLabel = "CODEC",
      description =
          "h264, hevc, vp9, av1, mpeg4, prores, ffv1, or one of FFmpeg's encoders. Default: one that"
              + " suits OUT's ending and the frames.")
  private @Nullable String codec;

  @Option(
      names = "--crf",
      paramLabel = "N",
      description = "Quality on the codec's own scale, lower is better.")
  private @Nullable Integer crf;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description = "The encoder's own name of a speed.")
  private @Nullable String preset;

  @Option(
      names = "--tune",
      paramLabel = "NAME",
      description = "The encoder's own name of a kind of content.")
  private @Nullable String tune;

  @Option(
      names = "--drop-streams",
      description = "Omit audio, subtitles and alpha that OUT can't hold. Default: an error.")
  private boolean dropStreams;

  @Option(
      names = "--deinterlace",
      description = "Deinterlace interlaced frames. Default: an error.")
  private boolean deinterlace;

  @Option(names = "--strip", description = "Omit tags such as titles and dates.")
  private boolean strip;

  /** Called by picocli, when the command is made. Adds the library's options that films have. */
  @Spec
  void specify(CommandSpec own) {
    spec = own;
    PictureOptionSpecs.add(own, OF_FILMS);
  }

  @Override
  public Integer call() throws IOException {
    PictureOptions options;
    try {
      options = PictureOptionSpecs.options(spec, OF_FILMS);
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage(), e);
    }
    if (parts < 0) {
      throw wrong("parts: expected 1 or more, received " + parts, null);
    }
    for (String option :
        List.of(
            "--parts",
            "--scale",
            "--codec",
            "--crf",
            "--preset",
            "--tune",
            "--drop-streams",
            "--deinterlace",
            "--strip")) {
      if (plan != null && spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw wrong(option.substring(2) + ": expected what the plan says, received more", null);
      }
    }
    return Sessions.run("subpixel upscale-clip", spark -> run(spark, options));
  }

  private int run(SparkSession session, PictureOptions options) throws IOException {
    JavaSparkContext spark = new JavaSparkContext(session.sparkContext());
    Configuration configuration = spark.hadoopConfiguration();
    Broadcast<SerializableConfiguration> hadoop =
        spark.broadcast(new SerializableConfiguration(configuration));
    Path film = Store.qualified(input, configuration);
    Path result = Store.qualified(output, configuration);
    FilmJob job = new FilmJob(spark, hadoop, film, result);
    if (job.isDone()) {
      job.clean();
      tell(Store.name(result) + ": is there already");
      return ExitStatus.DONE;
    }
    ModelFile model = ModelFile.read(options, configuration);
    ClipPlan planned = plan == null ? plan(job, options, model) : read(plan, configuration);
    ClipPlan agreed = job.agreed(planned);
    if (planOnly) {
      for (ClipPlan.Part part : agreed.parts()) {
        tell(
            "part %d: from %.3f s, about %d frames"
                .formatted(part.number(), part.start(), part.frames()));
      }
      return ExitStatus.DONE;
    }
    PictureOptions all = followed(agreed, options);
    return told(job.run(agreed, all, ModelFile.read(all, configuration)), agreed);
  }

  private ClipPlan plan(FilmJob job, PictureOptions options, ModelFile model) throws IOException {
    java.nio.file.Path film = job.film();
    try (Upscaler upscaler = model.builder(options).open()) {
      VideoUpscaler.Builder video = VideoUpscaler.builder(upscaler).target(options.target());
      if (codec != null) {
        video.codec(codec);
      }
      if (crf != null) {
        video.quality(crf);
      }
      if (preset != null) {
        video.preset(preset);
      }
      if (tune != null) {
        video.tune(tune);
      }
      if (dropStreams) {
        video.dropUnfit();
      }
      if (deinterlace) {
        video.deinterlace();
      }
      if (strip) {
        video.strip();
      }
      java.nio.file.Path name = java.nio.file.Path.of(new Path(output).getName());
      return video.build().plan(film, name, parts);
    } catch (InvalidInputException e) {
      boolean isDroppable = e instanceof UnfitContainerException unfit && unfit.isDroppable();
      // By its own name, not that of its copy on this machine.
      throw new InvalidInputException(
          e.where().equals(film.toString()) ? input : e.where(),
          e.expected() + (isDroppable ? " (--drop-streams)" : ""),
          e.received(),
          e);
    }
  }

  private static ClipPlan read(String plan, Configuration hadoop) throws IOException {
    return FilmJob.read(Store.qualified(plan, hadoop), hadoop);
  }

  /** The options with the plan's model and strength. */
  private PictureOptions followed(ClipPlan agreed, PictureOptions options) {
    Map<String, String> values = new TreeMap<>(PictureOptionSpecs.values(spec, OF_FILMS));
    values.remove(PictureOptions.Name.SCALE.toString());
    if (!options.isModelFile()) {
      values.put(PictureOptions.Name.MODEL.toString(), agreed.model());
    }
    agreed
        .strength()
        .ifPresent(
            value -> values.put(PictureOptions.Name.STRENGTH.toString(), String.valueOf(value)));
    try {
      return PictureOptions.of(values);
    } catch (IllegalArgumentException e) {
      throw wrong("model: expected the file of " + agreed.model() + ", received none", e);
    }
  }

  private int told(FilmJob.Result done, ClipPlan agreed) {
    Map<String, List<Integer>> errors = new LinkedHashMap<>();
    for (FilmPart part : done.parts()) {
      if (part.error() != null) {
        errors.computeIfAbsent(part.error(), error -> new ArrayList<>()).add(part.number());
      } else if (part.fault() != null) {
        say("part " + part.number() + ": " + part.fault());
      }
    }
    errors.forEach((error, numbers) -> say(parts(numbers) + ": " + error));
    int failures = errors.values().stream().mapToInt(List::size).sum();
    if (done.error() != null) {
      say(done.error());
    } else if (failures > 0) {
      say(
          "%d of %d parts failed; the others wait for the same command in %s.parts"
              .formatted(failures, agreed.parts().size(), output));
    }
    if (failures > 0 || done.error() != null) {
      return ExitStatus.INPUT_FAILED;
    }
    long existing = done.parts().stream().filter(part -> part.status() == Status.EXISTING).count();
    String reused = existing == 0 ? "" : ", " + existing + " of them there already,";
    String dropped =
        done.dropped().isEmpty() ? "" : "; without " + String.join(", ", done.dropped());
    tell(
        "%s -> %s: %d frames of %d parts%s by %s%s"
            .formatted(
                input,
                output,
                done.frames(),
                agreed.parts().size(),
                reused,
                agreed.model(),
                dropped));
    return ExitStatus.DONE;
  }

  private static String parts(List<Integer> numbers) {
    String all = numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    return (numbers.size() == 1 ? "part " : "parts ") + all;
  }

  private void tell(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }

  private void say(String message) {
    CommandRunner.print(spec.commandLine(), message);
  }

  private ParameterException wrong(@Nullable String message, @Nullable Throwable cause) {
    ParameterException wrong = new ParameterException(spec.commandLine(), "--" + message);
    wrong.initCause(cause);
    return wrong;
  }
}
