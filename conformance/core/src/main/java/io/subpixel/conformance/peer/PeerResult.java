package io.subpixel.conformance.peer;

import java.util.List;

/**
 * The result for one graph.
 *
 * @param graph name of its folder
 * @param outcome how it went
 * @param reasons why it isn't equal; empty if it is
 */
public record PeerResult(String graph, Outcome outcome, List<String> reasons) {
  /** The possible outcomes. */
  public enum Outcome {
    /** Exported, and every value is the same in ONNX Runtime. */
    EQUAL,
    /** SameDiff can't load it, or the converter says that it can't express it. */
    REFUSED,
    /** Exported with other values, or failed without a message. */
    FAILED
  }

  /** Copies the list. */
  public PeerResult {
    reasons = List.copyOf(reasons);
  }

  static PeerResult equal(String graph) {
    return new PeerResult(graph, Outcome.EQUAL, List.of());
  }

  static PeerResult refused(String graph, String... reasons) {
    return new PeerResult(graph, Outcome.REFUSED, List.of(reasons));
  }

  static PeerResult failed(String graph, String reason) {
    return new PeerResult(graph, Outcome.FAILED, List.of(reason));
  }
}
