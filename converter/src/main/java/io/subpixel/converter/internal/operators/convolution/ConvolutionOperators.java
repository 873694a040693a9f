package io.subpixel.converter.internal.operators.convolution;

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
        .add("conv1d", Convolution.of(1), Windows.emits(OnnxOperator.CONV))
        .add("conv2d", Convolution.of(2), Windows.emits(OnnxOperator.CONV))
        .add("conv3dnew", Convolution.of(3), Windows.emits(OnnxOperator.CONV))
        .add("depthwise_conv2d", Convolution::depthwise, Windows.emits(OnnxOperator.CONV))
        .limits("the number of channels has to be known")
        .add("sconv2d", Convolution::separable, Windows.emits(OnnxOperator.CONV))
        .limits("the number of channels has to be known")
        .add(
            "deconv2d",
            Deconvolution.of(2),
            OnnxOperator.CONV_TRANSPOSE,
            OnnxOperator.PAD,
            OnnxOperator.ADD)
        .limits("no causal padding")
        .add(
            "deconv3d",
            Deconvolution.of(3),
            OnnxOperator.CONV_TRANSPOSE,
            OnnxOperator.PAD,
            OnnxOperator.ADD)
        .limits("no causal padding")
        .add("deconv2d_tf", Deconvolution::toSizes, OnnxOperator.CONV_TRANSPOSE, OnnxOperator.PAD)
        .limits("the sizes of input and result have to be known")
        .add(
            "im2col",
            Space::columns,
            OnnxOperator.PAD,
            OnnxOperator.ADD,
            OnnxOperator.SUB,
            OnnxOperator.MUL,
            OnnxOperator.DIV)
        .add(
            "extract_image_patches",
            Space::patches,
            OnnxOperator.PAD,
            OnnxOperator.ADD,
            OnnxOperator.SUB,
            OnnxOperator.MUL,
            OnnxOperator.DIV)
        .add("upsampling2d", Space.upsampling(2), OnnxOperator.MUL)
        .add("upsampling3d", Space.upsampling(3), OnnxOperator.MUL)
        .add("batch_to_space", Space::toSpace, OnnxOperator.MUL, OnnxOperator.DIV, OnnxOperator.SUB)
        .add(
            "batch_to_space_nd",
            Space::toSpace,
            OnnxOperator.MUL,
            OnnxOperator.DIV,
            OnnxOperator.SUB)
        .limits("block sizes have to be stored")
        .add("space_to_batch", Space::toBatch, OnnxOperator.PAD, OnnxOperator.MUL, OnnxOperator.DIV)
        .limits("paddings have to be stored")
        .add(
            "space_to_batch_nd",
            Space::toBatch,
            OnnxOperator.PAD,
            OnnxOperator.MUL,
            OnnxOperator.DIV)
        .limits("block sizes and paddings have to be stored")
        .add("dilation2d", Dilation::emit, Dilation.EMITS)
        .limits("known kernel size")
        .add("col2im", Deconvolution::image, OnnxOperator.CONV_TRANSPOSE, OnnxOperator.PAD)
        .limits("known sizes of the kernel and its positions")
        .add("space_to_depth", ConvolutionOperators::spaceToDepth, OnnxOperator.SPACE_TO_DEPTH)
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

  /** ONNX's order of channels is SameDiff's: (row, column, depth). */
  private static void spaceToDepth(Emission e) {
    boolean channelsLast = e.node().integer(1, 0) != 0;
    Value x = channelsLast ? e.channelsFirst(e.in(0)) : e.in(0);
    Value y =
        e.call(
            OnnxOperator.SPACE_TO_DEPTH, x, Attribute.whole("blocksize", e.node().integer(0, 1)));
    e.out(channelsLast ? e.channelsLast(y) : y);
  }
}
