package io.subpixel.converter.internal.operators.recurrent;

import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.operators.OperatorRegistry;

/** Recurrent layers and their cells. */
public final class RecurrentOperators {
  private RecurrentOperators() {}

  /** Adds them. */
  public static void register(OperatorRegistry.Builder registry) {
    registry
        .add("lstmLayer", new LstmLayer(), OnnxOperator.LSTM, OnnxOperator.RNN, OnnxOperator.ADD)
        .limits(
            "in float; no cell clip, no activations with a slope, no lengths backwards; known hidden size")
        .add("gru", new GruLayer(), OnnxOperator.GRU)
        .limits("in float; known hidden size")
        .add("gruCell", Cells::gru, Cells.EMITS)
        .add("lstmBlockCell", Cells::lstm, Cells.EMITS)
        .add("lstmBlock", Cells::lstmBlock, Cells.EMITS)
        .limits("known number of steps");
  }
}
