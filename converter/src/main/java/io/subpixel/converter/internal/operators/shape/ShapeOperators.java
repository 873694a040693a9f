package io.subpixel.converter.internal.operators.shape;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.internal.graph.MisfitException;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** What moves elements and computes nothing. */
public final class ShapeOperators {
  private static final String COMPUTED = "an axis or order that is computed";

  private ShapeOperators() {}

  /** Adds them. */
  public static void register(OperatorRegistry.Builder registry) {
    registry
        .add("concat", ShapeOperators::concat, OnnxOperator.CONCAT)
        .limits("axes that are computed")
        .add("assign", ShapeOperators::assign, OnnxOperator.EXPAND, OnnxOperator.IDENTITY)
        .add("identity", e -> e.out(e.in(0)), OnnxOperator.IDENTITY)
        .add("reshape", Reshape::emit, OnnxOperator.RESHAPE)
        .add("flatten", Reshape::flatten, OnnxOperator.RESHAPE)
        .add("flatten_2d", ShapeOperators::flatten2d, OnnxOperator.FLATTEN)
        .add("permute", ShapeOperators::permute, OnnxOperator.TRANSPOSE)
        .limits("orders that are computed, negative axes")
        .add("transpose", ShapeOperators::permute, OnnxOperator.TRANSPOSE)
        .limits("orders that are computed, negative axes")
        .add("squeeze", ShapeOperators::squeeze, OnnxOperator.SQUEEZE)
        .limits("all axes of size 1 where sizes are unknown")
        .add("expand_dims", ShapeOperators::expandDims, OnnxOperator.UNSQUEEZE)
        .limits("axes that are computed")
        .add("stack", ShapeOperators::stack, OnnxOperator.CONCAT)
        .add("parallel_stack", ShapeOperators::stack, OnnxOperator.CONCAT)
        .add("unstack", ShapeOperators::unstack, OnnxOperator.GATHER)
        .add("tile", ShapeOperators::tile, OnnxOperator.TILE)
        .add("broadcast_to", e -> e.out(e.expand(e.in(0), sizes(e, 1))), OnnxOperator.EXPAND)
        .add("reverse", ShapeOperators::reverse, OnnxOperator.SLICE)
        .add("reverse_v2", ShapeOperators::reverse, OnnxOperator.SLICE)
        .limits("axes that are computed")
        .add("repeat", ShapeOperators::repeat, OnnxOperator.TILE)
        .limits("repeats that are computed")
        .add("reverse_sequence", ShapeOperators::reverseSequence, OnnxOperator.REVERSE_SEQUENCE)
        .add("shape_of", e -> e.out(e.shapeOf(e.in(0))), OnnxOperator.SHAPE)
        .add("shapes_of", e -> e.out(e.all().stream().map(e::shapeOf).toList()), OnnxOperator.SHAPE)
        .add("size", e -> e.out(e.count(e.in(0))), OnnxOperator.SIZE)
        .add("size_at", ShapeOperators::sizeAt, OnnxOperator.SHAPE)
        .add("rank", e -> e.out(e.index(e.in(0).rank())), OnnxOperator.IDENTITY)
        .add("split", ShapeOperators::split, OnnxOperator.SPLIT)
        .limits("axes that are computed")
        .add("split_v", ShapeOperators::splitSizes, OnnxOperator.SPLIT)
        .limits("sizes that are computed")
        .add(
            "broadcast_dynamic_shape",
            ShapeOperators::broadcastShape,
            OnnxOperator.WHERE,
            OnnxOperator.EQUAL,
            OnnxOperator.PAD)
        .limits("shapes of unknown rank");
    Padding.register(registry);
  }

  /** A vector of sizes that an input holds, or a scalar for a single one. */
  private static Value sizes(Emission e, int index) {
    Value sizes = e.cast(e.in(index), ElementType.INT64);
    return sizes.rank() == 1 ? sizes : e.reshape(sizes, -1);
  }

  /** Whole numbers that are arguments, or the stored input behind the first. */
  private static int[] arguments(Emission e, String what) {
    long[] given = e.has(1) ? e.constants(1, what) : e.node().integers();
    return Arrays.stream(given).mapToInt(MisfitException::index).toArray();
  }

