package io.subpixel.runtime.cli;

import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.CommonOptions;
import io.subpixel.commands.ExitStatus;
import io.subpixel.commands.Terminal;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.runtime.Background;
import io.subpixel.runtime.ModelException;
import io.subpixel.runtime.TargetSize;
import io.subpixel.runtime.UpscaleOptions;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.batch.Batch;
import io.subpixel.runtime.batch.BatchInput;
import io.subpixel.runtime.batch.BatchInputs;
import io.subpixel.runtime.batch.BatchOptions;
import io.subpixel.runtime.batch.BatchOutput;
import io.subpixel.runtime.batch.BatchPlan;
import io.subpixel.runtime.batch.NameTemplate;
import io.subpixel.runtime.batch.Outcome;
import io.subpixel.runtime.video.ClipFrames;
import io.subpixel.runtime.video.ClipPlan;
import io.subpixel.runtime.video.UnfitContainerException;
import io.subpixel.runtime.video.VideoUpscaler;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Upscales pictures and clips. */
@Command(
    name = "upscale",
    description = {
      "Upscales images: PNG, JPEG, HEIC, AVIF, WebP, TIFF, JPEG 2000, BMP, GIF, PNM.",
      "Upscales videos: MP4, MKV, WebM, MOV, AVI, Y4M, animated GIF, APNG and WebP; copies audio, subtitles"
          + " and other streams."
    })
final class UpscaleCommand implements Callable<Integer> {
  /** Options that apply only to pictures. */
  private static final Set<String> OF_PICTURES =
      Set.of(
          "--format",
          "--quality",
          "--lossless",
          "--compression",
          "--name",
          "--dpi",
          "--background",
          "--compare",
          "--skip-existing",
          "--fail-fast",
          "--max-pixels",
          "--jobs");

  private static final Set<String> OF_CLIPS =
      Set.of(
          "--codec",
          "--crf",
          "--bitrate",
          "--target-size",
          "--preset",
          "--fps",
          "--tune",
          "--start",
          "--end",
          "--drop-streams",
          "--deinterlace",
          "--resume",
          "--preview");

  private static final Duration TO_END = Duration.ofSeconds(30);

