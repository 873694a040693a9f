package io.subpixel.converter.deeplearning4j;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What a translator sees of the translation: the graph, its inputs and its coefficients. */
final class Scope {
  private final Translation translation;
  private final List<Value> inputs;
  private final Map<String, INDArray> parameters;
  private final String prefix;
  private final boolean backwards;

  Scope(
      Translation translation, String part, List<Value> inputs, Map<String, INDArray> parameters) {
    this(translation, inputs, parameters, part + "/", false);
  }

  private Scope(
      Translation translation,
      List<Value> inputs,
      Map<String, INDArray> parameters,
      String prefix,
      boolean backwards) {
    this.translation = translation;
    this.inputs = List.copyOf(inputs);
    this.parameters = parameters;
    this.prefix = prefix;
    this.backwards = backwards;
  }

  /** The same for another input. */
  Scope with(Value input) {
    return new Scope(translation, List.of(input), parameters, prefix, backwards);
  }

  /** The same with the coefficients whose keys begin with {@code keys}, without that beginning. */
  Scope part(String keys, boolean reversed) {
    Map<String, INDArray> own = new LinkedHashMap<>();
    parameters.forEach(
        (key, array) -> {
          if (key.startsWith(keys)) {
            own.put(key.substring(keys.length()), array);
          }
        });
    return new Scope(translation, inputs, own, prefix + keys, backwards != reversed);
  }

  /** Which steps of the first input count; empty for all. */
  Optional<Mask> mask() {
    return input().mask();
  }

  /** The same with another mask of its first input, or none. */
  Scope masked(Optional<Mask> mask) {
    return with(input().masked(mask));
  }

  /** The same with its mask only if an LSTM obeys it. */
  Scope forced() {
    return masked(mask().filter(Mask::isForced));
  }

  /** Rows of a sequence with those of steps that don't count set to zero. */
  Value maskedRows(Value rows) {
    return mask().isPresent() && rows.rank() == 2
        ? rows.with(rows.variable().mul(mask().get().rows()))
        : rows;
  }

  /** Whether a recurrent layer reads its input from the last step to the first. */
  boolean backwards() {
    return backwards;
  }

  SameDiff graph() {
    return translation.graph();
  }

  DataType dataType() {
    return translation.dataType();
  }

  /** The first input. */
  Value input() {
    return inputs.get(0);
  }

  /** The first input's variable. */
  SDVariable x() {
    return input().variable();
  }

  List<Value> inputs() {
    return inputs;
  }

  /** What the user defines a configuration as. */
  Optional<Definition> definition(Object configuration) {
    return translation.translators().definition(configuration);
  }

  /** All coefficients as variables of the graph. */
  Map<String, SDVariable> weights() {
    Map<String, SDVariable> weights = new LinkedHashMap<>();
    parameters.keySet().forEach(key -> weights.put(key, weight(key)));
    return weights;
  }

  /** A variable whose shape only a try can tell, with that shape. */
  Value tried(SDVariable variable) {
    return input().with(variable, translation.tried(variable));
  }

  /** The mask of one of the network's inputs by its name. */
  Optional<Mask> maskOf(@Nullable String networkInput) {
    return translation.maskOf(networkInput);
  }

  /** A value of the network by its vertex's name. */
  Value value(String vertex) {
    return translation.value(vertex);
  }

  /** Translates a layer that this one wraps. */
  Value translate(Layer layer) {
    return translation.translators().layer(layer).translate(layer, this);
  }

  boolean has(String key) {
    return parameters.containsKey(key);
  }

  /** Coefficients as Deeplearning4j stores them. */
  INDArray parameter(String key) {
    INDArray array = parameters.get(key);
    if (array == null) {
      throw new Unsupported("no coefficients " + key, "initialize the network");
    }
    return array;
  }

  /** Coefficients as a variable of the graph. */
  SDVariable weight(String key) {
    return weight(key, parameter(key));
  }

  /** Coefficients that were rearranged, as a variable of the graph. */
  SDVariable weight(String key, INDArray array) {
    return graph().var(fresh(key), array.castTo(dataType()).dup('c'));
  }

  /** Coefficients as a vector, which Deeplearning4j keeps as {@code [1,n]}. */
  SDVariable vector(String key) {
    INDArray array = parameter(key);
    return weight(key, array.reshape(array.length()));
  }

  SDVariable constant(String name, INDArray array) {
    return graph().constant(fresh(name), array);
  }

  /** A name that is free, below the part's. SameDiff's name scopes don't apply to stored arrays. */
  private String fresh(String key) {
    String name = prefix + key;
    for (int i = 1; graph().hasVariable(name); i++) {
      name = prefix + key + "_" + i;
    }
    return name;
  }

  /** A number in the network's data type. */
  SDVariable constant(String name, double number) {
    return constant(name, Nd4j.scalar(dataType(), number));
  }

