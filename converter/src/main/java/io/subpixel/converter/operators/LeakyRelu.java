package io.subpixel.converter.operators;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.source.Node;
import java.util.List;

/**
 * {@code leakyrelu} as <a href="https://onnx.ai/onnx/operators/onnx__LeakyRelu.html">LeakyRelu</a>,
 * opsets 6 and 16 (the same for float32). Elementwise, so layouts don't matter.
 */
final class LeakyRelu implements OperatorHandler {
  @Override
  public List<OnnxOperator> emits() {
    return List.of(OnnxOperator.LEAKY_RELU);
  }

  @Override
  public void emit(Node node, Emission emission) {
    String input = emission.value(node.inputs().get(0));
    emission.node(
        OnnxOperator.LEAKY_RELU,
        node.output(),
        emission.shape(input),
        List.of(input),
        Attribute.real("alpha", (float) node.scalar()));
  }
}
