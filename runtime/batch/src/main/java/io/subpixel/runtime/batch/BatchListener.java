package io.subpixel.runtime.batch;

/**
 * Receives the progress of a batch. Several threads may call its methods at once, except {@link
 * #reported}.
 *
 * @since 0.1
 */
public interface BatchListener {
  /** A listener that does nothing. */
  BatchListener NONE = new BatchListener() {};

  /**
   * A picture was started.
   *
   * @param pixels the number of pixels it will have
   */
  default void started(BatchPlan.Job job, long pixels) {}

  /**
   * A picture made progress.
   *
   * @param part how much of it has been read, above 0, at most 1
   */
  default void progressed(BatchPlan.Job job, double part) {}

  /** A picture is done, failed or stopped. */
  default void ended(BatchPlan.Job job) {}

  /**
   * Reports the outcome of a picture, in the order of the plan, on the thread that runs the batch.
   */
  default void reported(Outcome outcome) {}
}
