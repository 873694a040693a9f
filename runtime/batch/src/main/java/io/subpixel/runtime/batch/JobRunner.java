package io.subpixel.runtime.batch;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.file.PictureReader;
import io.subpixel.pictures.file.PictureWriter;
import io.subpixel.pictures.internal.Reason;
import io.subpixel.runtime.ModelException;
import io.subpixel.runtime.PictureUpscale;
import io.subpixel.runtime.UpscaleOptions;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.batch.internal.ComparisonSheet;
import io.subpixel.runtime.batch.internal.DetailFinder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Upscales one picture after another. Thread-safe.
 *
 * @param upscaler the upscaler, or one that chooses among several
 * @param options the options for every picture
 * @param listener receives the progress of each
 * @param stopped tells whether to stop
 */
record JobRunner(
    Upscaler upscaler, BatchOptions options, BatchListener listener, BooleanSupplier stopped) {
  /** Runs a job without throwing. Empty if it was stopped. */
  Optional<Outcome> run(BatchPlan.Job job) {
    try {
      return Optional.of(upscale(job));
    } catch (CancellationException e) {
      return Optional.empty();
    } catch (InvalidInputException e) {
      return failed(job, String.valueOf(e.getMessage()), e);
    } catch (UnavailableException | ModelException e) {
      return failedUnlessStopped(job, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      String message = ": expected to become " + job.where() + ", received " + Reason.of(e);
      return failed(job, job.input() + message, e);
    } catch (RuntimeException e) {
      return failedUnlessStopped(job, Reason.ofBug(e), e);
    } catch (OutOfMemoryError e) {
      long heap = Runtime.getRuntime().maxMemory() >> 20;
      String message =
          ": expected an image that can be upscaled within %d MB (-Xmx), received a larger one";
      return failed(job, job.input() + message.formatted(heap), e);
    } finally {
      listener.ended(job);
    }
  }

  /**
   * Returns when the process ends, ONNX Runtime closes its environment without waiting for running
   * calls.
   */
  private Optional<Outcome> failedUnlessStopped(
      BatchPlan.Job job, String message, RuntimeException cause) {
    return stopped.getAsBoolean()
        ? Optional.empty()
        : failed(job, job.input() + ": " + message, cause);
  }

  private static Optional<Outcome> failed(BatchPlan.Job job, String message, Throwable cause) {
    return Optional.of(new Outcome.Failed(job, message, cause));
  }

  private Outcome upscale(BatchPlan.Job job) throws IOException {
    long start = System.nanoTime();
    BooleanSupplier cancelled = options.upscale().cancelled();
    UpscaleOptions wanted =
        options
            .upscale()
            .withCancelled(() -> stopped.getAsBoolean() || cancelled.getAsBoolean())
            .withProgress(part -> progressed(job, part));
    if (job.format().isPresent()) {
      wanted = wanted.withFormat(job.format().get());
    }
    try (PictureUpscale picture =
        upscaler.open(job.input().picture(), job.output().picture(), wanted)) {
      PictureLayout lr = picture.lr();
      PictureLayout sr = picture.sr();
      if (options.skipExisting() && isThere(job, sr)) {
        return new Outcome.Skipped(job);
      }
      if (options.dryRun()) {
        return new Outcome.Planned(job, lr, sr, picture.chosen());
      }
      listener.started(job, sr.pixels());
      Upscaler.Upscaled done;
      if (job.comparison().isPresent()) {
        DetailFinder finder = new DetailFinder(lr);
        done = picture.run(finder::of);
        compare(finder.detail(), done, job.comparison().get());
      } else {
        done = picture.run();
      }
      Duration total = Duration.ofNanos(System.nanoTime() - start);
      return new Outcome.Done(job, lr, sr, done.chosen(), done.work(), total);
    }
  }

  private void progressed(BatchPlan.Job job, double part) {
    options.upscale().progress().accept(part);
    listener.progressed(job, part);
  }

  /** Returns whether the output exists, is newer than its input, and has the right size. */
  private static boolean isThere(BatchPlan.Job job, PictureLayout sr) throws IOException {
    if (!(job.output() instanceof BatchPlan.Target.File output)
        || !(job.input() instanceof BatchInput.File input)
        || !Files.isRegularFile(output.file())
        || job.comparison().filter(sheet -> !Files.exists(sheet)).isPresent()
        || Files.getLastModifiedTime(output.file())
                .compareTo(Files.getLastModifiedTime(input.file()))
            < 0) {
      return false;
    }
    try (PictureReader reader = PictureReader.open(output.file(), Long.MAX_VALUE)) {
      return reader.layout().width() == sr.width() && reader.layout().height() == sr.height();
    } catch (InvalidInputException e) {
      return false;
    }
  }

  private void compare(DetailFinder.Detail detail, Upscaler.Upscaled whole, Path file)
      throws IOException {
    Picture sheet = ComparisonSheet.of(detail, whole, upscaler);
    PictureLayout layout = PictureLayout.of(sheet);
    try (PictureWriter writer =
        PictureWriter.create(
            file, PictureFormat.PNG, layout, Metadata.NONE, options.upscale().write())) {
      writer.write(Rows.of(sheet), 0, layout.height());
      writer.commit();
    }
  }
}
