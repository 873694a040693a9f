package io.subpixel.converter.internal.verification;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a SameDiff graph was made of, if that can compute too. */
@FunctionalInterface
public interface Original {
  /**
   * Computes what it can.
   *
   * @param inputs the arrays by the names of the graph's inputs; not to be changed
   * @return by names of the graph's variables; these count instead of SameDiff's
   */
  Map<String, INDArray> compute(Map<String, INDArray> inputs);

  /** The shapes that its settings demand of some of the graph's variables, -1 for any size. */
  default Map<String, long[]> shapes() {
    return Map.of();
  }

  /** What it takes for an input instead of random numbers; the same where it takes them. */
  default INDArray accepted(String input, INDArray drawn) {
    return drawn;
  }
}
