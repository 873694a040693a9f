package io.subpixel.converter.source;

import io.subpixel.converter.internal.graph.MisfitException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.ops.BaseOp;
import org.nd4j.linalg.api.ops.BaseReduceOp;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.ReduceOp;
import org.nd4j.linalg.api.ops.ScalarOp;

/**
 * One operation of a SameDiff graph.
 *
 * @param name unique in its graph
 * @param operator SameDiff's name of the operator, such as {@code conv2d}
 * @param function what SameDiff runs; not to be changed
 * @param inputs names of the variables that it reads
 * @param outputs names of the variables that it makes
 * @since 0.1
 */
public record Node(
    String name,
    String operator,
    DifferentialFunction function,
    List<String> inputs,
    List<String> outputs) {
  /** Copies the lists. */
  public Node {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** Nodes are told apart by their names: what SameDiff runs changes as it runs. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Node node && node.name.equals(name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  /** The first variable that it makes. */
  public String output() {
    return outputs.get(0);
  }

  /**
   * The integer arguments that the native operator gets, none if it takes none. These, not the
   * configuration objects beside them, survive a round trip through a file.
   */
  public long[] integers() {
    long[] integers = function instanceof CustomOp custom ? custom.iArgs() : null;
    return integers == null ? new long[0] : integers;
  }

  /** One of the integer arguments. */
  public long integer(int index, long otherwise) {
    long[] integers = integers();
    return index < integers.length ? integers[index] : otherwise;
  }

  /** The real arguments that the native operator gets. */
  public double[] reals() {
    double[] reals = function instanceof CustomOp custom ? custom.tArgs() : null;
    return reals == null ? new double[0] : reals;
  }

  /** One of the real arguments. */
  public double real(int index, double otherwise) {
    double[] reals = reals();
    return index < reals.length ? reals[index] : otherwise;
  }

  /** One of the boolean arguments that the native operator gets. */
  public boolean truth(int index, boolean otherwise) {
    boolean[] truths = function instanceof CustomOp custom ? custom.bArgs() : null;
    return (truths != null && index < truths.length) ? truths[index] : otherwise;
  }

  /**
   * The axes that a reduction is told, none for all of them. Reductions that read their axes from a
   * second input don't know them.
   */
  public int[] dimensions() {
    int[] dimensions = function instanceof BaseOp ? function.getDimensions() : new int[0];
    boolean isAll =
        dimensions == null || Arrays.stream(dimensions).anyMatch(axis -> axis == Integer.MAX_VALUE);
    return isAll ? new int[0] : dimensions;
  }

  /** Whether a reduction keeps the axes that it reduces, with size 1. */
  public boolean keepsDimensions() {
    return (function instanceof ReduceOp reduce && reduce.isKeepDims())
        || (function instanceof BaseReduceOp base && base.isKeepDims());
  }

  /** The arguments that an operator has beside its arrays, if it isn't a custom one. */
  public Object[] extras() {
    Object[] extras = function instanceof Op op ? op.extraArgs() : null;
    return extras == null ? new Object[0] : extras;
  }

  /** One of them as a number. */
  public double extra(int index, double otherwise) {
    Object[] extras = extras();
    return index < extras.length && extras[index] instanceof Number number
        ? number.doubleValue()
        : otherwise;
  }

  /** Whether it is an operator on one array and one scalar argument. */
  public boolean hasScalar() {
    return function instanceof ScalarOp scalar && scalar.scalar() != null;
  }

  /**
   * The scalar of such an operator.
   *
   * @throws IllegalArgumentException if it isn't one
   */
  public double scalar() {
    if (function instanceof ScalarOp scalar && scalar.scalar() != null) {
      return scalar.scalar().getDouble(0);
    }
    throw new MisfitException(name + " (" + operator + "): expected a scalar operator");
  }
}
