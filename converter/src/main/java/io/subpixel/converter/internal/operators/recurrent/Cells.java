package io.subpixel.converter.internal.operators.recurrent;

import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code gruCell}, {@code lstmBlockCell} and {@code lstmBlock} spelled out, for they give the gates
 * too, which ONNX's <a href="https://onnx.ai/onnx/operators/onnx__GRU.html">GRU</a> and <a
 * href="https://onnx.ai/onnx/operators/onnx__LSTM.html">LSTM</a> keep to themselves. The block
 * takes one cell for each step, so that their number must be known. Weights are {@code
 * [in+h,gates*h]}, for input and state above each other.
 */
final class Cells {
  static final OnnxOperator[] EMITS = {
    OnnxOperator.MAT_MUL,
    OnnxOperator.ADD,
    OnnxOperator.SUB,
    OnnxOperator.MUL,
    OnnxOperator.SIGMOID,
    OnnxOperator.TANH,
    OnnxOperator.SPLIT,
    OnnxOperator.CLIP
  };

  private static final int TIME_LAST = 1;
  private static final int BATCH_FIRST = 2;
  private static final int CELL = 1;
  private static final int RESULT = 6;

  private Cells() {}

  /** Reset and update gate, candidate and state. */
  static void gru(Emission e) {
    Value x = e.in(0);
    Value last = e.in(1);
    Value gates = e.sigmoid(e.add(e.matmul(e.concat(-1, x, last), e.in(2)), e.flat(4)));
    List<Value> split = e.splitEqually(gates, -1, 2);
    Value reset = split.get(0);
    Value update = split.get(1);
    Value seen = e.concat(-1, x, e.mul(last, reset));
    Value candidate = tanh(e, e.add(e.matmul(seen, e.in(3)), e.flat(5)));
    Value state = e.add(e.mul(update, last), e.mul(e.sub(e.scalar(x, 1), update), candidate));
    e.out(reset, update, candidate, state);
  }

  /** One step of {@link Block}. */
  static void lstm(Emission e) {
    e.out(Block.of(e, 3).step(e, e.in(0), e.in(1), e.in(2)));
  }

  /** All steps. The first input, how many steps there are, isn't read by SameDiff either. */
  static void lstmBlock(Emission e) {
    Value sequence = e.in(1);
    int format = (int) e.node().integer(1, 0);
    int time = format == TIME_LAST ? 2 : format == BATCH_FIRST ? 1 : 0;
    Dim steps = sequence.dim(time);
    if (!steps.isFixed()) {
      throw new UnsupportedNodeException(
          "an unknown number of steps", "give the input its size in time");
    }
    Block block = Block.of(e, 4);
    Value cell = e.in(2);
    Value result = e.in(3);
    List<List<Value>> all = new ArrayList<>();
    for (int step = 0; step < steps.size(); step++) {
      Value x = e.gather(sequence, e.index(step), time);
      List<Value> made = block.step(e, x, cell, result);
      cell = made.get(CELL);
      result = made.get(RESULT);
      for (int i = 0; i < made.size(); i++) {
        if (step == 0) {
          all.add(new ArrayList<>());
        }
        all.get(i).add(e.unsqueeze(made.get(i), time));
      }
    }
    e.out(all.stream().map(parts -> e.concat(time, parts)).toList());
  }

  private static Value tanh(Emission e, Value x) {
    return e.call(OnnxOperator.TANH, x);
  }

  /**
   * A cell of gates in the order input, candidate, forget and output.
   *
   * @param peepholes of the input, the forget and the output gate; empty without
   */
  private record Block(
      Value weights, List<Value> peepholes, Value bias, double forgetBias, double clip) {
    /** Whose weights are input {@code first}, with those of peepholes and the bias behind it. */
    static Block of(Emission e, int first) {
      boolean peeks = e.node().integer(0, 0) != 0;
      return new Block(
          e.in(first),
          peeks ? List.of(e.flat(first + 1), e.flat(first + 2), e.flat(first + 3)) : List.of(),
          e.flat(first + 4),
          e.node().real(0, 0),
          Math.abs(e.node().real(1, 0)));
    }

    /** Input gate, cell, forget gate, output gate, candidate, activated cell and result. */
    List<Value> step(Emission e, Value x, Value lastCell, Value lastResult) {
      Value sums = e.add(e.matmul(e.concat(-1, x, lastResult), weights), bias);
      List<Value> gates = e.splitEqually(sums, -1, 4);
      Value input = e.sigmoid(peeked(e, gates.get(0), lastCell, 0));
      Value candidate = tanh(e, gates.get(1));
      Value forget = e.sigmoid(e.add(peeked(e, gates.get(2), lastCell, 1), forgetBias));
      Value cell = e.add(e.mul(input, candidate), e.mul(forget, lastCell));
      Value clipped = clip > 0 ? e.clip(cell, -clip, clip) : cell;
      Value output = e.sigmoid(peeked(e, gates.get(3), clipped, 2));
      Value active = tanh(e, clipped);
      return List.of(input, clipped, forget, output, candidate, active, e.mul(output, active));
    }

    private Value peeked(Emission e, Value gate, Value cell, int index) {
      return peepholes.isEmpty() ? gate : e.add(gate, e.mul(cell, peepholes.get(index)));
    }
  }
}
