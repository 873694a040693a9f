package io.subpixel.converter.operators;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.source.Network;
import io.subpixel.converter.source.Node;
import java.util.List;
import java.util.Optional;

/**
 * {@code depth_to_space} as <a
 * href="https://onnx.ai/onnx/operators/onnx__DepthToSpace.html">DepthToSpace</a>, opset 13, with
 * mode DCR. SameDiff's channels are (row, column, depth) in both layouts, which is DCR; PyTorch's
 * pixel shuffle is CRD. NCHW as it is; NHWC between two Transpose nodes.
 */
final class DepthToSpace implements OperatorHandler {
  private static final int[] TO_NCHW = {0, 3, 1, 2};
  private static final int[] TO_NHWC = {0, 2, 3, 1};

  @Override
  public List<OnnxOperator> emits() {
    return List.of(OnnxOperator.DEPTH_TO_SPACE, OnnxOperator.TRANSPOSE);
  }

  @Override
  public Optional<Refusal> check(Node node, Network network) {
    return node.integers().length == 2
        ? Optional.empty()
        : Optional.of(new Refusal("a block size that isn't an argument", "pass it as a number"));
  }

  @Override
  public void emit(Node node, Emission emission) {
    long block = node.integers()[0];
    boolean channelsLast = node.integers()[1] != 0;
    String input = emission.value(node.inputs().get(0));
    if (channelsLast) {
      input = emission.transpose(input, emission.fresh(node.name() + "_nchw"), TO_NCHW);
    }
    Shape in = emission.shape(input);
    Dim channels =
        in.dim(1) instanceof Dim.Fixed fixed
            ? Dim.of(fixed.size() / (block * block))
            : Dim.named(node.output() + (channelsLast ? "_d3" : "_d1"));
    String output = channelsLast ? emission.fresh(node.output() + "_nchw") : node.output();
    emission.node(
        OnnxOperator.DEPTH_TO_SPACE,
        output,
        Shape.of(in.dim(0), channels, in.dim(2).times(block), in.dim(3).times(block)),
        List.of(input),
        Attribute.whole("blocksize", block),
        Attribute.text("mode", "DCR"));
    if (channelsLast) {
      emission.transpose(output, node.output(), TO_NHWC);
    }
  }
}
