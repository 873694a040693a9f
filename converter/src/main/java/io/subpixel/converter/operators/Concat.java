package io.subpixel.converter.operators;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.source.Network;
import io.subpixel.converter.source.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code concat} as <a href="https://onnx.ai/onnx/operators/onnx__Concat.html">Concat</a>, opset
 * 13. The axis is an argument in both and may be negative; layouts don't matter.
 */
final class Concat implements OperatorHandler {
  @Override
  public List<OnnxOperator> emits() {
    return List.of(OnnxOperator.CONCAT);
  }

  @Override
  public Optional<Refusal> check(Node node, Network network) {
    return node.integers().length == 1
        ? Optional.empty()
        : Optional.of(new Refusal("an axis that isn't an argument", "pass it as a number"));
  }

  @Override
  public void emit(Node node, Emission emission) {
    List<String> inputs = new ArrayList<>();
    for (String input : node.inputs()) {
      inputs.add(emission.value(input));
    }
    Shape first = emission.shape(inputs.get(0));
    int axis = (int) node.integers()[0];
    axis = axis < 0 ? axis + first.rank() : axis;
    List<Dim> dims = new ArrayList<>(first.dims());
    dims.set(axis, length(inputs, axis, node, emission));
    emission.node(
        OnnxOperator.CONCAT, node.output(), new Shape(dims), inputs, Attribute.whole("axis", axis));
  }

  private static Dim length(List<String> inputs, int axis, Node node, Emission emission) {
    long sum = 0;
    for (String input : inputs) {
      if (!(emission.shape(input).dim(axis) instanceof Dim.Fixed fixed)) {
        return Dim.named(node.output() + "_d" + axis);
      }
      sum += fixed.size();
    }
    return Dim.of(sum);
  }
}
