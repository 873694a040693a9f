package io.subpixel.runtime;

import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.pictures.file.PictureReader;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;

/**
 * What is wanted of a picture. Immutable; each {@code with} method gives a changed copy.
 *
 * @param target how large it becomes
 * @param background what a picture with alpha is put on; empty to keep the alpha
 * @param format the format to write; empty for the one that the output's name ends in or, if it has
 *     none, that of the input, or PNG if that isn't written
 * @param write how the file is written
 * @param maxPixels pictures of more pixels are refused by their header
 * @param timeLimit the longest that the call may take; looked at before each band of rows
 * @param progress is told how much of the picture has been read, above 0, at most 1, once for each
 *     band of rows and on the thread that reads
 * @param cancelled asked before each band of rows; where it says true, the call ends with {@link
 *     CancellationException} and writes nothing
 * @since 0.1
 */
public record UpscaleOptions(
    TargetSize target,
    Optional<Background> background,
    Optional<PictureFormat> format,
    WriteOptions write,
    long maxPixels,
    Optional<Duration> timeLimit,
    DoubleConsumer progress,
    BooleanSupplier cancelled) {
  /**
   * As large as the model makes it, alpha kept, at most {@link PictureReader#MAX_PIXELS}, without a
   * time limit.
   */
  public static final UpscaleOptions DEFAULTS =
      new UpscaleOptions(
          TargetSize.ofModel(),
          Optional.empty(),
          Optional.empty(),
          WriteOptions.DEFAULTS,
          PictureReader.MAX_PIXELS,
          Optional.empty(),
          part -> {},
          () -> false);

  /** Checks the ranges. */
  public UpscaleOptions {
    if (maxPixels < 1) {
      throw new IllegalArgumentException("max pixels: expected 1 or more, received " + maxPixels);
    }
    if (timeLimit.isPresent() && (timeLimit.get().isNegative() || timeLimit.get().isZero())) {
      throw new IllegalArgumentException(
          "time limit: expected more than 0, received " + timeLimit.get());
    }
  }

  /** The same with another size. */
  public UpscaleOptions withTarget(TargetSize other) {
    return new UpscaleOptions(
        other, background, format, write, maxPixels, timeLimit, progress, cancelled);
  }

  /** The same with what a picture with alpha is put on. */
  public UpscaleOptions withBackground(Background other) {
    return new UpscaleOptions(
        target, Optional.of(other), format, write, maxPixels, timeLimit, progress, cancelled);
  }

  /**
   * The same with another format.
   *
   * @throws IllegalArgumentException if it isn't written
   */
  public UpscaleOptions withFormat(PictureFormat other) {
    if (!other.isWritten()) {
      throw new IllegalArgumentException(
          "format: expected one that can be written, received " + other);
    }
    return new UpscaleOptions(
        target, background, Optional.of(other), write, maxPixels, timeLimit, progress, cancelled);
  }

  /** The same with another way of writing. */
  public UpscaleOptions withWrite(WriteOptions other) {
    return new UpscaleOptions(
        target, background, format, other, maxPixels, timeLimit, progress, cancelled);
  }

  /**
   * The same with another limit on the pixels of the input.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public UpscaleOptions withMaxPixels(long other) {
    return new UpscaleOptions(
        target, background, format, write, other, timeLimit, progress, cancelled);
  }

  /**
   * The same with a time limit. It is looked at before each band of rows, so the call may take one
   * band longer.
   *
   * @throws IllegalArgumentException unless it is more than 0
   */
  public UpscaleOptions withTimeLimit(Duration limit) {
    return new UpscaleOptions(
        target, background, format, write, maxPixels, Optional.of(limit), progress, cancelled);
  }

  /** The same with a listener. */
  public UpscaleOptions withProgress(DoubleConsumer listener) {
    return new UpscaleOptions(
        target, background, format, write, maxPixels, timeLimit, listener, cancelled);
  }

  /** The same with a way to cancel the call. */
  public UpscaleOptions withCancelled(BooleanSupplier isCancelled) {
    return new UpscaleOptions(
        target, background, format, write, maxPixels, timeLimit, progress, isCancelled);
  }
}
