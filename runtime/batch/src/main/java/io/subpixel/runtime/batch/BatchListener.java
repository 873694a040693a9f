package io.subpixel.runtime.batch;

/**
 * Is told how a batch goes. Its methods are called on several threads at once, but {@link #told}.
 *
 * @since 0.1
 */
public interface BatchListener {
  /** A listener that does nothing. */
  BatchListener NONE = new BatchListener() {};

  /**
   * A picture is begun.
   *
   * @param pixels how many it will have
   */
  default void begun(BatchPlan.Job job, long pixels) {}

  /**
   * A picture goes on.
   *
   * @param part how much of it has been read, above 0, at most 1
   */
  default void advanced(BatchPlan.Job job, double part) {}

  /** A picture is done, or nothing will come of it. */
  default void ended(BatchPlan.Job job) {}

  /** What became of a picture, in the order of the plan, on the thread that runs the batch. */
  default void told(Outcome outcome) {}
}
