package io.subpixel.trainer.training;

import io.subpixel.trainer.history.Epoch;
import java.time.Duration;

/** Told how training goes, on the training thread but for warnings. */
public interface FitListener {
  /**
   * After each step.
   *
   * @param step from 1
   * @param loss of this step's batch
   * @param samplesPerSecond patches trained in a second, lately
   * @param left an estimate of the time left, this epoch's validation excluded
   */
  default void step(long step, double loss, double samplesPerSecond, Duration left) {}

  /** After each epoch, when its model has been saved. */
  default void epoch(Epoch epoch) {}

  /** Something that the user should know; from any thread. */
  default void warning(String message) {}
}
