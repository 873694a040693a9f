package io.subpixel.runtime;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.RowSource;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.file.PictureReader;
import io.subpixel.pictures.file.PictureWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An opened picture that isn't upscaled yet. Its sizes are known, so a caller may reject it before
 * any work is done. For one thread. The caller that opens it closes it.
 *
 * @since 0.1
 */
public final class PictureUpscale implements Closeable {
  private final Upscaler upscaler;
  private final PictureInput input;
  private final PictureOutput output;
  private final UpscaleOptions options;
  private final long start;
  private final PictureReader reader;
  private final RowSource lr;
  private final PictureFormat format;
  private final PictureLayout sr;
  private Upscaler.@Nullable Prepared prepared;

  PictureUpscale(
      Upscaler upscaler, PictureInput input, PictureOutput output, UpscaleOptions options)
      throws IOException {
    this.upscaler = upscaler;
    this.input = input;
    this.output = output;
    this.options = options;
    start = System.nanoTime();
    reader = input.open(options.maxPixels());
    boolean opened = false;
    try {
      lr = options.background().map(under -> under.under(reader)).orElse(reader);
      format = output.format(options.format(), reader.format());
      PictureLayout size =
          options.target().of(lr.layout(), upscaler.traits().scale(), input.toString());
      sr = size.withDepth(Math.min(size.depth(), format.maxDepth()));
      requireHoldsAlpha();
      opened = true;
    } finally {
      if (!opened) {
        reader.close();
      }
    }
  }

  private void requireHoldsAlpha() throws InvalidInputException {
    if (!sr.hasAlpha() || format.holdsAlpha()) {
      return;
    }
    PictureFormat read = reader.format();
    if (input.named().filter(named -> named != read).isPresent()) {
      throw new InvalidInputException(
          input.toString(),
          "a name that ends in ."
              + read.ending()
              + (", as the content is, the format " + read.ending() + " or a background"),
          read + " with alpha, which " + format + " can't hold");
    }
    throw new InvalidInputException(
        output.toString(),
        "a format that holds alpha, such as PNG, or a background",
        format.toString());
  }

  /** Returns the layout of the network's input. */
  public PictureLayout lr() {
    return lr.layout();
  }

  /** The layout of the result. */
  public PictureLayout sr() {
    return sr;
  }

  /** The format of the result. */
  public PictureFormat format() {
    return format;
  }

  /**
   * Returns the model that upscales it. If the model is chosen automatically, the first call reads
   * the first rows.
   *
   * @throws IOException if reading fails
   * @throws IllegalStateException if the upscaler is closed
   */
  public Upscaler.Chosen chosen() throws IOException {
    return prepared().chosen();
  }

  private Upscaler.Prepared prepared() throws IOException {
    Upscaler.Prepared known = prepared;
    if (known == null) {
      known = upscaler.prepare(lr, reader.jpegQuality());
      prepared = known;
    }
    return known;
  }

  /**
   * Upscales the picture. May be called once.
   *
   * @throws InvalidInputException if the picture is broken, or the output can't be written or can't
   *     hold it
   * @throws DeadlineException if the time limit is exceeded
   * @throws java.io.InterruptedIOException if the thread is interrupted; the interrupt status stays
   *     set
   * @throws IOException if reading or writing fails
   * @throws CancellationException if the options cancel the call
   * @throws UnavailableException if memory doesn't suffice
   * @throws ModelException if the model fails on a picture of this size
   * @throws IllegalStateException if the upscaler is closed
   */
  public Upscaler.Upscaled run() throws IOException {
    return run(UnaryOperator.identity());
  }

  /**
   * Upscales the picture, and lets a caller see its rows.
   *
   * @param tap wraps the rows that the network reads
   */
  public Upscaler.Upscaled run(UnaryOperator<RowSource> tap) throws IOException {
    requireGoingOn();
    Upscaler.Prepared known = prepared();
    RowSource picture = tap.apply(known.picture());
    Upscaler.Prepared watched = new Upscaler.Prepared(new Watched(picture), known.chosen());
    try (PictureWriter writer = output.create(format, sr, reader.metadata(), options.write())) {
      PictureLayout whole =
          options.target().uncropped(lr.layout(), upscaler.traits().scale(), input.toString());
      Upscaler.Work work = upscaler.upscale(watched, CroppingSink.to(writer, whole));
      requireGoingOn();
      writer.commit();
      return new Upscaler.Upscaled(
          input.toString(), output.toString(), lr(), sr, work, known.chosen());
    }
  }

  @Override
  public void close() throws IOException {
    lr.close();
  }

  private void requireGoingOn() throws IOException {
    if (options.cancelled().getAsBoolean()) {
      throw new CancellationException(input + ": cancelled");
    } else if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException(input + ": interrupted");
    }
    Optional<Duration> limit = options.timeLimit();
    if (limit.isPresent() && System.nanoTime() - start > limit.get().toNanos()) {
      throw new DeadlineException(input.toString(), limit.get());
    }
  }

  /** Reports progress, and ends the work when it is cancelled, interrupted or out of time. */
  private final class Watched implements RowSource {
    private final RowSource picture;
    private int taken;

    Watched(RowSource picture) {
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
      options.progress().accept((double) taken / layout().height());
    }

    @Override
    public void close() throws IOException {
      picture.close();
    }
  }
}
