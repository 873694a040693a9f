package io.subpixel.converter.source;

import java.util.List;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.ScalarOp;

/**
 * One operation of a SameDiff graph.
 *
 * @param name unique in its graph
 * @param operator SameDiff's name of the operator, such as {@code conv2d}
 * @param function what SameDiff runs; not to be changed
 * @param inputs names of the variables that it reads
 * @param outputs names of the variables that it makes
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

  /**
   * The scalar of an operator on one array and one scalar.
   *
   * @throws IllegalArgumentException if it isn't one
   */
  public double scalar() {
    if (function instanceof ScalarOp scalar && scalar.scalar() != null) {
      return scalar.scalar().getDouble(0);
    }
    throw new IllegalArgumentException(name + " (" + operator + "): expected a scalar operator");
  }
}
