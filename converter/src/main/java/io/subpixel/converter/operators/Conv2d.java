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
  private static final int[] TO_NCHW = {0, 3, 1, 2};
  private static final int[] TO_NHWC = {0, 2, 3, 1};

  /** What the native operator is told of one axis. */
  private record Axis(long kernel, long stride, long padding, long dilation) {
    /** How many pixels the kernel spans beside its first. */
    long reach() {
      return (kernel - 1) * dilation;
    }
  }

  /** The native operator's integers. */
  private record Arguments(Axis height, Axis width, long mode, boolean channelsLast, long format) {
    static Arguments of(Node node) {
      long[] i = node.integers();
      return new Arguments(
          new Axis(i[0], i[2], i[4], i[6]),
          new Axis(i[1], i[3], i[5], i[7]),
          i[8],
          i[9] != 0,
          i.length > ARGUMENTS_WITHOUT_FORMAT ? i[ARGUMENTS_WITHOUT_FORMAT] : 0);
    }

    boolean isSame() {
      return mode == SAME;
    }

    boolean isStrided() {
      return height.stride > 1 || width.stride > 1;
    }

    boolean isDilated() {
      return height.dilation > 1 || width.dilation > 1;
    }
  }

  @Override
  public List<OnnxOperator> emits() {
    return List.of(OnnxOperator.CONV, OnnxOperator.TRANSPOSE);
  }

  @Override
  public String limits() {
    return "no causal padding; SAME with stride and dilation both above 1 is refused";
  }

  @Override
  public Optional<Refusal> check(Node node, Network network) {
    if (node.integers().length < ARGUMENTS_WITHOUT_FORMAT) {
      return Optional.of(
          new Refusal(
              "fewer than " + ARGUMENTS_WITHOUT_FORMAT + " integer arguments",
              "make it with a Conv2DConfig"));
    }
    Arguments arguments = Arguments.of(node);
    if (arguments.mode != VALID && arguments.mode != SAME) {
      return Optional.of(new Refusal("causal padding", "pad first, then convolve with VALID"));
    } else if (arguments.format < 0 || arguments.format > 2) {
      return Optional.of(
          new Refusal("weight format " + arguments.format, "use YXIO, OIYX or OYXI"));
    } else if (arguments.isSame() && arguments.isStrided() && arguments.isDilated()) {
      return Optional.of(
          new Refusal(
              "SAME padding with stride and dilation both above 1", "use VALID with padding"));
    } else if (arguments.height.kernel < 1 || arguments.width.kernel < 1) {
      return Optional.of(new Refusal("a kernel of unknown size", "set kH and kW"));
    } else if (node.inputs().size() > 2) {
      String bias = node.inputs().get(2);
      boolean isFlat = network.sizes(bias).map(sizes -> sizes.length == 1).orElse(true);
      if (!isFlat && network.stored(bias).isEmpty()) {
        return Optional.of(new Refusal("a bias that is an input of rank 2", "give it rank 1"));
      }
    }
    return Optional.empty();
  }

  @Override
  public void emit(Node node, Emission emission) {
    Arguments arguments = Arguments.of(node);
    boolean channelsLast = arguments.channelsLast;
    String image = emission.value(node.inputs().get(0));
    if (channelsLast) {
      image = emission.transpose(image, emission.fresh(node.name() + "_nchw"), TO_NCHW);
    }
    String weights = weights(node.inputs().get(1), arguments.format, emission);
    List<String> inputs = new ArrayList<>(List.of(image, weights));
    if (node.inputs().size() > 2) {
      inputs.add(emission.vector(node.inputs().get(2)));
    }

    String output = channelsLast ? emission.fresh(node.output() + "_nchw") : node.output();
    Shape in = emission.shape(image);
    Axis height = arguments.height;
    Axis width = arguments.width;
    String hint = node.output() + "_d";
    int first = channelsLast ? 1 : 2;
    Shape out =
        Shape.of(
            in.dim(0),
            emission.shape(weights).dim(0),
            resized(in.dim(2), height, arguments.isSame(), hint + first),
            resized(in.dim(3), width, arguments.isSame(), hint + (first + 1)));
    emission.node(
        OnnxOperator.CONV,
        output,
        out,
        inputs,
        Attribute.wholes("kernel_shape", height.kernel, width.kernel),
        Attribute.wholes("strides", height.stride, width.stride),
        Attribute.wholes("dilations", height.dilation, width.dilation),
        padding(arguments));
    if (channelsLast) {
      emission.transpose(output, node.output(), TO_NHWC);
    }
  }

  private static String weights(String variable, long format, Emission emission) {
    return switch ((int) format) {
      case 0 -> emission.transposed(variable, "oihw", 3, 2, 0, 1);
      case 1 -> emission.value(variable);
      default -> emission.transposed(variable, "oihw", 0, 3, 1, 2);
    };
  }

  private static Attribute padding(Arguments arguments) {
    Axis height = arguments.height;
    Axis width = arguments.width;
    if (!arguments.isSame()) {
      return Attribute.wholes("pads", height.padding, width.padding, height.padding, width.padding);
    } else if (arguments.isStrided()) {
      return Attribute.text("auto_pad", "SAME_UPPER");
    }
    long top = height.reach() / 2;
    long left = width.reach() / 2;
    return Attribute.wholes("pads", top, left, height.reach() - top, width.reach() - left);
  }

  private static Dim resized(Dim size, Axis axis, boolean isSame, String hint) {
    // The number of places that the kernel can take: one, and one more for each whole stride.
    long more = isSame ? -1 : 2 * axis.padding - axis.reach() - 1;
    if (axis.stride == 1 && more == -1) {
      return size;
    } else if (size instanceof Dim.Fixed fixed) {
      return Dim.of(Math.max(0, Math.floorDiv(fixed.size() + more, axis.stride) + 1));
    }
    return Dim.named(hint);
  }
}
