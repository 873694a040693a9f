package io.subpixel.runtime.server.internal;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job as the journal has it: a file of JSON in the job's folder, replaced as a whole whenever it
 * changes. Immutable.
 *
 * @param query the parameters of its request
 * @param attempts how often it was started, without those that an orderly end of the service ended
 * @param created when, by ISO 8601, as the other times
 * @param bytes what it takes on the disk, or may take until it has ended
 * @param macs the multiply-accumulates that it takes
 * @param resultBytes the size of its result, once there is one
 * @param clip true for a clip; null for a picture
 * @param frames the frames of a clip: how many its header tells, then how many were written
 */
record JobState(
    String id,
    Map<String, String> query,
    Phase phase,
    int attempts,
    String created,
    @Nullable String started,
    @Nullable String ended,
    Size input,
    Size output,
    String format,
    long macs,
    long bytes,
    @Nullable Long resultBytes,
    @Nullable String model,
    @Nullable Double strength,
    Problem.@Nullable Details problem,
    @Nullable Boolean clip,
    @Nullable Long frames) {

  /** Refuses an entry that isn't whole, as a journal may be damaged. */
  JobState {
    requireNonNull(id);
    requireNonNull(query);
    requireNonNull(phase);
    requireNonNull(input);
    requireNonNull(output);
    requireNonNull(format);
    Instant.parse(created);
    for (String time : new String[] {started, ended}) {
      if (time != null) {
        Instant.parse(time);
      }
    }
  }

  /** Where a job is. */
  enum Phase {
    /** Not started, or to be started again. */
    WAITING,
    /** Under way. */
    RUNNING,
    /** Its result is there. */
    DONE,
    /** It has none; {@link JobState#problem} says why. */
    FAILED;

    boolean isEnded() {
      return this == DONE || this == FAILED;
    }
  }

  /** The size of a picture in pixels. */
  record Size(int width, int height) {}

  JobState running(String now) {
    return with(Phase.RUNNING, attempts + 1, now, null, bytes, null, null, null, null);
  }

  JobState waiting() {
    return with(Phase.WAITING, attempts, null, null, bytes, null, null, null, null);
  }

  /** As if it had not been started. */
  JobState putBack() {
    return with(Phase.WAITING, attempts - 1, null, null, bytes, null, null, null, null);
  }

  JobState done(String now, Upscaling.Done done, long size) {
    return with(
        Phase.DONE, attempts, started, now, size, size, done.model(), done.strength(), null);
  }

  /** A clip that is done; its container, size and length may be others than planned. */
  JobState done(String now, Clips.Done done, long size) {
    return new JobState(
        id,
        query,
        Phase.DONE,
        attempts,
        created,
        started,
        now,
        input,
        done.output(),
        done.format(),
        macs,
        size,
        size,
        done.model(),
        done.strength(),
        null,
        clip,
        done.frames());
  }

  /** Returns whether it is a clip, rather than a picture. */
  boolean isClip() {
    return clip != null && clip;
  }

  JobState failed(String now, Problem problem) {
    return with(Phase.FAILED, attempts, started, now, 0, null, null, null, problem.details(null));
  }

  private JobState with(
      Phase newPhase,
      int newAttempts,
      @Nullable String newStarted,
      @Nullable String newEnded,
      long newBytes,
      @Nullable Long newResultBytes,
      @Nullable String newModel,
      @Nullable Double newStrength,
      Problem.@Nullable Details newProblem) {
    return new JobState(
        id,
        query,
        newPhase,
        newAttempts,
        created,
        newStarted,
        newEnded,
        input,
        output,
        format,
        macs,
        newBytes,
        newResultBytes,
        newModel,
        newStrength,
        newProblem,
        clip,
        frames);
  }
}
