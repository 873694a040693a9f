package io.subpixel.converter.graph;

import static io.subpixel.converter.graph.Attribute.text;
import static io.subpixel.converter.graph.Attribute.whole;
import static io.subpixel.converter.graph.Attribute.wholes;

import io.subpixel.converter.internal.graph.MisfitException;
import io.subpixel.converter.internal.graph.OnnxGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Writes nodes to a graph as one would write a formula. Elements of a type that ONNX Runtime has no
 * kernel for are computed in the next wider one that it has (double in float where there is none)
 * and cast back. Each operator takes the form of the graph's opset. Axes may be negative.
 *
 * @since 0.1
 */
public class Emitter {
  private static final int SPLIT_BY_NUMBER = 18;
  private static final int REDUCE_BY_INPUT = 18;
  private static final int ZERO_SIZES = 14;

  private final OnnxGraph graph;
  private String scope = "value";

  /** Writes to {@code graph}. */
  public Emitter(OnnxGraph graph) {
    this.graph = graph;
  }

  /** What is written to. */
  protected final OnnxGraph graph() {
    return graph;
  }

  /** The version of ONNX's operators that is written. */
  public final int opset() {
    return graph.opset().version();
  }

  /** Names of what follows begin with this. */
  protected final void scope(String hint) {
    scope = hint;
  }

  // Nodes

  /** Any operator of one output; its data inputs are cast to one type that ONNX Runtime runs. */
  public final Value call(OnnxOperator operator, List<Value> inputs, Attribute... attributes) {
    return calls(operator, 1, inputs, attributes).get(0);
  }

  /** Any operator of one input and one output. */
  public final Value call(OnnxOperator operator, Value input, Attribute... attributes) {
    return call(operator, List.of(input), attributes);
  }

