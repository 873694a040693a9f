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

  Job(JobState state) {
    this.state = state;
  }

  /**
   * What clients see.
   *
   * @param state waiting, running, done or failed
   * @param progress the part that is done, 0 to 1
   * @param secondsLeft an estimate, while it runs
   * @param result where the result is, once there is one
   */
  record View(
      String id,
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

  View view() {
    JobState now = state;
    boolean isDone = now.phase() == JobState.Phase.DONE;
    double part =
        switch (now.phase()) {
          case WAITING -> 0;
          case RUNNING, FAILED -> Math.round(progress * 1000) / 1e3;
          case DONE -> 1;
        };
    return new View(
        now.id(),
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
        isDone ? "/v1/jobs/" + now.id() + "/result" : null,
        now.problem());
  }

  private static @Nullable Long secondsLeft(JobState running, double part) {
    if (part <= 0 || running.started() == null) {
      return null;
    }
    Duration taken = Duration.between(Instant.parse(running.started()), Instant.now());
    return Math.round(taken.toMillis() / 1e3 * (1 - part) / part);
  }
}
