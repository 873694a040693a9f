package io.subpixel.runtime.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.Reason;
import io.subpixel.runtime.TargetSize;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.batch.internal.ComparisonSheet;
import io.subpixel.runtime.video.UnfitContainerException;
import io.subpixel.runtime.video.VideoUpscaler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Upscales one clip after another. A signal to the process ends the current one. */
final class ClipUpscaling {
  private static final int SECONDS_TO_END = 60;

  private final Upscaler upscaler;
  private final TargetSize target;
  private final ClipOptions options;
  private final boolean strips;
  private final boolean dryRun;
  private final ClipProgress progress;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean stopped;
  private int previews;

  ClipUpscaling(
      Upscaler upscaler,
      TargetSize target,
      ClipOptions options,
      boolean strips,
      boolean dryRun,
      ClipProgress progress) {
    this.strips = strips;
    this.dryRun = dryRun;
    this.upscaler = upscaler;
    this.target = target;
    this.options = options;
    this.progress = progress;
  }

  /** A result as text, and as JSON. */
  record Told(String text, Object json) {}

  /** Times; decoding, the network and encoding overlap. */
  record Milliseconds(double decode, double network, double encode, double total) {}

  /** A preview that was written. */
  record Previewed(String input, double seconds, String output, String model) {}

  /** A clip that would be written. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Planned(
      String input,
      String output,
      @Nullable Long frames,
      Results.Size lr,
      Results.Size sr,
      boolean dryRun) {}

  /** A clip that was written. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Written(
      String input,
      String output,
      long frames,
      long resumed,
      long repeated,
      Results.Size lr,
      Results.Size sr,
      String encoder,
      Milliseconds milliseconds,
      String model,
      @Nullable Double strength,
      Results.@Nullable Found condition,
      String device,
      boolean interrupted,
      List<String> dropped,
      List<String> notes,
      int faults,
      @Nullable String fault) {}

  /**
   * Upscales all clips, or until a signal arrives.
   *
   * @param told receives each clip that is written
   * @param failed receives each that fails
   */
  void run(Clips clips, Consumer<Told> told, BiConsumer<Clips.Job, Exception> failed)
      throws UsageException {
    ShutdownHook onSignal = new ShutdownHook(this::end);
    try {
      for (Clips.Job job : clips.jobs()) {
        if (!stopped) {
          upscale(job, told, failed);
        }
      }
    } finally {
      ended.countDown();
      onSignal.forget();
    }
  }

  private void upscale(Clips.Job job, Consumer<Told> told, BiConsumer<Clips.Job, Exception> failed)
      throws UsageException {
    progress.begin(job.input());
    previews = 0;
    VideoUpscaler.Builder builder =
        VideoUpscaler.builder(upscaler)
            .target(target)
            .listener(progress::written)
            .stop(() -> stopped);
    options.apply(builder);
    if (strips) {
      builder.strip();
    }
    try {
      if (dryRun) {
        VideoUpscaler.Sizes sizes = builder.build().sizes(job.input());
        progress.clear();
        told.accept(planned(job, sizes));
        return;
      }
      if (options.preview() > 0) {
        builder
            .build()
            .preview(job.input(), options.preview(), each -> told.accept(preview(job, each)));
        return;
      }
      tell(job, builder.build(), told);
    } catch (InvalidInputException e) {
      progress.clear();
      failed.accept(job, hinted(e));
    } catch (UnavailableException | IllegalStateException e) {
      progress.clear();
      failed.accept(job, new IOException(job.input() + ": " + e.getMessage(), e));
    } catch (IOException | RuntimeException e) {
      progress.clear();
      String message = ": expected to become " + job.output() + ", received " + Reason.of(e);
      failed.accept(job, new IOException(job.input() + message, e));
    }
  }

  private static Told planned(Clips.Job job, VideoUpscaler.Sizes sizes) {
    OptionalLong frames = sizes.frames();
    Results.Size lr = new Results.Size(sizes.lrWidth(), sizes.lrHeight());
    Results.Size sr = new Results.Size(sizes.srWidth(), sizes.srHeight());
    String counted = frames.isPresent() ? "about " + frames.getAsLong() + " frames of " : "";
    return new Told(
        job.input()
            + " -> "
            + job.output()
            + (": " + counted + lr + " to " + sr + ", not written (dry run)"),
        new Planned(
            job.input().toString(),
            job.output().toString(),
            frames.isPresent() ? frames.getAsLong() : null,
            lr,
            sr,
            true));
  }

  /** Adds the option that would help to a message. */
  static InvalidInputException hinted(InvalidInputException e) {
    return e instanceof UnfitContainerException unfit && unfit.isDroppable()
        ? new InvalidInputException(e.where(), e.expected() + " (--drop-streams)", e.received(), e)
        : e;
  }

