package io.subpixel.trainer;

import static io.subpixel.trainer.InvalidOptionException.require;

/**
 * Settings of the optimiser, Adam or AdamW.
 *
 * @param weightDecay decoupled from the gradient (AdamW), 0 to 1; 0 is plain Adam
 * @param clip maximum norm of all gradients together, to which longer ones are scaled; 0 for none
 * @param average decay of the running average of the weights, which is validated and saved, at
 *     least 0, less than 1; 0 for none
 * @since 0.1
 */
public record OptimizerOptions(double weightDecay, double clip, double average) {
  /**
   * Checks the ranges.
   *
   * @throws InvalidOptionException if a value is out of its range
   */
  public OptimizerOptions {
    require(weightDecay >= 0 && weightDecay <= 1, "weightDecay", "0 to 1", weightDecay);
    require(clip >= 0 && clip < Double.POSITIVE_INFINITY, "clip", "0 or more", clip);
    require(average >= 0 && average < 1, "average", "0 or more, less than 1", average);
  }
}
