package io.subpixel.trainer;

import io.subpixel.trainer.history.Epoch;
import java.time.Duration;

/**
 * Follows a training, and may cancel it. Called on the training thread except where stated.
 *
 * @since 0.1
 */
public interface FitListener {
  /** Does nothing. */
  FitListener NONE = new FitListener() {};

  /**
   * Called after each step.
   *
   * @param step from 1
   * @param loss of this step's batch
   * @param samplesPerSecond patches trained per second, lately
   * @param left an estimate of the time left, this epoch's validation excluded
   */
  default void step(long step, double loss, double samplesPerSecond, Duration left) {}

  /** Called after each epoch, when its model has been saved. */
  default void epoch(Epoch epoch) {}

  /** Called with something that the user should know; on any thread. */
  default void warning(String message) {}

  /**
   * Asked before each step. If it returns true, the training saves a checkpoint, if it has a
   * folder, and ends with {@link java.util.concurrent.CancellationException}.
   */
  default boolean isCancelled() {
    return false;
  }
}
