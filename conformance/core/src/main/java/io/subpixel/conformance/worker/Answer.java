package io.subpixel.conformance.worker;

/**
 * The response of a {@link Worker}.
 *
 * @param state whether there is an answer
 * @param text the answer, or why there is none
 */
public record Answer(State state, String text) {
  /** Whether there is an answer. */
  public enum State {
    /** There is. */
    GIVEN,
    /** The process ended. */
    CRASHED,
    /** The process didn't answer in time. */
    HUNG
  }
}