  /** The axis is an argument or the last input. Scalars count as vectors of one element. */
  private static void concat(Emission e) {
    boolean isInput = e.node().truth(0, false);
    int count = e.inputCount() - (isInput ? 1 : 0);
    long axis = isInput ? e.constants(count, COMPUTED)[0] : e.node().integer(0, 0);
    List<Value> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (e.stored(i).filter(array -> array.isEmpty() && array.rank() <= 1).isPresent()) {
        continue;
      }
      Value part = e.in(i);
      boolean isEmpty = part.rank() == 1 && part.dim(0).is(0);
      if (!isEmpty) {
        parts.add(part.rank() == 0 ? e.reshape(part, 1) : part);
      }
    }
    e.out(parts.isEmpty() ? e.in(0) : e.concat((int) axis, parts));
  }

  /** The second array in the shape of the first; nothing reads the variable that was meant. */
  private static void assign(Emission e) {
    Value to = e.in(0);
    Value from = e.in(1);
    e.out(to.shape().equals(from.shape()) ? from : e.expand(from, e.shapeOf(to)));
  }

  /** The axis, 0 by default, may be negative. */
  private static void flatten2d(Emission e) {
    Value x = e.in(0);
    int axis = (int) e.node().integer(0, 0);
    e.out(
        e.call(
            OnnxOperator.FLATTEN, x, Attribute.whole("axis", axis < 0 ? axis + x.rank() : axis)));
  }

  /** Without an order, all axes backwards. */
  private static void permute(Emission e) {
    Value x = e.in(0);
    int[] order = arguments(e, COMPUTED);
    if (order.length == 0) {
      order = IntStream.range(0, x.rank()).map(i -> x.rank() - 1 - i).toArray();
    }
    if (Arrays.stream(order).anyMatch(axis -> axis < 0)) {
      throw new UnsupportedNodeException(
          "negative axes, which SameDiff doesn't count from the end", "count from the first axis");
    }
    e.out(e.transpose(x, order));
  }

  /** Without axes, all that are of size 1. Axes of other sizes stay, which ONNX refuses. */
  private static void squeeze(Emission e) {
    Value x = e.in(0);
    int[] axes = arguments(e, COMPUTED);
    if (axes.length == 0) {
      if (!x.shape().isFixed()) {
        throw new UnsupportedNodeException(
            "all axes of size 1 of an input of unknown size", "name the axes");
      }
      axes = IntStream.range(0, x.rank()).toArray();
    }
    int[] gone =
        Arrays.stream(axes)
            .map(x::axis)
            .filter(axis -> !x.dim(axis).isFixed() || x.dim(axis).is(1))
            .toArray();
    e.out(e.squeeze(x, gone));
  }

  private static void expandDims(Emission e) {
    Value x = e.in(0);
    int[] axes = arguments(e, COMPUTED);
    // SameDiff counts a scalar's axes as if it had one more.
    e.out(e.unsqueeze(x, axes.length == 0 ? 0 : x.rank() == 0 ? 0 : axes[0]));
  }

  /** The new axis may be negative, counted in the result. */
  private static void stack(Emission e) {
    int axis = (int) e.node().integer(0, 0);
    int index = axis < 0 ? axis + e.in(0).rank() + 1 : axis;
    e.out(e.concat(index, e.all().stream().map(part -> e.unsqueeze(part, index)).toList()));
  }

  private static void unstack(Emission e) {
    int axis = (int) e.node().integer(0, 0);
    Value x = e.in(0);
    int count = e.node().outputs().size();
    if (x.dim(axis).isFixed() && x.dim(axis).size() != count) {
      throw new UnsupportedNodeException(
          count + " results of an axis of " + x.dim(axis).size(), "name as many as there are");
    }
    e.out(IntStream.range(0, count).mapToObj(i -> e.gather(x, e.index(i), axis)).toList());
  }

  /** Fewer or more repeats than axes count from the last one. */
  private static void tile(Emission e) {
    Value x = e.in(0);
    Value repeats = e.has(1) ? sizes(e, 1) : e.vector(e.node().integers());
    if (!repeats.dim(0).isFixed()) {
      throw new UnsupportedNodeException(
          "repeats of unknown count", "give as many as the input has axes");
    }
    int missing = x.rank() - MisfitException.index(repeats.dim(0).size());
    if (missing > 0) {
      long[] ones = new long[missing];
      Arrays.fill(ones, 1);
      repeats = e.concat(0, e.vector(ones), repeats);
    } else if (missing < 0) {
      x = e.unsqueeze(x, IntStream.range(0, -missing).toArray());
    }
    e.out(e.tile(x, repeats));
  }

  private static void reverse(Emission e) {
    Value x = e.in(0);
    int[] axes = arguments(e, COMPUTED);
    e.out(
        e.reverse(
            x, axes.length == 0 ? IntStream.range(0, x.rank()).toArray() : distinct(x, axes)));
  }

  private static int[] distinct(Value x, int... axes) {
    return Arrays.stream(axes).map(x::axis).distinct().toArray();
  }

  /** Batch and time may be any axes; ONNX's are the first two. */
  private static void reverseSequence(Emission e) {
    Value x = e.in(0);
    int time = x.axis((int) e.node().integer(0, 0));
    int batch = x.axis((int) e.node().integer(1, 0));
    if (time == batch) {
      throw new UnsupportedNodeException("one axis for batch and time", "use two axes");
    }
    List<Integer> order = new ArrayList<>(List.of(batch, time));
    IntStream.range(0, x.rank()).filter(i -> i != time && i != batch).forEach(order::add);
    int[] there = order.stream().mapToInt(Integer::intValue).toArray();
    Value reversed =
        e.call(
            OnnxOperator.REVERSE_SEQUENCE,
            List.of(e.transpose(x, there), e.cast(e.in(1), ElementType.INT64)),
            Attribute.whole("batch_axis", 0),
            Attribute.whole("time_axis", 1));
    e.out(e.transpose(reversed, inverse(there)));
  }

  private static int[] inverse(int... order) {
    Map<Integer, Integer> back = new TreeMap<>();
    IntStream.range(0, order.length).forEach(i -> back.put(order[i], i));
    return back.values().stream().mapToInt(Integer::intValue).toArray();
  }

  private static void sizeAt(Emission e) {
    e.out(e.squeeze(e.sizeOf(e.in(0), (int) e.node().integer(0, 0)), 0));
  }

  /** The arguments are the number of parts and the axis; either may be an input instead. */
  private static void split(Emission e) {
    Value x = e.in(0);
    long axis = e.node().integer(1, 0);
    if (e.has(1)) {
      // TensorFlow's order is axis, array; SameDiff's own is array, number of parts.
      boolean isAxisFirst = !x.type().isFloating() && x.rank() == 0;
      axis = isAxisFirst ? e.constants(0, COMPUTED)[0] : e.node().integer(0, 0);
      x = isAxisFirst ? e.in(1) : x;
    }
    e.out(e.splitEqually(x, (int) axis, e.node().outputs().size()));
  }

  private static void splitSizes(Emission e) {
    long axis = e.has(2) ? e.constants(2, COMPUTED)[0] : e.node().integer(0, 0);
    e.out(e.split(e.in(0), (int) axis, e.constants(1, "sizes")));
  }

  /** The last argument is the axis, those before say how often: each element, or all. */
  private static void repeat(Emission e) {
    Value x = e.in(0);
    long[] arguments = e.node().integers();
    int axis = x.axis((int) arguments[arguments.length - 1]);
    long[] times =
        e.has(1) ? e.constants(1, "repeats") : Arrays.copyOf(arguments, arguments.length - 1);
    if (times.length == 1) {
      long[] along = new long[x.rank() + 1];
      Arrays.fill(along, 1);
      along[axis + 1] = times[0];
      Value copies = e.tile(e.unsqueeze(x, axis + 1), e.vector(along));
      List<Value> sizes = new ArrayList<>();
      for (int i = 0; i < x.rank(); i++) {
        sizes.add(i == axis ? e.vector(-1L) : e.sizeOf(x, i));
      }
      e.out(e.reshape(copies, e.concat(0, sizes)));
      return;
    }
    long[] indices =
        IntStream.range(0, times.length)
            .flatMap(i -> IntStream.generate(() -> i).limit(times[i]))
            .asLongStream()
            .toArray();
    e.out(e.gather(x, e.vector(indices), axis));
  }

  private static Value shape(Emission e, int index) {
    Value shape = e.cast(e.flat(index), ElementType.INT64);
    if (!shape.dim(0).isFixed()) {
      throw new UnsupportedNodeException("a shape of unknown rank", "fix how many axes it has");
    }
    return shape;
  }

  /** The sizes that two shapes broadcast to. */
  private static void broadcastShape(Emission e) {
    Value a = shape(e, 0);
    Value b = shape(e, 1);
    long rank = Math.max(a.dim(0).size(), b.dim(0).size());
    Value first = e.pad(a, 1, rank - a.dim(0).size(), 0);
    Value second = e.pad(b, 1, rank - b.dim(0).size(), 0);
    e.out(e.where(e.equal(first, e.index(1)), second, first));
  }
}
