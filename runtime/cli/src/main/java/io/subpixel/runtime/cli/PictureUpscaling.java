package io.subpixel.runtime.cli;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.Reason;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.zoo.internal.condition.Condition;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.RowSource;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.file.PictureReader;
import io.subpixel.pictures.file.PictureWriter;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.runtime.Upscaler;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Upscales one picture after another. Thread-safe.
 *
 * @param upscaler what upscales, or chooses what does
 * @param options what is wanted of every picture
 * @param progress is told how far each is
 * @param stop whether to give up
 */
record PictureUpscaling(
    Upscaler upscaler, Options options, ProgressLine progress, BooleanSupplier stop) {
  /**
   * What is wanted of every picture.
   *
   * @param target how large they become
   * @param maxPixels larger ones are refused
   * @param background what those with alpha are put on; null to keep it
   * @param write how files are written
   * @param skipExisting whether what is there may stay
   * @param dryRun whether nothing is written
   */
  record Options(
      TargetSize target,
      long maxPixels,
      @Nullable Background background,
      WriteOptions write,
      boolean skipExisting,
      boolean dryRun) {}

  /** The run was stopped meanwhile. */
  private static final class StoppedException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** Does what is to be done; throws nothing. */
  Outcome run(Plan.Job job) {
    try {
      return upscale(job);
    } catch (StoppedException e) {
      return new Outcome.Stopped(job);
    } catch (InvalidInputException e) {
      return new Outcome.Failed(job, String.valueOf(e.getMessage()), e);
    } catch (UnavailableException | IllegalStateException e) {
      if (stop.getAsBoolean()) {
        // When the process ends, ONNX Runtime closes what it runs in without waiting for us.
        return new Outcome.Stopped(job);
      }
      return new Outcome.Failed(job, job.input() + ": " + e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      String message = ": expected to become " + job.where() + ", received " + Reason.of(e);
      return new Outcome.Failed(job, job.input() + message, e);
    } catch (OutOfMemoryError e) {
      long heap = Runtime.getRuntime().maxMemory() >> 20;
      String message =
          ": expected a picture that can be upscaled within %d MB (-Xmx), received a larger one";
      return new Outcome.Failed(job, job.input() + message.formatted(heap), e);
    } finally {
      progress.end(job);
    }
  }

  private Outcome upscale(Plan.Job job) throws IOException {
    long start = System.nanoTime();
    try (PictureReader reader = open(job.input())) {
      Background background = options.background;
      RowSource lr = background == null ? reader : background.under(reader);
      PictureFormat format = format(job, reader);
      Scaling scaling =
          options.target.of(lr.layout(), upscaler.traits().scale(), job.input().toString());
      int depth = Math.min(scaling.lr().depth(), format.greatestDepth());
      PictureLayout sr = scaling.sr().withDepth(depth);
      requireAlphaFits(job, sr, format, reader.format());
      if (options.skipExisting && isThere(job, sr)) {
        return new Outcome.Skipped(job);
      }
      Upscaler.Prepared prepared = upscaler.prepare(lr, reader.jpegQuality());
      Upscaler.Chosen chosen = prepared.chosen();
      if (options.dryRun) {
        return new Outcome.Planned(job, lr.layout(), sr, chosen);
      }
      progress.begin(job, sr.pixels());
      DetailTap tap = job.comparison() == null ? null : new DetailTap(prepared.picture());
      Enlargement enlargement =
          new Enlargement(chosen.upscaler(), upscaler.choose(Condition.CLEAN).upscaler(), scaling);
      Upscaler.Work work;
      try (PictureWriter writer = create(job, format, sr, reader.metadata())) {
        work = enlargement.run(new Watched(job, tap == null ? prepared.picture() : tap), writer);
        requireGoingOn();
        writer.commit();
      }
      if (tap != null && job.comparison() != null) {
        compare(tap.detail(), enlargement, job.comparison(), chosen.upscaler().traits().name());
      }
      Duration total = Duration.ofNanos(System.nanoTime() - start);
      return new Outcome.Done(job, lr.layout(), sr, chosen, work, total);
    }
  }

  private PictureReader open(Input input) throws IOException {
    return input instanceof Input.File file
        ? PictureReader.open(file.file(), options.maxPixels)
        : PictureReader.open(System.in, input.toString(), options.maxPixels);
  }

  private PictureWriter create(
      Plan.Job job, PictureFormat format, PictureLayout sr, Metadata metadata) throws IOException {
    Path output = job.output();
    if (output != null) {
      return PictureWriter.create(output, format, sr, metadata, options.write);
    }
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    return PictureWriter.create(out, job.where(), format, sr, metadata, options.write);
  }

  private static PictureFormat format(Plan.Job job, PictureReader reader) {
    if (job.format() != null) {
      return job.format();
    }
    return reader.format().isWritten() ? reader.format() : PictureFormat.PNG;
  }

  private static void requireAlphaFits(
      Plan.Job job, PictureLayout sr, PictureFormat format, PictureFormat read)
      throws InvalidInputException {
    if (!sr.hasAlpha() || format.holdsAlpha()) {
      return;
    }
    boolean isMisnamed =
        job.input() instanceof Input.File input
            && PictureFormat.ofName(input.file()).filter(named -> named != read).isPresent();
    if (isMisnamed) {
      throw new InvalidInputException(
          job.input().toString(),
          "a name that ends in ."
              + read.ending()
              + ", as its content is, --format png or --background",
          read + " with alpha, which " + format + " can't hold");
    }
    throw new InvalidInputException(
        job.where(), "a format that holds alpha, such as PNG, or --background", format.toString());
  }

  /** Whether the output is there, was written after its input, and has the size. */
  private boolean isThere(Plan.Job job, PictureLayout sr) throws IOException {
    Path output = job.output();
    if (output == null
        || !(job.input() instanceof Input.File input)
        || !Files.isRegularFile(output)
        || (job.comparison() != null && !Files.exists(job.comparison()))
        || Files.getLastModifiedTime(output).compareTo(Files.getLastModifiedTime(input.file()))
            < 0) {
      return false;
    }
    try (PictureReader reader = PictureReader.open(output, Long.MAX_VALUE)) {
      return reader.layout().width() == sr.width() && reader.layout().height() == sr.height();
    } catch (InvalidInputException e) {
      return false;
    }
  }

  private void compare(DetailTap.Detail detail, Enlargement enlargement, Path file, String name)
      throws IOException {
    Picture sheet = ComparisonSheet.of(detail, enlargement, name);
    PictureLayout layout = PictureLayout.of(sheet);
    try (PictureWriter writer =
        PictureWriter.create(file, PictureFormat.PNG, layout, Metadata.NONE, options.write)) {
      writer.write(Rows.of(sheet), 0, layout.height());
      writer.commit();
    }
  }

  private void requireGoingOn() throws StoppedException {
    if (stop.getAsBoolean()) {
      throw new StoppedException();
    }
  }

  /** Tells how far a picture is, and ends it when the run is stopped. */
  private final class Watched implements RowSource {
    private final Plan.Job job;
    private final RowSource picture;
    private int taken;

    Watched(Plan.Job job, RowSource picture) {
      this.job = job;
      this.picture = picture;
    }

    @Override
    public PictureLayout layout() {
      return picture.layout();
    }

    @Override
    public void read(Rows into, int at, int count) throws IOException {
      requireGoingOn();
      picture.read(into, at, count);
      taken += count;
      progress.advance(job, (double) taken / layout().height());
    }

    @Override
    public void close() throws IOException {
      picture.close();
    }
  }
}
