package io.subpixel.conformance.networks;

import java.util.List;

/**
 * One call of {@code converter export}.
 *
 * @param options what it was given beside the network
 * @param outcome how it went
 * @param said the line that it wrote to standard error, or what differs
 * @param seconds that it took
 */
public record Attempt(List<String> options, Outcome outcome, String said, double seconds) {
  /** How it can go. */
  public enum Outcome {
    /** Written, and ONNX Runtime computes what Deeplearning4j did. */
    RIGHT,
    /** Not written, with a reason. */
    REFUSED,
    /** Written, but ONNX Runtime computes something else, or refuses the file. */
    WRONG,
    /** The process ended. */
    CRASHED,
    /** The process didn't end in time. */
    HUNG
  }

  /** Copies the list. */
  public Attempt {
    options = List.copyOf(options);
  }
}