  /**
   * Upscales a clip. If the output's name was derived from the input, falls back to another
   * container if necessary.
   */
  private void tell(Clips.Job job, VideoUpscaler video, Consumer<Told> told) throws IOException {
    Clips.Job done = job;
    VideoUpscaler.Work work;
    try {
      requireNoneUnfinished(job);
      work = video.upscale(job.input(), job.output());
    } catch (UnfitContainerException e) {
      if (job.otherwise() == null) {
        throw e;
      }
      done = new Clips.Job(job.input(), job.otherwise(), null);
      requireNoneUnfinished(done);
      work = video.upscale(done.input(), done.output());
    }
    progress.clear();
    told.accept(new Told(text(done, work), json(done, work)));
  }

  private void requireNoneUnfinished(Clips.Job job) throws InvalidInputException {
    Path unfinished = VideoUpscaler.unfinished(job.output());
    if (!options.resumes() && Files.exists(unfinished)) {
      throw new InvalidInputException(
          unfinished.toString(),
          "--resume to continue an unfinished run, or no such file to start over",
          "neither");
    }
  }

  private Told preview(Clips.Job job, VideoUpscaler.Preview preview) throws IOException {
    previews++;
    String name = String.valueOf(job.output().getFileName());
    int dot = name.lastIndexOf('.');
    Path file =
        job.output()
            .resolveSibling(
                name.substring(0, dot < 0 ? name.length() : dot).replace('%', '_')
                    + "-preview-"
                    + previews
                    + ".png");
    String model = preview.chosen().upscaler().traits().name();
    PictureFiles.write(
        file, ComparisonSheet.ofFrames(preview.bicubic(), preview.upscaled(), model));
    double seconds = Math.round(preview.seconds() * 1e3) / 1e3;
    return new Told(
        job.input() + " at " + seconds + " s -> " + file,
        new Previewed(job.input().toString(), seconds, file.toString(), model));
  }

  /** Ends the current clip so that it remains playable. */
  private void end() {
    stopped = true;
    try {
      ended.await(SECONDS_TO_END, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Formats a clip that was written as a line of text. */
  static String text(Clips.Job job, VideoUpscaler.Work work) {
    double seconds = work.total().toNanos() / 1e9;
    List<String> shares = new ArrayList<>();
    if (work.resumed() > 0) {
      shares.add(work.resumed() + " of an earlier run");
    }
    if (work.repeated() > 0) {
      shares.add(work.repeated() + " repeated");
    }
    String counted = shares.isEmpty() ? "" : " (" + String.join(", ", shares) + ")";
    String dropped =
        work.dropped().isEmpty() ? "" : "; without " + String.join(", ", work.dropped());
    String noted = work.notes().isEmpty() ? "" : "; " + String.join("; ", work.notes());
    String faults =
        work.faults() == 0
            ? ""
            : "; "
                + work.faults()
                + (work.faults() == 1 ? " fault: " : " faults: ")
                + work.fault().orElse("");
    return String.format(
        Locale.ROOT,
        "%s -> %s: %d frames%s of %dx%d to %dx%d by %s on %s, %s%s; decode %.1f s, network %.1f s,"
            + " encode %.1f s, total %.1f s, %.1f fps%s%s%s",
        job.input(),
        job.output(),
        work.frames(),
        counted,
        work.lrWidth(),
        work.lrHeight(),
        work.srWidth(),
        work.srHeight(),
        Results.by(work.chosen()),
        work.chosen().upscaler().device(),
        work.encoder(),
        work.stopped() ? ", interrupted (use --resume to continue)" : "",
        work.decode().toNanos() / 1e9,
        work.network().toNanos() / 1e9,
        work.encode().toNanos() / 1e9,
        seconds,
        (work.frames() - work.resumed()) / seconds,
        dropped,
        noted,
        faults);
  }

  /** Formats it as an object for JSON. */
  static Written json(Clips.Job job, VideoUpscaler.Work work) {
    return new Written(
        job.input().toString(),
        job.output().toString(),
        work.frames(),
        work.resumed(),
        work.repeated(),
        new Results.Size(work.lrWidth(), work.lrHeight()),
        new Results.Size(work.srWidth(), work.srHeight()),
        work.encoder(),
        new Milliseconds(
            Results.millis(work.decode()),
            Results.millis(work.network()),
            Results.millis(work.encode()),
            Results.millis(work.total())),
        work.chosen().upscaler().traits().name(),
        Results.strength(work.chosen()),
        Results.Found.of(work.chosen().choice()),
        work.chosen().upscaler().device().toString(),
        work.stopped(),
        work.dropped(),
        work.notes(),
        work.faults(),
        work.fault().orElse(null));
  }
}
