package io.subpixel.conformance.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A way to train. All contenders start from the same weights and see the same batch. */
interface Contender extends AutoCloseable {
  /**
   * The result of a turn.
   *
   * @param milliseconds of each step
   * @param losses before each step; empty if the contender doesn't report them
   */
  record Turn(List<Double> milliseconds, List<Double> losses) {
    public Turn {
      milliseconds = List.copyOf(milliseconds);
      losses = List.copyOf(losses);
    }
  }

  /** Its name in tables. */
  String name();

  /** Trains for some steps, which change the weights. */
  Turn steps(int count) throws IOException;

  /** The current weights by the names of the graph's variables. */
  Map<String, float[]> weights() throws IOException;

  @Override
  default void close() {}
}