  /** Any operator of several outputs. */
  public final List<Value> calls(
      OnnxOperator operator, int outputs, List<Value> inputs, Attribute... attributes) {
    Optional<ElementType> wanted = dataType(operator, inputs);
    ElementType runs = wanted.map(type -> running(operator, type)).orElse(ElementType.FLOAT);
    List<Value> cast = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Value input = inputs.get(i);
      boolean isData = operator.isData(i) && input.isGiven();
      cast.add(isData ? cast(input, runs) : input);
    }
    List<Value> made = new ArrayList<>();
    for (Value result : graph.nodes(operator, scope, outputs, cast, attributes)) {
      boolean isBack = wanted.isPresent() && runs != wanted.get() && result.type() == runs;
      made.add(isBack ? cast(result, wanted.get()) : result);
    }
    return made;
  }

  private static Optional<ElementType> dataType(OnnxOperator operator, List<Value> inputs) {
    return IntStream.range(0, inputs.size())
        .filter(i -> operator.isData(i) && inputs.get(i).isGiven())
        .mapToObj(i -> inputs.get(i).type())
        .findFirst();
  }

  private static ElementType running(OnnxOperator operator, ElementType type) {
    if (operator.runs(type)) {
      return type;
    }
    List<ElementType> wider =
        switch (type) {
          case BOOL ->
              List.of(ElementType.UINT8, ElementType.INT32, ElementType.INT64, ElementType.FLOAT);
          case INT8, UINT8, INT16, UINT16 ->
              List.of(ElementType.INT32, ElementType.INT64, ElementType.FLOAT, ElementType.DOUBLE);
          case INT32, UINT32 -> List.of(ElementType.INT64, ElementType.DOUBLE, ElementType.FLOAT);
          case INT64, UINT64 -> List.of(ElementType.INT64, ElementType.DOUBLE, ElementType.FLOAT);
          case FLOAT16, BFLOAT16, DOUBLE -> List.of(ElementType.FLOAT, ElementType.DOUBLE);
          case FLOAT -> List.of(ElementType.DOUBLE);
        };
    return wider.stream()
        .filter(operator::runs)
        .findFirst()
        .orElseThrow(
            () ->
                new MisfitException(
                    operator.onnxName()
                        + ": expected a type that can become one it runs on, received "
                        + type));
  }

  // Constants

  /** A stored vector of whole numbers. */
  public final Value vector(long... values) {
    return graph.initializer(graph.fresh(scope + "_const"), Elements.of(values), values.length);
  }

  /** A stored whole number without axes. */
  public final Value index(long value) {
    return graph.initializer(graph.fresh(scope + "_const"), Elements.of(value));
  }

  /** A stored number without axes. */
  public final Value scalar(ElementType type, double value) {
    return graph.initializer(graph.fresh(scope + "_const"), Elements.of(type, value));
  }

  /** A stored number without axes, of the type of {@code like}. */
  public final Value scalar(Value like, double value) {
    return scalar(like.type(), value);
  }

  /** A stored tensor. */
  public final Value stored(Elements elements, long... sizes) {
    return graph.initializer(graph.fresh(scope + "_const"), elements, sizes);
  }

  // Elementwise

  /** {@code x} as {@code type}; itself if it is. */
  public final Value cast(Value x, ElementType type) {
    if (x.type() == type) {
      return x;
    }
    return graph.node(OnnxOperator.CAST, scope, List.of(x), whole("to", type.number()));
  }

  /** {@code a} and {@code b} broadcast, in the type of {@code a}. */
  private Value binary(OnnxOperator operator, Value a, Value b) {
    return call(operator, List.of(a, cast(b, a.type())));
  }

  /** a + b. */
  public final Value add(Value a, Value b) {
    return binary(OnnxOperator.ADD, a, b);
  }

  /** a + b. */
  public final Value add(Value a, double b) {
    return add(a, scalar(a, b));
  }

  /** a - b. */
  public final Value sub(Value a, Value b) {
    return binary(OnnxOperator.SUB, a, b);
  }

  /** a - b. */
  public final Value sub(Value a, double b) {
    return sub(a, scalar(a, b));
  }

  /** a * b. */
  public final Value mul(Value a, Value b) {
    return binary(OnnxOperator.MUL, a, b);
  }

  /** a * b. */
  public final Value mul(Value a, double b) {
    return mul(a, scalar(a, b));
  }

  /** a / b; whole numbers are cut off. */
  public final Value div(Value a, Value b) {
    return binary(OnnxOperator.DIV, a, b);
  }

  /** a / b. */
  public final Value div(Value a, double b) {
    return div(a, scalar(a, b));
  }

  /** a to the power of b. */
  public final Value pow(Value a, Value b) {
    return binary(OnnxOperator.POW, a, b);
  }

  /** a to the power of b. */
  public final Value pow(Value a, double b) {
    return pow(a, scalar(a, b));
  }

  /** The larger one. */
  public final Value max(Value a, Value b) {
    return binary(OnnxOperator.MAX, a, b);
  }

  /** The larger one. */
  public final Value max(Value a, double b) {
    return max(a, scalar(a, b));
  }

  /** The smaller one. */
  public final Value min(Value a, Value b) {
    return binary(OnnxOperator.MIN, a, b);
  }

  /** The smaller one. */
  public final Value min(Value a, double b) {
    return min(a, scalar(a, b));
  }

  /** -x. */
  public final Value neg(Value x) {
    return call(OnnxOperator.NEG, x);
  }

  /** The magnitude. */
  public final Value abs(Value x) {
    return call(OnnxOperator.ABS, x);
  }

  /** x * x. */
  public final Value square(Value x) {
    return mul(x, x);
  }

  /** The square root. */
  public final Value sqrt(Value x) {
    return call(OnnxOperator.SQRT, x);
  }

  /** e to the power of x. */
  public final Value exp(Value x) {
    return call(OnnxOperator.EXP, x);
  }

  /** The natural logarithm. */
  public final Value log(Value x) {
    return call(OnnxOperator.LOG, x);
  }

  /** 1 / (1 + e^-x). */
  public final Value sigmoid(Value x) {
    return call(OnnxOperator.SIGMOID, x);
  }

  /** Rounded down. */
  public final Value floor(Value x) {
    return call(OnnxOperator.FLOOR, x);
  }

  /** Within {@code low..high}. */
  public final Value clip(Value x, double low, double high) {
    return call(OnnxOperator.CLIP, List.of(x, scalar(x, low), scalar(x, high)));
  }

  /** {@code yes} where {@code condition} holds, else {@code no}, in the type of {@code yes}. */
  public final Value where(Value condition, Value yes, Value no) {
    return call(
        OnnxOperator.WHERE, List.of(cast(condition, ElementType.BOOL), yes, cast(no, yes.type())));
  }

  /** Whether a equals b. */
  public final Value equal(Value a, Value b) {
    return binary(OnnxOperator.EQUAL, a, b);
  }

  /** Whether a is less than b. */
  public final Value less(Value a, Value b) {
    return binary(OnnxOperator.LESS, a, b);
  }

  /** Whether a is greater than b. */
  public final Value greater(Value a, Value b) {
    return binary(OnnxOperator.GREATER, a, b);
  }

  /** The opposite. */
  public final Value not(Value x) {
    return call(OnnxOperator.NOT, x);
  }

  /** Both. */
  public final Value and(Value a, Value b) {
    return binary(OnnxOperator.AND, a, b);
  }

  /** Either or both. */
  public final Value or(Value a, Value b) {
    return binary(OnnxOperator.OR, a, b);
  }

  // Reductions

  /**
   * Reduces {@code x} over {@code axes}, all of them if none is named.
   *
   * @param operator one of the Reduce family
   */
  public final Value reduce(OnnxOperator operator, Value x, boolean keepAxes, int... axes) {
    Attribute keep = whole("keepdims", keepAxes ? 1 : 0);
    if (axes.length == 0) {
      return call(operator, List.of(x), keep);
    }
    long[] sorted = Arrays.stream(axes).map(x::axis).distinct().sorted().asLongStream().toArray();
    // ReduceSum has taken axes as an input since opset 13, the others since 18.
    if (operator == OnnxOperator.REDUCE_SUM || opset() >= REDUCE_BY_INPUT) {
      return call(operator, List.of(x, vector(sorted)), keep);
    }
    return call(operator, List.of(x), keep, wholes("axes", sorted));
  }

  /** The sum over {@code axes}. */
  public final Value sum(Value x, boolean keepAxes, int... axes) {
    return reduce(OnnxOperator.REDUCE_SUM, x, keepAxes, axes);
  }

  /** The mean over {@code axes}. */
  public final Value mean(Value x, boolean keepAxes, int... axes) {
    return reduce(OnnxOperator.REDUCE_MEAN, x, keepAxes, axes);
  }

  /** The largest over {@code axes}. */
  public final Value largest(Value x, boolean keepAxes, int... axes) {
    return reduce(OnnxOperator.REDUCE_MAX, x, keepAxes, axes);
  }

  /** The softmax along one axis. */
  public final Value softmax(Value x, int axis) {
    return call(OnnxOperator.SOFTMAX, x, whole("axis", x.axis(axis)));
  }

  // Shapes

  /** The sizes of all axes as an INT64 vector; stored if they are known. */
  public final Value shapeOf(Value x) {
    return x.shape().isFixed() ? vector(x.shape().sizes()) : call(OnnxOperator.SHAPE, x);
  }

  /** The sizes of some axes as an INT64 vector. */
  public final Value sizesOf(Value x, int... axes) {
    int[] indices = Arrays.stream(axes).map(x::axis).toArray();
    if (Arrays.stream(indices).allMatch(axis -> x.shape().dim(axis).isFixed())) {
      return vector(Arrays.stream(indices).mapToLong(axis -> x.shape().dim(axis).size()).toArray());
    }
    return gather(shapeOf(x), vector(Arrays.stream(indices).asLongStream().toArray()), 0);
  }

  /** The size of one axis as an INT64 vector of one element. */
  public final Value sizeOf(Value x, int axis) {
    return sizesOf(x, axis);
  }

  /** How many elements {@code x} has, as an INT64 scalar. */
  public final Value count(Value x) {
    return x.shape().isFixed() ? index(x.shape().count()) : call(OnnxOperator.SIZE, x);
  }

  /** How many elements {@code axes} have together, all of them if none is named; INT64 scalar. */
  public final Value count(Value x, int... axes) {
    if (axes.length == 0) {
      return count(x);
    }
    return reduce(OnnxOperator.REDUCE_PROD, sizesOf(x, axes), false);
  }

  /** With these sizes: 0 keeps the axis of that index, -1 is what is left, once. */
  public final Value reshape(Value x, long... sizes) {
    if (x.shape().isFixed() && Arrays.equals(x.shape().sizes(), sizes)) {
      return x;
    }
    return call(OnnxOperator.RESHAPE, List.of(x, vector(sizes)));
  }

  /** With the sizes that an INT64 vector of known length gives; here 0 is 0, from opset 14 on. */
  public final Value reshape(Value x, Value sizes) {
    List<Value> inputs = List.of(x, cast(sizes, ElementType.INT64));
    return opset() >= ZERO_SIZES
        ? call(OnnxOperator.RESHAPE, inputs, whole("allowzero", 1))
        : call(OnnxOperator.RESHAPE, inputs);
  }

  /** The sizes of {@code like}. */
  public final Value reshapeLike(Value x, Value like) {
    return reshape(x, shapeOf(like));
  }

  /** Axis {@code i} of the result is axis {@code order[i]} of {@code x}. */
  public final Value transpose(Value x, int... order) {
    boolean isSame = IntStream.range(0, order.length).allMatch(i -> order[i] == i);
    return isSame
        ? x
        : call(
            OnnxOperator.TRANSPOSE,
            x,
            wholes("perm", Arrays.stream(order).asLongStream().toArray()));
  }

  /** {@code [N,...,C]} as {@code [N,C,...]}. */
  public final Value channelsFirst(Value x) {
    return moveAxis(x, -1, 1);
  }

  /** {@code [N,C,...]} as {@code [N,...,C]}. */
  public final Value channelsLast(Value x) {
    return moveAxis(x, 1, -1);
  }

  /** With axis {@code from} moved to {@code to}. */
  public final Value moveAxis(Value x, int from, int to) {
    return transpose(x, moved(x.rank(), x.axis(from), x.axis(to)));
  }

  private static int[] moved(int rank, int from, int to) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    order.add(to, order.remove(from));
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Without axes of size 1. */
  public final Value squeeze(Value x, int... axes) {
    return axes.length == 0
        ? x
        : call(OnnxOperator.SQUEEZE, List.of(x, vector(sorted(axes, x.rank()))));
  }

  /** With axes of size 1 that have these indices in the result. */
  public final Value unsqueeze(Value x, int... axes) {
    return axes.length == 0
        ? x
        : call(OnnxOperator.UNSQUEEZE, List.of(x, vector(sorted(axes, x.rank() + axes.length))));
  }

  private static long[] sorted(int[] axes, int rank) {
    Set<Long> sorted = new TreeSet<>();
    Arrays.stream(axes).forEach(axis -> sorted.add((long) (axis < 0 ? axis + rank : axis)));
    return sorted.stream().mapToLong(Long::longValue).toArray();
  }

  /** Broadcast to the sizes of an INT64 vector of known length. */
  public final Value expand(Value x, Value sizes) {
    return call(OnnxOperator.EXPAND, List.of(x, sizes));
  }

  /** Repeated along each axis. */
  public final Value tile(Value x, Value repeats) {
    return call(OnnxOperator.TILE, List.of(x, cast(repeats, ElementType.INT64)));
  }

  /** Joined along an axis, in the type of the first. */
  public final Value concat(int axis, Value... parts) {
    return concat(axis, List.of(parts));
  }

  /** Joined along an axis, in the type of the first. */
  public final Value concat(int axis, List<Value> parts) {
    Value first = parts.get(0);
    return parts.size() == 1
        ? first
        : call(
            OnnxOperator.CONCAT,
            parts.stream().map(part -> cast(part, first.type())).toList(),
            whole("axis", first.axis(axis)));
  }

  /** Cut along an axis into parts of these sizes. */
  public final List<Value> split(Value x, int axis, long... sizes) {
    return calls(
        OnnxOperator.SPLIT, sizes.length, List.of(x, vector(sizes)), whole("axis", x.axis(axis)));
  }

  /** Cut along an axis into equal parts. */
  public final List<Value> splitEqually(Value x, int axis, int parts) {
    Dim size = x.dim(axis);
    if (size.isFixed()) {
      long[] sizes = new long[parts];
      Arrays.fill(sizes, size.size() / parts);
      return split(x, axis, sizes);
    }
    Attribute along = whole("axis", x.axis(axis));
    return opset() >= SPLIT_BY_NUMBER
        ? calls(OnnxOperator.SPLIT, parts, List.of(x), along, whole("num_outputs", parts))
        : calls(OnnxOperator.SPLIT, parts, List.of(x), along);
  }

  /** Elements {@code from..to-1} of an axis; negative ones count from the end. */
  public final Value slice(Value x, int axis, long from, long to) {
    return slice(x, axis, from, to, 1);
  }

  /** Every {@code step}th of them. */
  public final Value slice(Value x, int axis, long from, long to, long step) {
    return slice(x, vector(from), vector(to), vector(x.axis(axis)), vector(step));
  }

  /** A slice by INT64 vectors of known length. */
  public final Value slice(Value x, Value from, Value to, Value axes, Value steps) {
    return call(OnnxOperator.SLICE, List.of(x, from, to, axes, steps));
  }

  /** Backwards along axes. */
  public final Value reverse(Value x, int... axes) {
    if (axes.length == 0) {
      return x;
    }
    long[] minusOnes = new long[axes.length];
    Arrays.fill(minusOnes, -1);
    long[] ends = new long[axes.length];
    Arrays.fill(ends, Long.MIN_VALUE);
    return slice(
        x,
        vector(minusOnes),
        vector(ends),
        vector(Arrays.stream(axes).mapToLong(x::axis).toArray()),
        vector(minusOnes));
  }

  /** Elements of an axis by index; negative ones count from the end. */
  public final Value gather(Value x, Value indices, int axis) {
    return call(OnnxOperator.GATHER, List.of(x, asIndices(indices)), whole("axis", x.axis(axis)));
  }

  /** Indices as Gather and the like read them: INT32 or INT64. */
  public final Value asIndices(Value indices) {
    return indices.type() == ElementType.INT32 ? indices : cast(indices, ElementType.INT64);
  }

  /** One number everywhere. */
  public final Value fill(Value sizes, ElementType type, double value) {
    return call(
        OnnxOperator.CONSTANT_OF_SHAPE,
        cast(sizes, ElementType.INT64),
        new Attribute.Scalar("value", type, value));
  }

  /** From {@code start} up to and without {@code limit} by {@code step}: scalars of one type. */
  public final Value range(Value start, Value limit, Value step) {
    return call(OnnxOperator.RANGE, List.of(start, limit, step));
  }

  /** 0, 1, 2, ... as INT64, as many as the axis is long. */
  public final Value indices(Value x, int axis) {
    Dim size = x.dim(axis);
    if (size.isFixed()) {
      return vector(IntStream.range(0, Math.toIntExact(size.size())).asLongStream().toArray());
    }
    return range(index(0), squeeze(sizeOf(x, axis), 0), index(1));
  }

  /** Padded by a number; {@code pads} as ONNX wants them: all begins, then all ends. */
  public final Value pad(Value x, double value, long... pads) {
    return Arrays.stream(pads).allMatch(pad -> pad == 0)
        ? x
        : call(
            OnnxOperator.PAD, List.of(x, vector(pads), scalar(x, value)), text("mode", "constant"));
  }

  /** Padded by a number; an INT64 vector holds all begins, then all ends. */
  public final Value pad(Value x, double value, Value pads) {
    return call(OnnxOperator.PAD, List.of(x, pads, scalar(x, value)), text("mode", "constant"));
  }

  /** The matrix product over the last two axes. */
  public final Value matmul(Value a, Value b) {
    return call(OnnxOperator.MAT_MUL, List.of(a, cast(b, a.type())));
  }
}
