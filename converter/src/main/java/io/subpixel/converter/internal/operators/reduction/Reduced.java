package io.subpixel.converter.internal.operators.reduction;

import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.UnsupportedNodeException;
import io.subpixel.converter.source.Node;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ops.BaseIndexAccumulation;
import org.nd4j.linalg.api.ops.BaseReduceOp;
import org.nd4j.linalg.api.ops.CustomOp;

/**
 * What a reduction is told: the axes it goes over and whether they stay with size 1. Custom
 * operators know them as arguments, the older ones as dimensions, and both may read the axes from
 * their last input instead.
 */
final class Reduced {
  private final Value x;
  private final int[] axes;
  private final boolean keep;

  /** Over these axes, 0..rank-1 in ascending order. */
  Reduced(Value x, int[] axes, boolean keep) {
    this.x = x;
    this.axes = axes.clone();
    this.keep = keep;
  }

  /** What is reduced. */
  Value x() {
    return x;
  }

  /** 0..rank-1 in ascending order; empty for a scalar alone. */
  int[] axes() {
    return axes.clone();
  }

  /** Whether the axes stay. */
  boolean keep() {
    return keep;
  }

  /** Of an operator whose axes may be input {@code axesInput}. */
  static Reduced of(Emission e, int axesInput) {
    Node node = e.node();
    Value x = e.in(0);
    boolean isCustom = node.function() instanceof CustomOp;
    long[] told;
    if (e.has(axesInput)) {
      told = e.constants(axesInput, "axes");
    } else if (isCustom) {
      told = node.integers();
    } else {
      told = Arrays.stream(node.dimensions()).asLongStream().toArray();
    }
    // Some of them keep axes by a real argument, some by a boolean one.
    boolean keep = isCustom ? node.truth(0, node.real(0, 0) != 0) : keeps(node);
    if (keep && node.function() instanceof BaseReduceOp && axesInput == 1) {
      checkKept(x, told);
    }
    return new Reduced(x, axes(x, told), keep);
  }

  /**
   * SameDiff finds where results go by axes as they are told: where one that stays is counted from
   * the end, it writes results over each other, or outside of the array.
   */
  private static void checkKept(Value x, long... told) {
    boolean isFromEnd = Arrays.stream(told).anyMatch(axis -> axis < 0);
    boolean isLastOfFew = x.rank() <= 2 && told.length == 1 && told[0] == -1;
    if (isFromEnd && !isLastOfFew && x.rank() > 0) {
      throw new UnsupportedNodeException(
          "axes %s that stay, which SameDiff miscounts from the end"
              .formatted(Arrays.toString(told)),
          "count them from the first one");
    }
  }

  private static boolean keeps(Node node) {
    return node.keepsDimensions()
        || (node.function() instanceof BaseIndexAccumulation index && index.isKeepDims());
  }

  /** Of an operator of one array. */
  static Reduced of(Emission e) {
    return of(e, 1);
  }

  /** 0..rank-1 in ascending order; all of them if none or {@link Integer#MAX_VALUE} is told. */
  static int[] axes(Value x, long[] told) {
    boolean isAll =
        told.length == 0 || Arrays.stream(told).anyMatch(axis -> axis == Integer.MAX_VALUE);
    return isAll || x.rank() == 0
        ? IntStream.range(0, x.rank()).toArray()
        : Arrays.stream(told).mapToInt(axis -> x.axis((int) axis)).distinct().sorted().toArray();
  }

  /** The same of another array of that shape. */
  Reduced with(Value other) {
    return new Reduced(other, axes, keep);
  }

  /** The same with axes that stay. */
  Reduced kept() {
    return new Reduced(x, axes, true);
  }

  /** With the reduced axes in one, behind the others. */
  Value flattened(Emission e) {
    return flattened(e, x);
  }

  /** Another array of that shape with the reduced axes in one, behind the others. */
  Value flattened(Emission e, Value other) {
    int[] others = others();
    int[] order = IntStream.concat(IntStream.of(others), IntStream.of(axes)).toArray();
    Value moved = e.transpose(other, order);
    if (axes.length == 1) {
      return moved;
    }
    Value sizes = e.concat(0, e.sizesOf(other, others), e.vector(-1L));
    return others.length == 0
        ? e.reshape(moved, -1)
        : e.call(OnnxOperator.RESHAPE, List.of(moved, sizes));
  }

  /** The axes that aren't reduced. */
  int[] others() {
    return IntStream.range(0, x.rank())
        .filter(axis -> Arrays.stream(axes).noneMatch(reduced -> reduced == axis))
        .toArray();
  }

  /** A result without the reduced axes as SameDiff wants it. */
  Value finished(Emission e, Value result) {
    return keep ? e.unsqueeze(result, axes) : result;
  }

  /** How many elements become one, as a number of that type. */
  Value count(Emission e) {
    return e.count(x, axes);
  }
}
