package io.subpixel.runtime.cli;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.Reason;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.ExitStatus;
import io.subpixel.commands.Terminal;
import io.subpixel.pictures.file.PictureReader;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.video.ClipFrames;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Upscales picture files. */
@Command(
    name = "upscale",
    description = {
      "Upscales pictures: PNG, JPEG, BMP, GIF, TIFF, WebP, PNM.",
      "Upscales clips: MP4, MKV, WebM, MOV, AVI, Y4M; what is no picture is copied."
    })
final class UpscaleCommand implements Callable<Integer> {
  /** Options that mean nothing for clips. */
  private static final Set<String> OF_PICTURES =
      Set.of(
          "--format",
          "--quality",
          "--compression",
          "--name",
          "--background",
          "--compare",
          "--skip-existing",
          "--dry-run",
          "--fail-fast",
          "--max-pixels",
          "--width",
          "--height",
          "--jobs");

  private static final Set<String> OF_CLIPS =
      Set.of(
          "--codec",
          "--crf",
          "--bitrate",
          "--start",
          "--end",
          "--drop-streams",
          "--deinterlace",
          "--resume",
          "--preview");

  @Mixin private final Output output = new Output();

  @Spec private CommandSpec spec;

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private RuntimeCommand parent;

  @Parameters(
      paramLabel = "IN",
      arity = "1..*",
      description =
          "Pictures; folders, that is all the pictures below one but for those below OUT; patterns"
              + " such as 'photos/**/*.jpg'; or - alone for standard input. Clips too, by their"
              + " endings.")
  private List<Path> inputs = List.of();

  @Mixin private final OutputOptions to = new OutputOptions();

  @Mixin private final ModelOption model = new ModelOption();

  @Mixin private final SizeOptions size = new SizeOptions();

  @Mixin private final EngineOptions engine = new EngineOptions();

  @Mixin private final ClipOptions clips = new ClipOptions();

  @Option(names = "--no-recurse", description = "Of a folder, its own pictures alone.")
  private boolean noRecurse;

  @Option(names = "--dry-run", description = "Say what would be done, and write nothing.")
  private boolean dryRun;

  @Option(names = "--fail-fast", description = "Stop at the first picture that can't be upscaled.")
  private boolean failFast;

  @Option(
      names = "--quiet",
      description = "Print failures, and what --json prints, but neither results nor progress.")
  private boolean quiet;

  private int status = ExitStatus.DONE;

