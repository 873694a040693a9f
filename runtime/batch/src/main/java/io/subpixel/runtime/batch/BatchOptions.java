package io.subpixel.runtime.batch;

import io.subpixel.runtime.UpscaleOptions;

/**
 * What is wanted of a batch. Immutable.
 *
 * @param upscale what is wanted of each picture; its format is that of the plan
 * @param skipExisting whether an output may stay that is newer than its input and of the size
 * @param dryRun whether nothing is written
 * @param failFast whether the first failure ends the batch
 * @param atOnce how many pictures are read and written at once
 * @since 0.1
 */
public record BatchOptions(
    UpscaleOptions upscale, boolean skipExisting, boolean dryRun, boolean failFast, int atOnce) {
  /** While one picture is computed, others are read and written. */
  public static final int USUAL_AT_ONCE = 3;

  /** The defaults of {@link UpscaleOptions}, three pictures at once, to the end whatever fails. */
  public static final BatchOptions DEFAULTS =
      new BatchOptions(UpscaleOptions.DEFAULTS, false, false, false, USUAL_AT_ONCE);

  /** Checks the range. */
  public BatchOptions {
    if (atOnce < 1) {
      throw new IllegalArgumentException("jobs: expected 1 or more, received " + atOnce);
    }
  }

  /** The same with other wishes for each picture. */
  public BatchOptions withUpscale(UpscaleOptions other) {
    return new BatchOptions(other, skipExisting, dryRun, failFast, atOnce);
  }

  /** The same, leaving outputs that are newer than their input and of the size. */
  public BatchOptions withSkipExisting(boolean skip) {
    return new BatchOptions(upscale, skip, dryRun, failFast, atOnce);
  }

  /** The same, writing nothing. */
  public BatchOptions withDryRun(boolean isDry) {
    return new BatchOptions(upscale, skipExisting, isDry, failFast, atOnce);
  }

  /** The same, ending at the first failure. */
  public BatchOptions withFailFast(boolean fast) {
    return new BatchOptions(upscale, skipExisting, dryRun, fast, atOnce);
  }

  /**
   * The same with so many pictures at once.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public BatchOptions withAtOnce(int pictures) {
    return new BatchOptions(upscale, skipExisting, dryRun, failFast, pictures);
  }
}
