package io.subpixel.conformance.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A way to train, ready to take its turn; all start from the same weights and see one batch. */
interface Contender extends AutoCloseable {
  /**
   * What a turn gave.
   *
   * @param milliseconds of each step
   * @param losses before each step; empty from one that doesn't tell
   */
  record Turn(List<Double> milliseconds, List<Double> losses) {
    public Turn {
      milliseconds = List.copyOf(milliseconds);
      losses = List.copyOf(losses);
    }
  }

  /** What it is called in tables. */
  String name();

  /** Takes steps, which change its weights. */
  Turn steps(int count) throws IOException;

  /** The weights that the steps so far have led to, by the names of the graph's variables. */
  Map<String, float[]> weights() throws IOException;

  @Override
  default void close() {}
}
