package io.subpixel.converter.operators.recurrent;

import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.operators.OperatorRegistry;

/** Recurrent layers. */
public final class RecurrentOperators {
  private RecurrentOperators() {}

  /** Adds them. */
  public static void register(OperatorRegistry.Builder registry) {
    registry
        .add("lstmLayer", new LstmLayer(), OnnxOperator.LSTM, OnnxOperator.ADD)
        .limits(
            "in float; no cell clip, no activations with a slope, no lengths backwards; known hidden size");
  }
}
