package io.subpixel.runtime.cli;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.runtime.Upscaler;
import java.time.Duration;

/** What became of a picture. */
sealed interface Outcome {
  /** What was to be done. */
  Plan.Job job();

  /**
   * It is written.
   *
   * @param chosen what upscaled it
   * @param total from opening the input until the output was in place
   */
  record Done(
      Plan.Job job,
      PictureLayout lr,
      PictureLayout sr,
      Upscaler.Chosen chosen,
      Upscaler.Work work,
      Duration total)
      implements Outcome {}

  /** It would be written. */
  record Planned(Plan.Job job, PictureLayout lr, PictureLayout sr, Upscaler.Chosen chosen)
      implements Outcome {}

  /** It was there already. */
  record Skipped(Plan.Job job) implements Outcome {}

  /** It can't be upscaled. */
  record Failed(Plan.Job job, String message, Throwable cause) implements Outcome {}

  /** Something else ended the run. */
  record Stopped(Plan.Job job) implements Outcome {}
}
