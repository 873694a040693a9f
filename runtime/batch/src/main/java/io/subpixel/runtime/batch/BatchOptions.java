package io.subpixel.runtime.batch;

import io.subpixel.runtime.UpscaleOptions;

/**
 * Options of a batch. Immutable.
 *
 * @param upscale options for each picture; the plan decides the format
 * @param skipExisting whether to keep an output that is newer than its input and has the right size
 * @param dryRun whether to write nothing
 * @param failFast whether the first failure ends the batch
 * @param concurrency how many pictures are read and written at once
 * @since 0.1
 */
public record BatchOptions(
    UpscaleOptions upscale,
    boolean skipExisting,
    boolean dryRun,
    boolean failFast,
    int concurrency) {
  /** While one picture is computed, others are read and written. */
  public static final int DEFAULT_CONCURRENCY = 3;

  /**
   * The defaults of {@link UpscaleOptions}, three pictures at once, without stopping at failures.
   */
  public static final BatchOptions DEFAULTS =
      new BatchOptions(UpscaleOptions.DEFAULTS, false, false, false, DEFAULT_CONCURRENCY);

  /** Checks the range. */
  public BatchOptions {
    if (concurrency < 1) {
      throw new IllegalArgumentException("jobs: expected 1 or more, received " + concurrency);
    }
  }

  /** Returns a copy with other options for each picture. */
  public BatchOptions withUpscale(UpscaleOptions other) {
    return new BatchOptions(other, skipExisting, dryRun, failFast, concurrency);
  }

  /**
   * Returns a copy that keeps outputs that are newer than their input and have the right size, or
   * not.
   */
  public BatchOptions withSkipExisting(boolean skip) {
    return new BatchOptions(upscale, skip, dryRun, failFast, concurrency);
  }

  /** Returns a copy that writes nothing, or not. */
  public BatchOptions withDryRun(boolean isDry) {
    return new BatchOptions(upscale, skipExisting, isDry, failFast, concurrency);
  }

  /** Returns a copy that ends at the first failure, or not. */
  public BatchOptions withFailFast(boolean fast) {
    return new BatchOptions(upscale, skipExisting, dryRun, fast, concurrency);
  }

  /**
   * Returns a copy with another number of pictures at once.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public BatchOptions withConcurrency(int pictures) {
    return new BatchOptions(upscale, skipExisting, dryRun, failFast, pictures);
  }
}
