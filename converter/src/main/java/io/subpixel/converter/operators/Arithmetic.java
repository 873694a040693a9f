package io.subpixel.converter.operators;

import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.source.Node;
import java.util.List;

/**
 * SameDiff's arithmetic of two arrays as <a
 * href="https://onnx.ai/onnx/operators/onnx__Add.html">Add</a>, <a
 * href="https://onnx.ai/onnx/operators/onnx__Sub.html">Sub</a>, <a
 * href="https://onnx.ai/onnx/operators/onnx__Mul.html">Mul</a> or <a
 * href="https://onnx.ai/onnx/operators/onnx__Div.html">Div</a>, opsets 13 and 14 (the same for
 * float32). Both broadcast from the last axis, so layouts don't matter.
 */
final class Arithmetic implements OperatorHandler {
  private final OnnxOperator operator;

  /**
   * @param operator one of two inputs, in SameDiff's order
   */
  Arithmetic(OnnxOperator operator) {
    this.operator = operator;
  }

  @Override
  public List<OnnxOperator> emits() {
    return List.of(operator);
  }

  @Override
  public void emit(Node node, Emission emission) {
    String left = emission.value(node.inputs().get(0));
    String right = emission.value(node.inputs().get(1));
    Shape shape = Shape.broadcast(emission.shape(left), emission.shape(right), node.output());
    emission.node(operator, node.output(), shape, List.of(left, right));
  }
}
