package io.subpixel.converter.operators;

import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.source.Node;
import java.util.List;

/**
 * {@code sigmoid} as <a href="https://onnx.ai/onnx/operators/onnx__Sigmoid.html">Sigmoid</a>, opset
 * 13. Elementwise, so layouts don't matter.
 */
final class Sigmoid implements OperatorHandler {
  @Override
  public List<OnnxOperator> emits() {
    return List.of(OnnxOperator.SIGMOID);
  }

  @Override
  public void emit(Node node, Emission emission) {
    String input = emission.value(node.inputs().get(0));
    emission.node(OnnxOperator.SIGMOID, node.output(), emission.shape(input), List.of(input));
  }
}
