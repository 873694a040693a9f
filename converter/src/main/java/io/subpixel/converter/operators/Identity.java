package io.subpixel.converter.operators;

import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.source.Node;
import java.util.List;

/**
 * {@code identity} as <a href="https://onnx.ai/onnx/operators/onnx__Identity.html">Identity</a>,
 * opsets 13, 14, 16, 19, 21 and 23 (the same for tensors of float32). Elementwise, so layouts don't
 * matter.
 */
final class Identity implements OperatorHandler {
  @Override
  public List<OnnxOperator> emits() {
    return List.of(OnnxOperator.IDENTITY);
  }

  @Override
  public void emit(Node node, Emission emission) {
    String input = emission.value(node.inputs().get(0));
    emission.node(OnnxOperator.IDENTITY, node.output(), emission.shape(input), List.of(input));
  }
}
