package io.subpixel.converter.operators.convolution;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.operators.UnsupportedNodeException;

/** Convolutions, pooling and what moves between space and channels. */
public final class ConvolutionOperators {
  private ConvolutionOperators() {}

  /** Adds them. */
  public static void register(OperatorRegistry.Builder registry) {
    registry
        .add("conv2d", new Conv2d(), OnnxOperator.CONV)
        .limits("no causal padding; SAME with stride and dilation both above 1 is refused")
        .add("depth_to_space", ConvolutionOperators::depthToSpace, OnnxOperator.DEPTH_TO_SPACE);
  }

  /**
   * Mode DCR: SameDiff's channels are (row, column, depth) in both layouts. PyTorch's pixel shuffle
   * is CRD.
   */
  private static void depthToSpace(Emission e) {
    if (e.node().integers().length != 2) {
      throw new UnsupportedNodeException(
          "a block size that isn't an argument", "pass it as a number");
    }
    boolean channelsLast = e.node().integer(1, 0) != 0;
    Value x = channelsLast ? e.channelsFirst(e.in(0)) : e.in(0);
    Value y =
        e.call(
            OnnxOperator.DEPTH_TO_SPACE,
            x,
            Attribute.whole("blocksize", e.node().integer(0, 1)),
            Attribute.text("mode", "DCR"));
    e.out(channelsLast ? e.channelsLast(y) : y);
  }
}
