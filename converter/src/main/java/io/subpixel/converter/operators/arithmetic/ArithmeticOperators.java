package io.subpixel.converter.operators.arithmetic;

import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.OperatorHandler;
import io.subpixel.converter.operators.OperatorRegistry;
import java.util.List;

/**
 * Elementwise operators on numbers. SameDiff broadcasts as ONNX does, and gives the result the type
 * that it declares, to which it is cast.
 */
public final class ArithmeticOperators {
  private ArithmeticOperators() {}

  /** Adds them. */
  public static void register(OperatorRegistry.Builder registry) {
    registry
        // Two arrays
        .add("add", pairwise(OnnxOperator.ADD), OnnxOperator.ADD)
        .add("subtract", pairwise(OnnxOperator.SUB), OnnxOperator.SUB)
        .add("multiply", pairwise(OnnxOperator.MUL), OnnxOperator.MUL)
        .add("divide", pairwise(OnnxOperator.DIV), OnnxOperator.DIV)
        // One array and one scalar
        .add("add_scalar", scalar(OnnxOperator.ADD, false), OnnxOperator.ADD)
        .add("sub_scalar", scalar(OnnxOperator.SUB, false), OnnxOperator.SUB)
        .add("rsub_scalar", scalar(OnnxOperator.SUB, true), OnnxOperator.SUB)
        .add("mul_scalar", scalar(OnnxOperator.MUL, false), OnnxOperator.MUL)
        .add("div_scalar", scalar(OnnxOperator.DIV, false), OnnxOperator.DIV)
        .add("rdiv_scalar", scalar(OnnxOperator.DIV, true), OnnxOperator.DIV);
  }

  /** Both inputs in the type of the result. */
  private static OperatorHandler pairwise(OnnxOperator operator) {
    return e ->
        e.out(
            e.call(operator, List.of(e.cast(e.in(0), e.outType()), e.cast(e.in(1), e.outType()))));
  }

  private static OperatorHandler scalar(OnnxOperator operator, boolean isReversed) {
    return e -> {
      Value x = e.in(0);
      Value scalar = e.scalar(x, e.node().scalar());
      e.out(e.call(operator, isReversed ? List.of(scalar, x) : List.of(x, scalar)));
    };
  }
}
