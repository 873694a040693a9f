package io.subpixel.converter.operators.recurrent;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorHandler;
import io.subpixel.converter.operators.UnsupportedNodeException;
import io.subpixel.converter.source.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code lstmLayer} as <a href="https://onnx.ai/onnx/operators/onnx__LSTM.html">LSTM</a>, opsets 7,
 * 14 and 22 (the same with layout 0, the only one that ONNX Runtime runs).
 *
 * <ul>
 *   <li>Input: {@code [T,N,C]} as it is; {@code [N,T,C]} and {@code [N,C,T]} are transposed, and so
 *       is the sequence that comes out.
 *   <li>Weights: SameDiff's {@code [D,in,4h]} has the gates i, f, c, o; ONNX's {@code [D,4h,in]}
 *       has i, o, f, c. Peepholes are i, f, o there and i, o, f here. Without direction, D is left
 *       out.
 *   <li>Both directions: ONNX's {@code [T,2,N,h]} is SameDiff's mode with an extra axis; sum and
 *       concat are made of its halves.
 *   <li>Clipping: SameDiff clips the cell, ONNX what goes into the activations, so it is refused.
 *   <li>Types: ONNX Runtime has the layer in float only.
 * </ul>
 */
final class LstmLayer implements OperatorHandler {
  private static final int BACKWARD = 1;
  private static final int SUM = 2;
  private static final int CONCAT = 3;
  private static final int EXTRA = 4;
  private static final int BATCH_FIRST = 1;
  private static final int TIME_LAST = 2;
  private static final int[] GATES = {0, 3, 1, 2};
  private static final int[] PEEPHOLES = {0, 2, 1};

  @Override
  public void emit(Emission e) {
    Node node = e.node();
    int format = (int) node.integer(0, 0);
    int direction = (int) node.integer(1, 0);
    boolean isBoth = direction >= SUM;
    if (node.real(0, 0) != 0) {
      throw new UnsupportedNodeException("a clipped cell", "set the cell clip to 0");
    } else if (direction == EXTRA && format <= TIME_LAST) {
      throw new UnsupportedNodeException(
          "an extra axis for both directions in this format", "use format T2NS");
    }
    if (direction == BACKWARD && node.truth(1, false)) {
      // Here SameDiff takes the last steps of a shorter sequence, ONNX its first ones.
      throw new UnsupportedNodeException(
          "sequence lengths backwards", "reverse the sequences and go forwards");
    }
    Value input = e.cast(timeFirst(e, e.in(0), format), ElementType.FLOAT);
    Dim gates = e.in(2).dim(-1);
    if (!gates.isFixed()) {
      throw new UnsupportedNodeException("a hidden size that isn't known", "store the weights");
    }
    long hidden = gates.size() / GATES.length;
    int next = 3;
    Value bias = node.truth(0, false) ? bias(e, next++, isBoth, hidden) : Value.NONE;
    Value lengths = node.truth(1, false) ? e.cast(e.in(next++), ElementType.INT32) : Value.NONE;
    Value output = node.truth(2, false) ? directed(e, next++, isBoth) : Value.NONE;
    Value cell = node.truth(3, false) ? directed(e, next++, isBoth) : Value.NONE;
    Value peepholes =
        node.truth(4, false)
            ? ordered(e, directed(e, next, isBoth), hidden, PEEPHOLES)
            : Value.NONE;
    List<Value> inputs = new ArrayList<>(List.of(input));
    inputs.add(weights(e, 1, isBoth, hidden));
    inputs.add(weights(e, 2, isBoth, hidden));
    inputs.addAll(List.of(bias, lengths, output, cell, peepholes));
    while (!inputs.get(inputs.size() - 1).isGiven()) {
      inputs.remove(inputs.size() - 1);
    }
    List<Value> made =
        e.calls(
            OnnxOperator.LSTM,
            3,
            inputs,
            Attribute.whole("hidden_size", hidden),
            Attribute.text("direction", name(direction)),
            Attribute.texts("activations", activations(node, isBoth ? 2 : 1)));
    List<Value> results = new ArrayList<>();
    if (node.truth(5, false)) {
      results.add(sequence(e, made.get(0), direction, format));
    }
    for (int last = 1; last <= 2; last++) {
      if (node.truth(5 + last, false)) {
        results.add(isBoth ? made.get(last) : e.squeeze(made.get(last), 0));
      }
    }
    e.out(results);
  }

  private static Value timeFirst(Emission e, Value x, int format) {
    return switch (format) {
      case BATCH_FIRST -> e.transpose(x, 1, 0, 2);
      case TIME_LAST -> e.transpose(x, 2, 0, 1);
      default -> x;
    };
  }

  /** From {@code [T,D,N,h]}. */
  private static Value sequence(Emission e, Value y, int direction, int format) {
    if (direction == EXTRA) {
      return y;
    }
    Value joined =
        switch (direction) {
          case SUM -> e.add(half(e, y, 0), half(e, y, 1));
          case CONCAT -> e.concat(-1, half(e, y, 0), half(e, y, 1));
          default -> e.squeeze(y, 1);
        };
    return switch (format) {
      case BATCH_FIRST -> e.transpose(joined, 1, 0, 2);
      case TIME_LAST -> e.transpose(joined, 1, 2, 0);
      default -> joined;
    };
  }

  private static Value half(Emission e, Value y, int index) {
    return e.gather(y, e.index(index), 1);
  }

  private static Value directed(Emission e, int index, boolean isBoth) {
    Value x = e.cast(e.in(index), ElementType.FLOAT);
    return isBoth ? x : e.unsqueeze(x, 0);
  }

  private static Value weights(Emission e, int index, boolean isBoth, long hidden) {
    Value x = directed(e, index, isBoth);
    return e.transpose(ordered(e, x, hidden, GATES), 0, 2, 1);
  }

  /** ONNX adds two biases, of the input and of the state; SameDiff has one. */
  private static Value bias(Emission e, int index, boolean isBoth, long hidden) {
    Value x = ordered(e, directed(e, index, isBoth), hidden, GATES);
    return e.concat(-1, x, e.fill(e.shapeOf(x), ElementType.FLOAT, 0));
  }

  /** The gates along the last axis in another order. */
  static Value ordered(Emission e, Value x, long hidden, int... order) {
    return e.concat(
        -1,
        Arrays.stream(order)
            .mapToObj(gate -> e.slice(x, -1, gate * hidden, (gate + 1) * hidden))
            .toList());
  }

  private static String name(int direction) {
    return direction >= SUM ? "bidirectional" : direction == BACKWARD ? "reverse" : "forward";
  }

  /** Of the gates, the cell and the output, for each direction. */
  private static String[] activations(Node node, int directions) {
    List<String> one =
        Stream.of(2, 3, 4).map(index -> activation((int) node.integer(index, 0))).toList();
    return Stream.generate(() -> one)
        .limit(directions)
        .flatMap(List::stream)
        .toArray(String[]::new);
  }

  private static String activation(int code) {
    return switch (code) {
      case 0 -> "Tanh";
      case 1 -> "Relu";
      case 2 -> "Sigmoid";
      case 7 -> "HardSigmoid";
      case 9 -> "Softsign";
      case 10 -> "Softplus";
      default ->
          throw new UnsupportedNodeException(
              "an activation with a slope, which SameDiff passes no value of",
              "use tanh, relu, sigmoid, hard sigmoid, softsign or softplus");
    };
  }
}
