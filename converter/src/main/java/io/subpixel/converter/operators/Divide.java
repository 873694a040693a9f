package io.subpixel.converter.operators;

import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.source.Node;
import java.util.List;

/**
 * {@code divide} as <a href="https://onnx.ai/onnx/operators/onnx__Div.html">Div</a>, opsets 13 and
 * 14 (the same for float32). Both broadcast from the last axis, so layouts don't matter.
 */
final class Divide implements OperatorHandler {
  @Override
  public List<OnnxOperator> emits() {
    return List.of(OnnxOperator.DIV);
  }

  @Override
  public void emit(Node node, Emission emission) {
    String left = emission.value(node.inputs().get(0));
    String right = emission.value(node.inputs().get(1));
    Shape shape = Shape.broadcast(emission.shape(left), emission.shape(right), node.output());
    emission.node(OnnxOperator.DIV, node.output(), shape, List.of(left, right));
  }
}
