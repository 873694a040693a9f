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
 * Options for upscaling a picture. Immutable; each {@code with} method returns a changed copy.
 *
 * @param target the size of the result
 * @param background the background for a picture with alpha; empty to keep the alpha
 * @param format the format to write. If empty, the ending of the output's name decides; without
 *     one, it is the input's format, or PNG if that can't be written
 * @param write options for writing the file
 * @param maxPixels larger pictures are rejected by their header
 * @param timeLimit the time limit of the call, checked before each band of rows
 * @param progress receives the part of the picture that has been read, above 0, at most 1, once per
 *     band of rows, on the reading thread
 * @param cancelled checked before each band of rows; if true, the call ends with {@link
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
  /** The model's scale, alpha kept, at most {@link PictureReader#MAX_PIXELS}, no time limit. */
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

  /** Returns a copy with another size. */
  public UpscaleOptions withTarget(TargetSize other) {
    return new UpscaleOptions(
        other, background, format, write, maxPixels, timeLimit, progress, cancelled);
  }

  /** Returns a copy with another background for a picture with alpha. */
  public UpscaleOptions withBackground(Background other) {
    return new UpscaleOptions(
        target, Optional.of(other), format, write, maxPixels, timeLimit, progress, cancelled);
  }

  /**
   * Returns a copy with another format.
   *
   * @throws IllegalArgumentException if it can't be written
   */
  public UpscaleOptions withFormat(PictureFormat other) {
    if (!other.isWritten()) {
      throw new IllegalArgumentException(
          "format: expected one that can be written, received " + other);
    }
    return new UpscaleOptions(
        target, background, Optional.of(other), write, maxPixels, timeLimit, progress, cancelled);
  }

  /** Returns a copy with other options for writing the file. */
  public UpscaleOptions withWrite(WriteOptions other) {
    return new UpscaleOptions(
        target, background, format, other, maxPixels, timeLimit, progress, cancelled);
  }

  /**
   * Returns a copy with another limit on the pixels of the input.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public UpscaleOptions withMaxPixels(long other) {
    return new UpscaleOptions(
        target, background, format, write, other, timeLimit, progress, cancelled);
  }

  /**
   * Returns a copy with a time limit. It is checked before each band of rows, so the call may take
   * one band longer.
   *
   * @throws IllegalArgumentException unless it is more than 0
   */
  public UpscaleOptions withTimeLimit(Duration limit) {
    return new UpscaleOptions(
        target, background, format, write, maxPixels, Optional.of(limit), progress, cancelled);
  }

  /** Returns a copy with a progress listener. */
  public UpscaleOptions withProgress(DoubleConsumer listener) {
    return new UpscaleOptions(
        target, background, format, write, maxPixels, timeLimit, listener, cancelled);
  }

  /** Returns a copy with a condition that cancels the call. */
  public UpscaleOptions withCancelled(BooleanSupplier isCancelled) {
    return new UpscaleOptions(
        target, background, format, write, maxPixels, timeLimit, progress, isCancelled);
  }
}
