package io.subpixel.converter.internal.operators.creation;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.Elements;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What makes arrays from sizes, indices or diagonals. */
public final class CreationOperators {
  private CreationOperators() {}

  /** Adds them. */
  public static void register(OperatorRegistry.Builder registry) {
    registry
        .add("fill", CreationOperators::fill, OnnxOperator.EXPAND)
        .limits("shapes of unknown rank")
        .add("create", CreationOperators::create, OnnxOperator.CONSTANT_OF_SHAPE)
        .limits("shapes of unknown rank")
        .add("eye", CreationOperators::eye, OnnxOperator.EQUAL)
        .add(
            "lin_space",
            CreationOperators::linspace,
            OnnxOperator.RANGE,
            OnnxOperator.ADD,
            OnnxOperator.SUB,
            OnnxOperator.MUL,
            OnnxOperator.DIV,
            OnnxOperator.MAX)
        .add("range", CreationOperators::range, OnnxOperator.RANGE)
        .add("meshgrid", CreationOperators::meshgrid, OnnxOperator.EXPAND)
        .add("onehot", CreationOperators::oneHot, OnnxOperator.EQUAL, OnnxOperator.WHERE)
        .add(
            "sequence_mask",
            CreationOperators::sequenceMask,
            OnnxOperator.LESS,
            OnnxOperator.REDUCE_MAX)
        .add("tri", CreationOperators::tri, OnnxOperator.LESS, OnnxOperator.SUB);
    Diagonals.register(registry);
  }

  /** A vector of sizes, whose length has to be known: it is the result's rank. */
  private static Value sizes(Emission e, int index) {
    Value sizes = e.cast(e.in(index), ElementType.INT64);
    Value vector = sizes.rank() == 1 ? sizes : e.reshape(sizes, -1);
    if (!vector.dim(0).isFixed()) {
      throw new UnsupportedNodeException("a shape of unknown rank", "fix how many axes it has");
    }
    return vector;
  }

  private static void fill(Emission e) {
    Value number =
        e.has(1)
            ? e.reshape(e.cast(e.in(1), e.outType()))
            : e.scalar(e.outType(), e.node().real(0, (double) e.node().integer(0, 0)));
    e.out(e.expand(number, sizes(e, 0)));
  }

  /** Zeros, even where SameDiff is told to leave the memory as it is. */
  private static void create(Emission e) {
    e.out(e.fill(sizes(e, 0), e.outType(), 0));
  }

  /** Rows, columns and a batch's sizes are arguments or inputs. */
  private static void eye(Emission e) {
    long[] given = e.node().integers();
    int order = given.length > 0 && given[0] < 0 ? 1 : 0;
    long[] arguments = Arrays.copyOfRange(given, order, given.length);
    if (!e.has(0) && arguments.length == 0) {
      throw new UnsupportedNodeException("no rows", "name how many");
    }
    Value rows = e.has(0) ? number(e, 0) : e.index(arguments[0]);
    Value columns = rows;
    if (e.has(1)) {
      columns = number(e, 1);
    } else if (!e.has(0) && arguments.length > 1) {
      columns = e.index(arguments[1]);
    }
    Value ones =
        e.cast(
            e.equal(e.unsqueeze(upTo(e, rows), 1), e.unsqueeze(upTo(e, columns), 0)), e.outType());
    int taken = Math.min(2, arguments.length);
    Value batch =
        e.has(2)
            ? sizes(e, 2)
            : e.vector(
                e.has(0) ? arguments : Arrays.copyOfRange(arguments, taken, arguments.length));
    e.out(batch.dim(0).is(0) ? ones : e.expand(ones, e.concat(0, batch, e.shapeOf(ones))));
  }

  private static Value number(Emission e, int index) {
    return e.stored(index)
        .map(array -> e.index(array.getLong(0)))
        .orElseGet(() -> e.reshape(e.cast(e.in(index), ElementType.INT64)));
  }

  /** 0, 1, 2, ..., stored if the limit is known. */
  static Value upTo(Emission e, Value limit) {
    return e.range(e.index(0), limit, e.index(1));
  }

  /** Numbers that the arguments or stored inputs give; empty if an input is computed. */
  private static Optional<double[]> numbers(Emission e) {
    if (!e.has(0)) {
      double[] reals = e.node().reals();
      return Optional.of(
          reals.length > 0 ? reals : Arrays.stream(e.node().integers()).asDoubleStream().toArray());
    }
    List<Optional<INDArray>> arrays =
        IntStream.range(0, e.inputCount()).mapToObj(e::stored).toList();
    return arrays.stream().allMatch(Optional::isPresent)
        ? Optional.of(
            arrays.stream().mapToDouble(array -> array.orElseThrow().getDouble(0)).toArray())
        : Optional.empty();
  }

  private static Value vector(Emission e, DoubleStream numbers) {
    double[] all = numbers.toArray();
    return e.stored(Elements.of(e.outType(), all), all.length);
  }

