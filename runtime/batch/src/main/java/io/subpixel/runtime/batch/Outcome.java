package io.subpixel.runtime.batch;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.runtime.Upscaler;
import java.time.Duration;

/**
 * The outcome of a picture.
 *
 * @since 0.1
 */
public sealed interface Outcome {
  /** Returns the job. */
  BatchPlan.Job job();

  /**
   * The picture was written.
   *
   * @param chosen the upscaler that was used
   * @param total from opening the input to completing the output
   */
  record Done(
      BatchPlan.Job job,
      PictureLayout lr,
      PictureLayout sr,
      Upscaler.Chosen chosen,
      Upscaler.Work work,
      Duration total)
      implements Outcome {}

  /** The picture would be written. */
  record Planned(BatchPlan.Job job, PictureLayout lr, PictureLayout sr, Upscaler.Chosen chosen)
      implements Outcome {}

  /** The output existed already. */
  record Skipped(BatchPlan.Job job) implements Outcome {}

  /**
   * The picture can't be upscaled.
   *
   * @param message one line that says what, where, expected and received
   */
  record Failed(BatchPlan.Job job, String message, Throwable cause) implements Outcome {}
}
