package io.subpixel.converter.operators;

import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.source.Network;
import io.subpixel.converter.source.Node;
import java.util.List;
import java.util.Optional;

/**
 * {@code relu} as <a href="https://onnx.ai/onnx/operators/onnx__Relu.html">Relu</a>, opsets 13 and
 * 14 (the same for float32). Elementwise, so layouts don't matter.
 */
final class Relu implements OperatorHandler {
  @Override
  public List<OnnxOperator> emits() {
    return List.of(OnnxOperator.RELU);
  }

  @Override
  public String limits() {
    return "no cutoff other than 0";
  }

  @Override
  public Optional<Refusal> check(Node node, Network network) {
    return node.scalar() == 0
        ? Optional.empty()
        : Optional.of(new Refusal("a cutoff of " + node.scalar(), "use a cutoff of 0"));
  }

  @Override
  public void emit(Node node, Emission emission) {
    String input = emission.value(node.inputs().get(0));
    emission.node(OnnxOperator.RELU, node.output(), emission.shape(input), List.of(input));
  }
}
