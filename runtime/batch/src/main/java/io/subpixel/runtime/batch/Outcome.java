package io.subpixel.runtime.batch;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.runtime.Upscaler;
import java.time.Duration;

/**
 * What became of a picture.
 *
 * @since 0.1
 */
public sealed interface Outcome {
  /** What was to be done. */
  BatchPlan.Job job();

  /**
   * It is written.
   *
   * @param chosen what upscaled it
   * @param total from opening the input until the output was in place
   */
  record Done(
      BatchPlan.Job job,
      PictureLayout lr,
      PictureLayout sr,
      Upscaler.Chosen chosen,
      Upscaler.Work work,
      Duration total)
      implements Outcome {}

  /** It would be written. */
  record Planned(BatchPlan.Job job, PictureLayout lr, PictureLayout sr, Upscaler.Chosen chosen)
      implements Outcome {}

  /** It was there already. */
  record Skipped(BatchPlan.Job job) implements Outcome {}

  /**
   * It can't be upscaled.
   *
   * @param message one line that says what, where, expected and received
   */
  record Failed(BatchPlan.Job job, String message, Throwable cause) implements Outcome {}
}
