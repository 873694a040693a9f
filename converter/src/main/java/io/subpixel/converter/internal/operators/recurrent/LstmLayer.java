package io.subpixel.converter.internal.operators.recurrent;

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
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

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

  /** From where on a hard sigmoid is 1; it is 0 from its negative on. */
  private static final double OPEN = 2.5;

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
    List<Function> functions = Function.of(node);
    if (!isBoth && isPlain(e, functions, hidden)) {
      e.out(plain(e, input, functions.get(1), hidden, direction, format));
      return;
    }
    List<Attribute> attributes = new ArrayList<>();
    attributes.add(Attribute.whole("hidden_size", hidden));
    attributes.add(Attribute.text("direction", name(direction)));
    attributes.addAll(Function.attributes(functions, isBoth ? 2 : 1));
    List<Value> made = e.calls(OnnxOperator.LSTM, 3, inputs, attributes.toArray(new Attribute[0]));
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

  /**
   * Whether it is a simple recurrent layer in disguise, as SameDiff has no other form of one: gates
   * that read nothing, of which input and output are open and forget is shut, and an output that is
   * the cell itself. Gates are i, f, c, o.
   */
  private static boolean isPlain(Emission e, List<Function> functions, long hidden) {
    Node node = e.node();
    boolean isForm =
        functions.get(0).equals(Function.HARD_SIGMOID)
            && functions.get(2).equals(Function.IDENTITY)
            && node.truth(0, false)
            && node.truth(5, false)
            && IntStream.of(1, 2, 3, 4, 6, 7).noneMatch(flag -> node.truth(flag, false));
    Optional<INDArray> bias = e.stored(3);
    if (!isForm || bias.isEmpty()) {
      return false;
    }
    for (int weights = 1; weights <= 2; weights++) {
      Optional<INDArray> stored = e.stored(weights);
      if (stored.isEmpty()
          || IntStream.of(0, 1, 3)
              .anyMatch(gate -> part(stored.get(), gate, hidden).amaxNumber().doubleValue() != 0)) {
        return false;
      }
    }
    return part(bias.get(), 0, hidden).minNumber().doubleValue() >= OPEN
        && part(bias.get(), 1, hidden).maxNumber().doubleValue() <= -OPEN
        && part(bias.get(), 3, hidden).minNumber().doubleValue() >= OPEN;
  }

  private static INDArray part(INDArray gates, int gate, long hidden) {
    INDArray rows = gates.rank() == 1 ? gates.reshape(1, gates.length()) : gates;
    return rows.get(NDArrayIndex.all(), NDArrayIndex.interval(gate * hidden, (gate + 1) * hidden));
  }

  /** By <a href="https://onnx.ai/onnx/operators/onnx__RNN.html">RNN</a>. */
  private static Value plain(
      Emission e, Value input, Function function, long hidden, int direction, int format) {
    INDArray block = part(e.constant(3, "bias"), 2, hidden).dup('c');
    INDArray bias = Nd4j.concat(1, block, Nd4j.zeros(block.dataType(), 1, hidden));
    List<Attribute> attributes = new ArrayList<>();
    attributes.add(Attribute.whole("hidden_size", hidden));
    attributes.add(Attribute.text("direction", name(direction)));
    attributes.addAll(Function.attributes(List.of(function), 1));
    Value y =
        e.calls(
                OnnxOperator.RNN,
                2,
                List.of(
                    input,
                    plain(e, 1, hidden),
                    plain(e, 2, hidden),
                    e.stored(bias.castTo(DataType.FLOAT))),
                attributes.toArray(new Attribute[0]))
            .get(0);
    return sequence(e, y, direction, format);
  }

  private static Value plain(Emission e, int index, long hidden) {
    INDArray block = part(e.constant(index, "weights"), 2, hidden).transpose();
    return e.stored(block.castTo(DataType.FLOAT).dup('c').reshape('c', 1, hidden, block.size(1)));
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

  /**
   * An activation function.
   *
   * @param name ONNX's
   * @param settings alpha and beta, those that it has
   */
  private record Function(String name, List<Double> settings) {
    static final Function HARD_SIGMOID = new Function("HardSigmoid", List.of(0.2, 0.5));
    static final Function IDENTITY = new Function("Affine", List.of(1.0, 0.0));

    /** Those of the gates, the cell and the output. SameDiff tells the settings in this order. */
    static List<Function> of(Node node) {
      List<Function> functions = new ArrayList<>();
      int next = 1;
      for (int index = 2; index < 5; index++) {
        Function function = of(node, (int) node.integer(index, 0), next);
        next += function.equals(HARD_SIGMOID) ? 0 : function.settings.size();
        functions.add(function);
      }
      return functions;
    }

    private static Function of(Node node, int code, int next) {
      return switch (code) {
        case 0 -> new Function("Tanh", List.of());
        case 1 -> new Function("Relu", List.of());
        case 2 -> new Function("Sigmoid", List.of());
        case 3 -> set(node, "Affine", next, 2);
        case 4 -> set(node, "LeakyRelu", next, 1);
        case 5 -> set(node, "ThresholdedRelu", next, 1);
        case 6 -> set(node, "ScaledTanh", next, 2);
        case 7 -> HARD_SIGMOID;
        case 8 -> set(node, "Elu", next, 1);
        case 9 -> new Function("Softsign", List.of());
        case 10 -> new Function("Softplus", List.of());
        default -> throw new UnsupportedNodeException("activation " + code, "use tanh");
      };
    }

    private static Function set(Node node, String name, int next, int count) {
      double[] reals = node.reals();
      if (reals.length < next + count) {
        throw new UnsupportedNodeException(
            "an activation with a slope, which SameDiff passes no value of",
            "use tanh, relu, sigmoid, hard sigmoid, softsign or softplus");
      }
      return new Function(name, Arrays.stream(reals, next, next + count).boxed().toList());
    }

    /** For each direction; ONNX takes settings only for those that have them, in their order. */
    static List<Attribute> attributes(List<Function> functions, int directions) {
      List<Function> all =
          Stream.generate(() -> functions).limit(directions).flatMap(List::stream).toList();
      List<Attribute> attributes = new ArrayList<>();
      attributes.add(
          Attribute.texts("activations", all.stream().map(Function::name).toArray(String[]::new)));
      if (all.stream().anyMatch(function -> !function.settings.isEmpty())) {
        attributes.add(Attribute.reals("activation_alpha", settings(all, 0)));
      }
      if (all.stream().anyMatch(function -> function.settings.size() > 1)) {
        attributes.add(Attribute.reals("activation_beta", settings(all, 1)));
      }
      return attributes;
    }

    private static double[] settings(List<Function> functions, int index) {
      return functions.stream()
          .filter(function -> function.settings.size() > index)
          .mapToDouble(function -> function.settings.get(index))
          .toArray();
    }
  }
}