  @Override
  public Integer call() throws IOException {
    Upscaler.Builder builder = engine.apply(model.builder(size.modelScale()));
    try {
      Inputs found = Inputs.find(inputs, !noRecurse, Destination.path(to.out()));
      boolean anyClips = !found.clips().isEmpty();
      // Where nothing was found, pictures were meant.
      boolean anyPictures = !found.pictures().isEmpty() || !anyClips;
      if (!anyClips) {
        requireNone(OF_CLIPS, "clips");
      } else if (!anyPictures) {
        requireNone(OF_PICTURES, "pictures");
      }
      NameTemplate template = to.template();
      Destination destination = anyPictures ? Destination.of(to.out(), inputs) : null;
      if (destination != null) {
        requireNothingElseOn(destination);
      }
      Clips ofClips = clips(found, anyPictures);
      if (!quiet) {
        found.notes().forEach(this::say);
      }
      report(found.failures());
      if (found.pictures().isEmpty() && !anyClips) {
        return status;
      }
      try (Upscaler upscaler = builder.open()) {
        if (anyClips) {
          requireModelScale(upscaler);
        }
        upscaler.note().ifPresent(this::say);
        if (destination != null && mayGoOn()) {
          upscalePictures(upscaler, found, destination, template);
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

  private boolean mayGoOn() {
    return !failFast || status == ExitStatus.DONE;
  }

  private Clips clips(Inputs found, boolean anyPictures) throws UsageException {
    if (found.clips().isEmpty()) {
      return new Clips(List.of());
    }
    boolean severalMeant = anyPictures || !inputs.stream().allMatch(ClipFrames::isClip);
    return Clips.of(found.clips(), severalMeant, to.out());
  }

  private void requireModelScale(Upscaler upscaler) throws UsageException {
    BigDecimal modelScale = BigDecimal.valueOf(upscaler.traits().scale());
    if (size.target() instanceof TargetSize.Times times
        && times.scale().compareTo(modelScale) != 0) {
      throw new UsageException(
          "--scale: expected the model's " + modelScale + " for clips, received " + times.scale());
    }
  }

  private void upscaleClips(Upscaler upscaler, Clips found) throws UsageException {
    ClipProgress progress =
        new ClipProgress(
            spec.commandLine().getErr(), Terminal.showsErrors() && !quiet, System::nanoTime);
    new ClipUpscaling(upscaler, clips, progress)
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
      Upscaler upscaler, Inputs found, Destination destination, NameTemplate template)
      throws IOException, UsageException {
    TargetSize target = size.target();
    int scale = upscaler.traits().scale();
    String name = upscaler.traits().name();
    if (scale == 1 && !(target instanceof TargetSize.OfModel)) {
      throw new UsageException("--scale: expected a model that enlarges, received " + name);
    }
    Plan plan =
        Plan.of(
            found,
            destination,
            new Plan.Naming(
                template,
                to.format(),
                to.compare(),
                target,
                file -> modelFor(file, upscaler),
                scale),
            this::header);
    report(plan.failures());
    if (plan.jobs().isEmpty() || !mayGoOn()) {
      return;
    }
    ProgressLine progress =
        new ProgressLine(
            plan.jobs().size(),
            spec.commandLine().getErr(),
            Terminal.showsErrors() && !quiet,
            System::nanoTime);
    Batch batch = new Batch(engine.jobs(plan.jobs().size()), failFast);
    PictureUpscaling upscaling =
        new PictureUpscaling(upscaler, options(target), progress, batch::isStopped);
    batch.run(
        plan.jobs(),
        upscaling::run,
        outcome -> {
          progress.clear();
          tell(outcome, destination);
        },
        done -> {
          progress.clear();
          say("interrupted: " + done + " of " + plan.jobs().size() + " pictures are done");
        });
    progress.clear();
  }

  private String modelFor(Path file, Upscaler upscaler) throws IOException {
    try (PictureReader reader = PictureReader.open(file, engine.maxPixels())) {
      return upscaler.prepare(reader, reader.jpegQuality()).chosen().upscaler().traits().name();
    } catch (InvalidInputException e) {
      throw e;
    } catch (IOException e) {
      throw new InvalidInputException(
          file.toString(), "a picture that can be read", Reason.of(e), e);
    }
  }

  private PictureUpscaling.Options options(TargetSize target) {
    return new PictureUpscaling.Options(
        target, engine.maxPixels(), to.background(), to.write(), to.skipExisting(), dryRun);
  }

  private Plan.Header header(Path file) throws InvalidInputException {
    try (PictureReader reader = PictureReader.open(file, engine.maxPixels())) {
      return new Plan.Header(reader.layout(), reader.format());
    } catch (InvalidInputException e) {
      throw e;
    } catch (IOException e) {
      throw new InvalidInputException(
          file.toString(), "a picture that can be read", Reason.of(e), e);
    }
  }

  /** The picture itself is all that standard output gets. */
  private void requireNothingElseOn(Destination destination) throws UsageException {
    if (destination instanceof Destination.ToStandard
        && (output.isJson() || to.compare() || to.skipExisting() || dryRun)) {
      throw new UsageException(
          "--out: expected a file or folder for --json, --compare, --skip-existing and --dry-run,"
              + " received -");
    }
  }

  private void tell(Outcome outcome, Destination destination) {
    if (outcome instanceof Outcome.Failed failed) {
      failed(failed.cause(), failed.message());
    }
    if (output.isJson()) {
      output.print("", Results.json(outcome));
    } else if (!(outcome instanceof Outcome.Failed)
        && !(destination instanceof Destination.ToStandard)
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
    boolean isLacking =
        failure instanceof UnavailableException && status != ExitStatus.INPUT_FAILED;
    status = isLacking ? ExitStatus.UNAVAILABLE : ExitStatus.INPUT_FAILED;
    say(message);
    if (parent.verbose()) {
      failure.printStackTrace(spec.commandLine().getErr());
    }
  }

  private void say(String message) {
    CommandRunner.print(spec.commandLine(), message);
  }
}
