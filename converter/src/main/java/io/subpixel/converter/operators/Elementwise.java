package io.subpixel.converter.operators;

import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.source.Node;
import java.util.List;

/**
 * Operators of one array and no settings, the same in SameDiff and ONNX: <a
 * href="https://onnx.ai/onnx/operators/onnx__Identity.html">Identity</a> (opsets 13, 14, 16, 19, 21
 * and 23, the same for tensors of float32), <a
 * href="https://onnx.ai/onnx/operators/onnx__Sigmoid.html">Sigmoid</a> and <a
 * href="https://onnx.ai/onnx/operators/onnx__Tanh.html">Tanh</a> (opset 13). Layouts don't matter.
 */
final class Elementwise implements OperatorHandler {
  private final OnnxOperator operator;

  /**
   * @param operator one of one input and no attributes
   */
  Elementwise(OnnxOperator operator) {
    this.operator = operator;
  }

  @Override
  public List<OnnxOperator> emits() {
    return List.of(operator);
  }

  @Override
  public void emit(Node node, Emission emission) {
    String input = emission.value(node.inputs().get(0));
    emission.node(operator, node.output(), emission.shape(input), List.of(input));
  }
}
