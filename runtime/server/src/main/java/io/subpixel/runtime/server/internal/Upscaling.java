package io.subpixel.runtime.server.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.file.PictureReader;
import io.subpixel.runtime.PictureInput;
import io.subpixel.runtime.PictureOutput;
import io.subpixel.runtime.Upscaler;
import io.subpixel.runtime.server.Limit;
import io.subpixel.zoo.Pretrained;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/** Admits pictures by their cost, and upscales them. Thread-safe. */
final class Upscaling {
  private final Settings settings;
  private final Upscalers upscalers;

  Upscaling(Settings settings, Upscalers upscalers) {
    this.settings = settings;
    this.upscalers = upscalers;
  }

  /**
   * A picture within the limits.
   *
   * @param lr the layout of the input
   * @param sr the layout of the result
   * @param format the format of the result
   * @param macs the multiply-accumulates that it takes
   */
  record Admitted(PictureLayout lr, PictureLayout sr, PictureFormat format, long macs) {
    /** Returns an upper bound of the result's bytes: without compression, and its metadata. */
    long maxBytes(long inputBytes) {
      return sr.pixels() * sr.channels() * sr.depth() / 8 + sr.height() + inputBytes + (1 << 16);
    }
  }

  /**
   * What was done.
   *
   * @param strength null if the model has none
   * @param network how long the network took
   * @param total how long all took
   */
  record Done(
      String model,
      @Nullable Double strength,
      Duration network,
      Duration total,
      PictureLayout sr) {}

  /**
   * Reads a picture's header, and refuses it if the picture or its result is too large.
   *
   * @param most the most multiply-accumulates
   */
  Admitted admit(Path in, UpscaleQuery query, Limit most) throws IOException, Problem {
    long maxPixels = settings.limit(Limit.PIXELS);
    PictureSource source = PictureSource.of(in, Problem.PICTURE);
    try (PictureReader picture = PictureReader.open(source, maxPixels)) {
      PictureLayout lr = picture.layout();
      int scale = query.models().scale();
      PictureLayout sr = query.options().target().of(lr, scale, Problem.PICTURE);
      PictureFormat format =
          query
              .options()
              .format()
              .orElse(picture.format().isWritten() ? picture.format() : PictureFormat.PNG);
      double macs = macs(lr, sr, scale, query.models().macsPerLrPixel());
      if (macs > settings.limit(most)) {
        throw Problem.tooLarge(
            Problem.PICTURE,
            "a result of at most %,d multiply-accumulates".formatted(settings.limit(most)),
            "%,.0f for %dx%d".formatted(macs, sr.width(), sr.height()));
      }
      return new Admitted(lr, sr, format, (long) macs);
    }
  }

  /** Sums over the passes through the model that the size takes. */
  static double macs(PictureLayout lr, PictureLayout sr, int scale, long macsPerLrPixel) {
    double macs = 0;
    double width = lr.width();
    double height = lr.height();
    do {
      macs += width * height * macsPerLrPixel;
      width *= scale;
      height *= scale;
    } while (width < sr.width() || height < sr.height());
    return macs;
  }

  /**
   * Upscales a picture to a file, which appears whole or not at all.
   *
   * @param cancelled ends the work before the next band of rows
   */
  Done run(
      Path in,
      Path out,
      UpscaleQuery query,
      PictureFormat format,
      DoubleConsumer progress,
      BooleanSupplier cancelled)
      throws IOException {
    long start = System.nanoTime();
    try (Upscalers.Lease lease = upscalers.lease(query.models())) {
      Upscaler.Upscaled upscaled =
          lease
              .upscaler()
              .upscale(
                  PictureInput.of(in, Problem.PICTURE),
                  PictureOutput.of(out, Problem.RESULT),
                  query
                      .options()
                      .withFormat(format)
                      .withMaxPixels(settings.limit(Limit.PIXELS))
                      .withProgress(progress)
                      .withCancelled(cancelled));
      Upscaler used = upscaled.chosen().upscaler();
      return new Done(
          used.traits().name(),
          used.strength().isPresent() ? used.strength().getAsDouble() : null,
          upscaled.work().network(),
          Duration.ofNanos(System.nanoTime() - start),
          upscaled.sr());
    } catch (InvalidInputException e) {
      // A full disk has a cause; what the format can't hold is the request's fault.
      throw e.where().equals(out.toString()) && e.getCause() == null
          ? new InvalidInputException(Problem.RESULT, e.expected(), e.received(), e)
          : e;
    } catch (OutOfMemoryError e) {
      throw new UnavailableException("heap: expected more, received " + e.getMessage(), e);
    }
  }

  /** Opens the upscaler that most requests need, so that the first one doesn't wait for it. */
  void warmUp() throws IOException {
    Upscalers.Key usual =
        new Upscalers.Key(
            Optional.empty(), Pretrained.card(Pretrained.DEFAULT).scale(), OptionalDouble.empty());
    upscalers.lease(usual).close();
  }
}