  @Mixin private final Output output = new Output();

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "IN",
      arity = "1..*",
      description =
          "Images, videos, numbered images as a video (frames/%%05d.png), folders with them (except those below OUT), patterns such as"
              + " 'photos/**/*.jpg', or only - for standard input; a video if OUT or --format is one's.")
  private List<Path> inputs = List.of();

  @Mixin private final OutputOptions to = new OutputOptions();

  @Mixin private final ModelOption model = new ModelOption();

  @Mixin private final SizeOptions size = new SizeOptions();

  @Mixin private final EngineOptions engine = new EngineOptions();

  @Mixin private final ClipOptions clips = new ClipOptions();

  @Mixin private final PartOptions parts = new PartOptions();

  @Option(names = "--no-recurse", description = "Skip subfolders.")
  private boolean noRecurse;

  @Option(names = "--dry-run", description = "Print what would be done, without writing anything.")
  private boolean dryRun;

  @Option(names = "--fail-fast", description = "Stop at the first image that can't be upscaled.")
  private boolean failFast;

  @Option(
      names = "--quiet",
      description = "Print only errors, and the output of --json; no results and no progress.")
  private boolean quiet;

  private int status = ExitStatus.DONE;

  @Override
  public Integer call() throws IOException {
    try {
      Path plan = parts.plan();
      if (plan != null) {
        return inParts(plan);
      }
      if (isStandardClip()) {
        return standardClip(Destination.path(to.out()));
      }
    } catch (UsageException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    Upscaler.Builder builder = engine.apply(model.builder(size.modelScale()));
    try {
      boolean isStandard = inputs.stream().anyMatch(Destination::isStandard);
      if (isStandard && inputs.size() > 1) {
        throw new UsageException("IN: expected - (standard input) alone, received others too");
      }
      BatchInputs found =
          BatchInputs.find(
              isStandard ? List.of() : inputs,
              !noRecurse,
              Destination.path(to.out()),
              Clips::isFound);
      List<BatchInput> pictures = new ArrayList<>();
      List<BatchInput.File> videos = new ArrayList<>();
      if (isStandard) {
        pictures.add(new BatchInput.Stream(System.in, "standard input"));
      }
      for (BatchInput.File file : found.files()) {
        if (Clips.isClip(file.file(), to.out())) {
          videos.add(file);
        } else {
          pictures.add(file);
        }
      }
      boolean anyClips = !videos.isEmpty();
      // If nothing was found, assume pictures were meant.
      boolean anyPictures = !pictures.isEmpty() || !anyClips;
      if (!anyClips) {
        requireNone(OF_CLIPS, "videos");
      } else if (!anyPictures) {
        requireNone(OF_PICTURES, "images");
      }
      NameTemplate template = to.template();
      BatchOutput destination = anyPictures ? Destination.of(to.out(), inputs) : null;
      if (destination != null) {
        requireNothingElseOn(destination);
      }
      clips.requireFor(videos);
      Clips ofClips = clips(videos, anyPictures);
      if (!quiet) {
        found.notes().forEach(this::say);
      }
      report(found.failures());
      if (pictures.isEmpty() && !anyClips) {
        return status;
      }
      try (Upscaler upscaler = builder.open()) {
        if (upscaler.traits().scale() == 1 && !(size.target() instanceof TargetSize.OfModel)) {
          throw new UsageException(
              "--scale: expected a model that enlarges, received " + upscaler.traits().name());
        }
        upscaler.note().ifPresent(this::say);
        if (destination != null && mayGoOn()) {
          upscalePictures(upscaler, pictures, destination, template);
        }
        if (anyClips && mayGoOn()) {
          upscaleClips(upscaler, ofClips);
        }
      }
      return status;
    } catch (UsageException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** Plans a video, or upscales a part of it. */
  private int inParts(Path plan) throws IOException, UsageException {
    if (inputs.size() > 1 || !ClipFrames.isClip(inputs.get(0))) {
      throw new UsageException("--plan: expected one video, received others");
    }
    requireNone(OF_PICTURES, "images");
    for (String option : parts.isPart() ? PartOptions.OF_PLANS : Set.<String>of()) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new UsageException(option + ": expected what the plan says, received another value");
      }
    }
    for (String option : PartOptions.NOT_OF_PLANS) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new UsageException(option + ": expected no --plan with it, received one");
      }
    }
    PartRun run = new PartRun(inputs.get(0), Destination.path(to.out()));
    ClipUpscaling.Told told;
    if (parts.isPart()) {
      ClipPlan planned = ClipPlan.read(plan);
      int number = parts.number(planned);
      try (Upscaler upscaler =
          engine.apply(model.builder(planned.model(), planned.strength())).open()) {
        upscaler.note().ifPresent(this::say);
        told = run.part(planned, number, upscaler, progress());
      }
    } else {
      try (Upscaler upscaler = engine.apply(model.builder(size.modelScale())).open()) {
        VideoUpscaler.Builder builder = VideoUpscaler.builder(upscaler).target(size.target());
        clips.apply(builder);
        if (to.strip()) {
          builder.strip();
        }
        told = run.plan(builder, parts.count(), plan);
      } catch (UnfitContainerException e) {
        throw ClipUpscaling.hinted(e);
      }
    }
    if (output.isJson() || !quiet) {
      output.print(told.text(), told.json());
    }
    return ExitStatus.DONE;
  }

  /** Returns whether a video comes from standard input or goes to standard output. */
  private boolean isStandardClip() throws UsageException {
    Path out = Destination.path(to.out());
    boolean toStandard = Destination.isStandard(out);
    if (to.container() != null && !toStandard) {
      throw new UsageException(
          "--format: expected an image's format, or - for OUT, received " + to.container());
    }
    if (inputs.size() != 1) {
      return false;
    }
    return Destination.isStandard(inputs.get(0))
        ? to.container() != null || Clips.container(out) != null
        : toStandard && (to.container() != null || ClipFrames.isClip(inputs.get(0)));
  }

  private int standardClip(Path out) throws IOException, UsageException {
    Path in = inputs.get(0);
    String ending = to.container() == null ? Clips.container(out) : to.container();
    if (ending == null) {
      throw new UsageException(
          "--format: expected one of "
              + String.join(", ", Clips.STREAMED)
              + " for a video on standard output, received "
              + to.format().map(PictureFormat::ending).orElse("none"));
    }
    for (String option : List.of("--resume", "--preview", "--json", "--dry-run")) {
      if (Destination.isStandard(out)
          && spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new UsageException(option + ": expected a file for OUT, received -");
      }
    }
    Set<String> ofPictures = new TreeSet<>(OF_PICTURES);
    ofPictures.remove("--format");
    requireNone(ofPictures, "images");
    clips.requireFor(Destination.isStandard(in) ? List.of() : List.of(new BatchInput.File(in, in)));
    try (StandardClip clip = new StandardClip(in, out, ending);
        Upscaler upscaler = engine.apply(model.builder(size.modelScale())).open()) {
      upscaler.note().ifPresent(this::say);
      clip.read(System.in);
      upscaling(upscaler)
          .run(
              new Clips(List.of(clip.job())),
              told -> {
                if (!clip.writes() && (output.isJson() || !quiet)) {
                  output.print(clip.named(told.text()), told.json());
                }
              },
              (job, failure) -> failed(failure, clip.named(String.valueOf(failure.getMessage()))));
      clip.write();
    }
    return status;
  }

  private ClipProgress progress() {
    return new ClipProgress(
        spec.commandLine().getErr(), Terminal.showsErrors() && !quiet, System::nanoTime);
  }

  private boolean mayGoOn() {
    return !failFast || status == ExitStatus.DONE;
  }

  private Clips clips(List<BatchInput.File> found, boolean anyPictures) throws UsageException {
    if (found.isEmpty()) {
      return new Clips(List.of());
    }
    boolean severalMeant =
        anyPictures || !inputs.stream().allMatch(each -> Clips.isClip(each, to.out()));
    return Clips.of(found, severalMeant, to.out());
  }

  private ClipUpscaling upscaling(Upscaler upscaler) {
    return new ClipUpscaling(upscaler, size.target(), clips, to.strip(), dryRun, progress());
  }

  private void upscaleClips(Upscaler upscaler, Clips found) throws UsageException {
    upscaling(upscaler)
        .run(
            found,
            told -> {
              if (output.isJson() || !quiet) {
                output.print(told.text(), told.json());
              }
            },
            (job, failure) -> {
              String message = String.valueOf(failure.getMessage());
              failed(failure, message);
              if (output.isJson()) {
                String out = job.output().toString();
                output.print("", new Results.Failure(job.input().toString(), out, message));
              }
            });
  }

  private void requireNone(Set<String> options, String what) throws UsageException {
    for (String option : options) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new UsageException(option + ": expected " + what + ", received others");
      }
    }
  }

  private void upscalePictures(
      Upscaler upscaler, List<BatchInput> pictures, BatchOutput destination, NameTemplate template)
      throws IOException, UsageException {
    TargetSize target = size.target();
    if (to.compare() && target instanceof TargetSize.Box box && box.fit() == TargetSize.Fit.COVER) {
      throw new UsageException(
          "--compare: expected a result that isn't cropped, received --fit cover");
    }
    BatchPlan plan = plan(upscaler, pictures, destination, template);
    report(plan.failures());
    int count = plan.jobs().size();
    if (count == 0 || !mayGoOn()) {
      return;
    }
    ProgressLine progress =
        new ProgressLine(
            count,
            spec.commandLine().getErr(),
            Terminal.showsErrors() && !quiet,
            outcome -> tell(outcome, destination),
            System::nanoTime);
    Batch batch = new Batch(upscaler, options(target));
    ShutdownHook onSignal = new ShutdownHook(() -> interrupt(batch, progress, count));
    try {
      batch.run(plan, progress);
    } finally {
      onSignal.forget();
    }
    progress.clear();
  }

  private BatchPlan plan(
      Upscaler upscaler, List<BatchInput> pictures, BatchOutput destination, NameTemplate template)
      throws IOException, UsageException {
    BatchPlan.Naming naming =
        new BatchPlan.Naming(
            template, to.format(), to.compare(), size.target(), engine.maxPixels());
    try {
      return BatchPlan.of(pictures, destination, naming, upscaler);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--" + e.getMessage());
    }
  }

  /** Keeps the process alive until all jobs have stopped, so that none leaves half a file. */
  private void interrupt(Batch batch, ProgressLine progress, int count) {
    batch.stop();
    try {
      batch.await(TO_END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    progress.clear();
    say("interrupted: " + batch.written() + " of " + count + " images are done");
  }

  private BatchOptions options(TargetSize target) {
    UpscaleOptions upscale =
        UpscaleOptions.DEFAULTS
            .withTarget(target)
            .withMaxPixels(engine.maxPixels())
            .withWrite(to.write(size.dpi()));
    Background background = to.background();
    if (background != null) {
      upscale = upscale.withBackground(background);
    }
    return BatchOptions.DEFAULTS
        .withUpscale(upscale)
        .withSkipExisting(to.skipExisting())
        .withDryRun(dryRun)
        .withFailFast(failFast)
        .withConcurrency(engine.jobs());
  }

  /** Rejects options that would write anything but the picture to standard output. */
  private void requireNothingElseOn(BatchOutput destination) throws UsageException {
    if (destination instanceof BatchOutput.ToStream
        && (output.isJson() || to.compare() || to.skipExisting() || dryRun)) {
      throw new UsageException(
          "--out: expected a file or folder for --json, --compare, --skip-existing and --dry-run,"
              + " received -");
    }
  }

  private void tell(Outcome outcome, BatchOutput destination) {
    if (outcome instanceof Outcome.Failed failed) {
      failed(failed.cause(), failed.message());
    }
    if (output.isJson()) {
      output.print("", Results.json(outcome));
    } else if (!(outcome instanceof Outcome.Failed)
        && !(destination instanceof BatchOutput.ToStream)
        && !quiet) {
      output.print(Results.text(outcome), "");
    }
  }

  private void report(List<InvalidInputException> failures) {
    for (InvalidInputException failure : failures) {
      String message = String.valueOf(failure.getMessage());
      failed(failure, message);
      if (output.isJson()) {
        output.print(message, new Results.Failure(failure.where(), null, message));
      }
    }
  }

  private void failed(Throwable failure, String message) {
    int own =
        failure instanceof UnavailableException
            ? ExitStatus.UNAVAILABLE
            : isBug(failure) ? ExitStatus.BUG : ExitStatus.INPUT_FAILED;
    boolean isGraver =
        status == ExitStatus.DONE || own == ExitStatus.BUG || own == ExitStatus.INPUT_FAILED;
    status = status != ExitStatus.BUG && isGraver ? own : status;
    say(message);
    if (CommonOptions.isVerbose(spec)) {
      failure.printStackTrace(spec.commandLine().getErr());
    }
  }

  private static boolean isBug(Throwable failure) {
    return failure instanceof RuntimeException && !(failure instanceof ModelException);
  }

  private void say(String message) {
    CommandRunner.print(spec.commandLine(), message);
  }
}