  /** Start, stop (included) and count. */
  private static void linspace(Emission e) {
    Optional<double[]> given = numbers(e);
    if (given.isPresent()) {
      double[] numbers = given.get();
      double start = numbers[0];
      int count = numbers.length > 2 ? (int) numbers[2] : (int) e.node().integer(0, 1);
      double step = count > 1 ? (numbers[1] - start) / (count - 1) : 0;
      e.out(vector(e, IntStream.range(0, count).mapToDouble(i -> start + i * step)));
      return;
    }
    ElementType type = ElementType.DOUBLE;
    Value start = e.reshape(e.cast(e.in(0), type));
    Value stop = e.reshape(e.cast(e.in(1), type));
    Value count = number(e, 2);
    Value step = e.div(e.sub(stop, start), e.max(e.sub(e.cast(count, type), 1), 1));
    e.out(e.add(e.mul(e.cast(upTo(e, count), type), step), start));
  }

  /** From, to (left out) and step, in the type of the result. */
  private static void range(Emission e) {
    Optional<double[]> given = numbers(e);
    if (given.isPresent()) {
      double[] numbers = given.get();
      double start = numbers.length > 1 ? numbers[0] : 0;
      double stop = numbers.length > 1 ? numbers[1] : numbers[0];
      double step = numbers.length > 2 ? numbers[2] : 1;
      int count = Math.max(0, (int) Math.ceil((stop - start) / step));
      e.out(vector(e, IntStream.range(0, count).mapToDouble(i -> start + i * step)));
      return;
    }
    ElementType type = e.outType();
    List<Value> scalars = e.all().stream().map(x -> e.reshape(e.cast(x, type))).toList();
    Value start = scalars.size() > 1 ? scalars.get(0) : e.scalar(type, 0);
    Value stop = scalars.size() > 1 ? scalars.get(1) : scalars.get(0);
    e.out(e.range(start, stop, scalars.size() > 2 ? scalars.get(2) : e.scalar(type, 1)));
  }

  /** Cartesian ones have the first two axes exchanged. */
  private static void meshgrid(Emission e) {
    int rank = e.inputCount();
    boolean isCartesian = e.node().integer(0, 1) != 0 && rank > 1;
    List<Value> flat = e.all().stream().map(x -> e.reshape(x, -1)).toList();
    List<Value> counts = new ArrayList<>(flat.stream().map(x -> e.sizeOf(x, 0)).toList());
    if (isCartesian) {
      counts.add(0, counts.remove(1));
    }
    Value sizes = e.concat(0, counts);
    List<Value> results = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      int axis = isCartesian && i < 2 ? 1 - i : i;
      int[] added = IntStream.range(0, rank).filter(other -> other != axis).toArray();
      results.add(e.expand(e.unsqueeze(flat.get(i), added), sizes));
    }
    e.out(results);
  }

  /**
   * Axis and depth are arguments, values too; or inputs behind the indices. Indices out of range
   * are off everywhere; ONNX's OneHot counts negative ones from the end.
   */
  private static void oneHot(Emission e) {
    Value indices = e.cast(e.in(0), ElementType.INT64);
    int rank = indices.rank() + 1;
    int axis = (int) e.node().integer(0, -1);
    int at = axis < 0 ? axis + rank : axis;
    Value depth = e.has(1) ? number(e, 1) : e.index(e.node().integer(1, 0));
    Value hot =
        e.equal(
            e.unsqueeze(indices, at),
            e.unsqueeze(upTo(e, depth), IntStream.range(1, rank - at).toArray()));
    ElementType type = e.outType();
    Value on = e.has(2) ? e.reshape(e.cast(e.in(2), type)) : e.scalar(type, e.node().real(0, 1));
    Value off = e.has(3) ? e.reshape(e.cast(e.in(3), type)) : e.scalar(type, e.node().real(1, 0));
    e.out(e.where(hot, on, off));
  }

  /** The longest length if none is named. */
  private static void sequenceMask(Emission e) {
    Value lengths = e.cast(e.in(0), ElementType.INT64);
    long argument = e.node().integer(0, 0);
    Value most;
    if (e.has(1)) {
      most = number(e, 1);
    } else if (argument > 0) {
      most = e.index(argument);
    } else {
      most = e.largest(lengths, false);
    }
    e.out(e.less(upTo(e, most), e.unsqueeze(lengths, -1)));
  }

  private static void tri(Emission e) {
    long rows = e.node().integer(0, 1);
    long columns = e.node().integers().length > 1 ? e.node().integer(1, rows) : rows;
    Value row = e.unsqueeze(upTo(e, e.index(rows)), 1);
    Value column = upTo(e, e.index(columns));
    e.out(e.less(e.sub(column, row), e.index(e.node().integer(2, 0) + 1)));
  }
}
