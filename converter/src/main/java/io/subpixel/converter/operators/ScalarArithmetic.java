package io.subpixel.converter.operators;

import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.source.Node;
import java.util.List;

/**
 * SameDiff's arithmetic of an array and one scalar, {@code add_scalar} and its kin, as <a
 * href="https://onnx.ai/onnx/operators/onnx__Add.html">Add</a>, <a
 * href="https://onnx.ai/onnx/operators/onnx__Sub.html">Sub</a>, <a
 * href="https://onnx.ai/onnx/operators/onnx__Mul.html">Mul</a> or <a
 * href="https://onnx.ai/onnx/operators/onnx__Div.html">Div</a>, opsets 13 and 14 (the same for
 * float32), with the scalar as an initializer. Elementwise, so layouts don't matter.
 */
final class ScalarArithmetic implements OperatorHandler {
  private final OnnxOperator operator;
  private final boolean scalarFirst;

  /**
   * @param operator one of two inputs
   * @param scalarFirst whether the scalar is its first input, as in {@code rsub_scalar}
   */
  ScalarArithmetic(OnnxOperator operator, boolean scalarFirst) {
    this.operator = operator;
    this.scalarFirst = scalarFirst;
  }

  @Override
  public List<OnnxOperator> emits() {
    return List.of(operator);
  }

  @Override
  public void emit(Node node, Emission emission) {
    String array = emission.value(node.inputs().get(0));
    String scalar = emission.scalar(node.output() + "_scalar", (float) node.scalar());
    emission.node(
        operator,
        node.output(),
        emission.shape(array),
        scalarFirst ? List.of(scalar, array) : List.of(array, scalar));
  }
}