  /** From {@code from} up to {@code size - less} along each of the axes. */
  SDVariable slice(Value value, int[] axes, long[] from, long[] less) {
    int rank = value.rank();
    long[] begin = new long[rank];
    long[] end = new long[rank];
    long[] strides = Sizes.repeat(1, rank);
    int beginMask = (1 << rank) - 1;
    int endMask = (1 << rank) - 1;
    for (int i = 0; i < axes.length; i++) {
      int axis = axes[i];
      if (from[i] > 0) {
        begin[axis] = from[i];
        beginMask &= ~(1 << axis);
      }
      if (less[i] > 0) {
        long size = value.size(axis);
        end[axis] = size == Value.UNKNOWN ? -less[i] : size - less[i];
        endMask &= ~(1 << axis);
      }
    }
    return graph().stridedSlice(value.variable(), begin, end, strides, beginMask, endMask, 0, 0, 0);
  }

  /** From {@code from} until before {@code to} along {@code axis}. */
  SDVariable between(Value value, int axis, long from, long to) {
    int rank = value.rank();
    long[] begin = new long[rank];
    long[] end = new long[rank];
    begin[axis] = from;
    end[axis] = to;
    int others = ((1 << rank) - 1) & ~(1 << axis);
    return graph()
        .stridedSlice(value.variable(), begin, end, Sizes.repeat(1, rank), others, others, 0, 0, 0);
  }

  /** One place along {@code axis}, which goes; -1 is the last. */
  Value at(Value value, int axis, long place) {
    int rank = value.rank();
    long size = value.size(axis);
    long[] begin = new long[rank];
    long[] end = new long[rank];
    begin[axis] = place < 0 && size != Value.UNKNOWN ? size + place : place;
    end[axis] = begin[axis] + 1;
    int others = ((1 << rank) - 1) & ~(1 << axis);
    // An end of zero would be before the last place, not behind it.
    int endMask = begin[axis] == -1 ? others | 1 << axis : others;
    SDVariable at =
        graph()
            .stridedSlice(
                value.variable(),
                begin,
                end,
                Sizes.repeat(1, rank),
                others,
                endMask,
                0,
                0,
                1 << axis);
    return value.with(
        at, IntStream.range(0, rank).filter(i -> i != axis).mapToLong(value::size).toArray());
  }

  Value permute(Value value, int... axes) {
    return value.with(
        graph().permute(value.variable(), axes),
        IntStream.of(axes).mapToLong(value::size).toArray());
  }

  /** The sizes of all axes but the first become one. */
  Value flatten(Value value) {
    long size = value.sizeOfExample();
    if (size != Value.UNKNOWN) {
      return value.with(
          graph().reshape(value.variable(), -1, size), new long[] {value.size(0), size});
    } else if (value.size(0) != Value.UNKNOWN) {
      return value.with(
          graph().reshape(value.variable(), value.size(0), -1),
          new long[] {value.size(0), Value.UNKNOWN});
    }
    return value.with(
        graph().reshape(value.variable(), sizes(value, 0, -1)),
        new long[] {Value.UNKNOWN, Value.UNKNOWN});
  }

  /**
   * Unfolds rows to {@code [steps, examples, ...]}, the inverse of {@link #fold}.
   *
   * @param example the sizes of one row
   */
  Value unfold(Value value, long... example) {
    long steps = value.steps();
    long examples =
        value.size(0) == Value.UNKNOWN || steps == Value.UNKNOWN ? -1 : value.size(0) / steps;
    long[] shape = new long[example.length + 2];
    shape[0] = steps;
    shape[1] = examples;
    System.arraycopy(example, 0, shape, 2, example.length);
    if (steps != Value.UNKNOWN) {
      long[] target = shape.clone();
      target[1] = -1;
      return Value.of(graph().reshape(value.variable(), target), shape).masked(value.mask());
    }
    List<SDVariable> sizes = new ArrayList<>();
    sizes.add(whole(-1));
    // Deeplearning4j takes the number of examples from the network's first input.
    sizes.add(size(translation.firstInput(), 0));
    for (long size : example) {
      sizes.add(whole(size));
    }
    SDVariable target = graph().concat(0, sizes.toArray(new SDVariable[0]));
    return Value.of(graph().reshape(value.variable(), target), shape).masked(value.mask());
  }

  /** Folds {@code [steps, examples, ...]} to rows. */
  Value fold(Value value, long... example) {
    long[] shape = new long[example.length + 1];
    shape[0] = -1;
    System.arraycopy(example, 0, shape, 1, example.length);
    SDVariable rows = graph().reshape(value.variable(), shape);
    shape[0] = Value.product(value.size(0), value.size(1));
    return Value.of(rows, shape).folded(value.size(0)).masked(value.mask());
  }

  /** The size of a value along {@code axis}, and another size, as a shape. */
  SDVariable sizes(Value value, int axis, long other) {
    return graph().concat(0, size(value, axis), whole(other));
  }

  private SDVariable size(Value value, int axis) {
    SDVariable shape = graph().shape(value.variable());
    return graph().stridedSlice(shape, new long[] {axis}, new long[] {axis + 1}, 1);
  }

  private SDVariable whole(long number) {
    return graph().constant(Nd4j.createFromArray(number));
  }
}
