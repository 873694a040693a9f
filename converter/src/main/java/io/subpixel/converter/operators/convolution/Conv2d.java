package io.subpixel.converter.operators.convolution;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorHandler;
import io.subpixel.converter.operators.UnsupportedNodeException;
import io.subpixel.converter.source.Node;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code conv2d} as <a href="https://onnx.ai/onnx/operators/onnx__Conv.html">Conv</a>, opsets 11
 * and 22 (the same for float32).
 *
 * <ul>
 *   <li>Input: NCHW as it is; NHWC between two Transpose nodes.
 *   <li>Weights: YXIO {@code [kH,kW,iC,oC]}, OIYX {@code [oC,iC,kH,kW]} or OYXI {@code
 *       [oC,kH,kW,iC]} become ONNX's {@code [oC,iC,kH,kW]}. Stored weights are transposed at
 *       export; weights that are inputs or computed, by a Transpose node.
 *   <li>Padding: VALID with SameDiff's explicit {@code pH,pW} on both sides becomes {@code pads}.
 *       SAME with stride 1 doesn't depend on the input's size and becomes {@code pads} too, the odd
 *       one at the end. SAME with a larger stride does, and becomes {@code auto_pad} {@code
 *       SAME_UPPER}, which is SameDiff's and TensorFlow's SAME.
 * </ul>
 */
final class Conv2d implements OperatorHandler {
  private static final int ARGUMENTS_WITHOUT_FORMAT = 10;
  private static final int VALID = 0;
  private static final int SAME = 1;

  /** What the native operator is told of one axis. */
  private record Axis(long kernel, long stride, long padding, long dilation) {
    /** How many pixels the kernel spans beside its first. */
    long reach() {
      return (kernel - 1) * dilation;
    }
  }

  @Override
  public void emit(Emission e) {
    Node node = e.node();
    if (node.integers().length < ARGUMENTS_WITHOUT_FORMAT) {
      throw new UnsupportedNodeException(
          "fewer than " + ARGUMENTS_WITHOUT_FORMAT + " integer arguments",
          "make it with a Conv2DConfig");
    }
    long[] i = node.integers();
    Axis height = new Axis(i[0], i[2], i[4], i[6]);
    Axis width = new Axis(i[1], i[3], i[5], i[7]);
    Attribute padding = padding(height, width, i[8]);
    boolean channelsLast = i[9] != 0;

    List<Value> inputs = new ArrayList<>();
    inputs.add(channelsLast ? e.channelsFirst(e.in(0)) : e.in(0));
    inputs.add(weights(e, node.integer(ARGUMENTS_WITHOUT_FORMAT, 0)));
    if (e.has(2)) {
      inputs.add(e.vector(2));
    }
    Value y =
        e.call(
            OnnxOperator.CONV,
            inputs,
            Attribute.wholes("kernel_shape", height.kernel, width.kernel),
            Attribute.wholes("strides", height.stride, width.stride),
            Attribute.wholes("dilations", height.dilation, width.dilation),
            padding);
    e.out(channelsLast ? e.channelsLast(y) : y);
  }

  private static Value weights(Emission e, long format) {
    return switch ((int) format) {
      case 0 -> e.transposed(1, 3, 2, 0, 1);
      case 1 -> e.in(1);
      case 2 -> e.transposed(1, 0, 3, 1, 2);
      default ->
          throw new UnsupportedNodeException("weight format " + format, "use YXIO, OIYX or OYXI");
    };
  }

  private static Attribute padding(Axis height, Axis width, long mode) {
    boolean isStrided = height.stride > 1 || width.stride > 1;
    boolean isDilated = height.dilation > 1 || width.dilation > 1;
    if (height.kernel < 1 || width.kernel < 1) {
      throw new UnsupportedNodeException("a kernel of unknown size", "set kH and kW");
    } else if (mode == VALID) {
      return Attribute.wholes("pads", height.padding, width.padding, height.padding, width.padding);
    } else if (mode != SAME) {
      throw new UnsupportedNodeException("causal padding", "pad first, then convolve with VALID");
    } else if (isStrided && isDilated) {
      throw new UnsupportedNodeException(
          "SAME padding with stride and dilation both above 1", "use VALID with padding");
    } else if (isStrided) {
      return Attribute.text("auto_pad", "SAME_UPPER");
    }
    long top = height.reach() / 2;
    long left = width.reach() / 2;
    return Attribute.wholes("pads", top, left, height.reach() - top, width.reach() - left);
  }
}
