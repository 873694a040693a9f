package io.subpixel.runtime.server.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A job of this process, and how far it is. Thread-safe. */
final class Job {
  private final Cancellation cancellation = new Cancellation();
  private volatile JobState state;
  private volatile double progress;
  private volatile long frames;
  private volatile long previewFrame;
  private volatile long written;

  Job(JobState state) {
    this.state = state;
  }

  /**
   * What clients see.
   *
   * @param kind image or clip
   * @param state waiting, running, done or failed
   * @param progress the part that is done, 0 to 1
   * @param secondsLeft an estimate, while it runs
   * @param frames how many frames of a clip are written
   * @param framesTotal how many it has, as far as that is known
   * @param preview where the newest frame can be seen, once there is one
   * @param previewFrame its number, from 1
   * @param result where the result is, once there is one
   */
  record View(
      String id,
      String kind,
      String state,
      double progress,
      @Nullable Long secondsLeft,
      String created,
      @Nullable String started,
      @Nullable String ended,
      JobState.Size input,
      JobState.Size output,
      String format,
      @Nullable Long bytes,
      @Nullable String model,
      @Nullable Double strength,
      @Nullable Long frames,
      @Nullable Long framesTotal,
      @Nullable String preview,
      @Nullable Long previewFrame,
      @Nullable String result,
      Problem.@Nullable Details problem) {}

  JobState state() {
    return state;
  }

  void set(JobState next) {
    state = next;
  }

  Cancellation cancellation() {
    return cancellation;
  }

  void progress(double part) {
    progress = part;
  }

  /**
   * Tells how many frames of a clip are written.
   *
   * @param part their share of the clip; NaN if its length is unknown
   */
  void frames(long count, double part) {
    frames = count;
    progress = Double.isNaN(part) ? 0 : part;
  }

  /** Returns the number of the newest frame that can be seen; 0 if there is none. */
  long previewFrame() {
    return previewFrame;
  }

  void previewFrame(long number) {
    previewFrame = number;
  }

  /** Returns the bytes that it takes on the disk, or may take until it has ended. */
  long bytes() {
    return Math.max(state.bytes(), written);
  }

  /** Tells what a clip that is under way takes on the disk. */
  void written(long bytes) {
    written = bytes;
  }

  View view() {
    JobState now = state;
    boolean isDone = now.phase() == JobState.Phase.DONE;
    long shown = previewFrame;
    double part =
        switch (now.phase()) {
          case WAITING -> 0;
          case RUNNING, FAILED -> Math.round(progress * 1000) / 1e3;
          case DONE -> 1;
        };
    return new View(
        now.id(),
        now.isClip() ? "clip" : "image",
        now.phase().name().toLowerCase(Locale.ROOT),
        part,
        now.phase() == JobState.Phase.RUNNING ? secondsLeft(now, part) : null,
        now.created(),
        now.started(),
        now.ended(),
        now.input(),
        now.output(),
        now.format(),
        now.resultBytes(),
        now.model(),
        now.strength(),
        frames(now),
        now.isClip() ? now.frames() : null,
        shown > 0 ? "/v1/jobs/" + now.id() + "/preview" : null,
        shown > 0 ? shown : null,
        isDone ? "/v1/jobs/" + now.id() + "/result" : null,
        now.problem());
  }

  private @Nullable Long frames(JobState now) {
    if (!now.isClip()) {
      return null;
    }
    return now.phase() == JobState.Phase.DONE ? now.frames() : Long.valueOf(frames);
  }

  private static @Nullable Long secondsLeft(JobState running, double part) {
    if (part <= 0 || running.started() == null) {
      return null;
    }
    Duration taken = Duration.between(Instant.parse(running.started()), Instant.now());
    return Math.round(taken.toMillis() / 1e3 * (1 - part) / part);
  }
}
