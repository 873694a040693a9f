package io.subpixel.converter.internal.operators.convolution;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorHandler;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * {@code conv1d}, {@code conv2d}, {@code conv3dnew}, {@code depthwise_conv2d} and {@code sconv2d}
 * as <a href="https://onnx.ai/onnx/operators/onnx__Conv.html">Conv</a>, opsets 11 and 22 (the same
 * for float32).
 *
 * <ul>
 *   <li>Input: channels first as it is; channels last between two Transpose nodes.
 *   <li>Weights: YXIO {@code [kH,kW,iC,oC]}, OIYX {@code [oC,iC,kH,kW]} or OYXI {@code
 *       [oC,kH,kW,iC]} and their likes of one and three axes become ONNX's {@code [oC,iC,kH,kW]}.
 *       Stored weights are transposed at export, others by a Transpose node.
 *   <li>Depthwise weights have the multiplier for oC; they become {@code [iC*mC,1,kH,kW]} in as
 *       many groups as there are channels.
 *   <li>Padding: {@code pads} where it is known at export. SAME with a stride and unknown sizes is
 *       computed for a Pad node: ONNX Runtime's {@code auto_pad} doesn't see the dilation.
 * </ul>
 */
final class Convolution {
  private Convolution() {}

  /** With as many axes of space. */
  static OperatorHandler of(int axes) {
    return e -> {
      Windows windows = Windows.of(e.node(), axes, e.in(1));
      Value weights = weights(e, 1, axes);
      Optional<Value> bias = e.has(2) ? Optional.of(e.flat(2)) : Optional.empty();
      Value y = convolve(e, windows, input(e, 0, axes), weights, bias, 1);
      e.out(result(e, y, axes));
    };
  }

  /** Each channel by itself. */
  static void depthwise(Emission e) {
    Optional<Value> bias = e.has(2) ? Optional.of(e.flat(2)) : Optional.empty();
    e.out(result(e, depthwise(e, bias), 2));
  }

  /** Each channel by itself, then each pixel by itself. */
  static void separable(Emission e) {
    boolean isPointwise = e.has(2) && e.in(2).rank() > 2;
    int last = isPointwise ? 3 : 2;
    Optional<Value> bias = e.has(last) ? Optional.of(e.flat(last)) : Optional.empty();
    if (!isPointwise) {
      e.out(result(e, depthwise(e, bias), 2));
      return;
    }
    Windows.Axis one = new Windows.Axis(1, 1, 0, 1);
    Windows pixel = new Windows(List.of(one, one), Windows.Padding.VALID);
    Value each = depthwise(e, Optional.empty());
    e.out(result(e, convolve(e, pixel, each, weights(e, 2, 2), bias, 1), 2));
  }

  private static Value depthwise(Emission e, Optional<Value> bias) {
    Windows windows = Windows.of(e.node(), 2, e.in(1));
    Value x = input(e, 0, 2);
    Value byChannel =
        switch (format(e, 2)) {
          case 0 -> e.transposed(1, 2, 3, 0, 1);
          case 1 -> e.transposed(1, 1, 0, 2, 3);
          default -> e.transposed(1, 3, 0, 1, 2);
        };
    Dim channels = x.dim(1).isFixed() ? x.dim(1) : byChannel.dim(0);
    if (!channels.isFixed()) {
      throw new UnsupportedNodeException(
          "an unknown number of channels", "give the input or the weights their sizes");
    }
    long[] kernel = windows.kernel();
    Value weights = e.reshape(byChannel, -1, 1, kernel[0], kernel[1]);
    return convolve(e, windows, x, weights, bias, channels.size());
  }

  private static Value convolve(
      Emission e, Windows windows, Value x, Value weights, Optional<Value> bias, long groups) {
    Optional<long[]> pads =
        windows.pads(x).filter(known -> Arrays.stream(known).allMatch(pad -> pad >= 0));
    List<Attribute> attributes = new ArrayList<>(windows.attributes());
    attributes.add(Attribute.whole("group", groups));
    pads.ifPresent(known -> attributes.add(Attribute.wholes("pads", known)));
    List<Value> inputs = new ArrayList<>();
    inputs.add(pads.isPresent() ? x : windows.padded(e, x, 0));
    inputs.add(weights);
    bias.ifPresent(inputs::add);
    return e.call(OnnxOperator.CONV, inputs, attributes.toArray(new Attribute[0]));
  }

  /** An input as {@code [N,C,...]}. */
  static Value input(Emission e, int index, int axes) {
    return isChannelsLast(e, axes) ? e.channelsFirst(e.in(index)) : e.in(index);
  }

  /** A result in the layout of the input. */
  static Value result(Emission e, Value y, int axes) {
    return isChannelsLast(e, axes) ? e.channelsLast(y) : y;
  }

  private static boolean isChannelsLast(Emission e, int axes) {
    return e.node().integer(4 * axes + 1, 0) != 0;
  }

  private static int format(Emission e, int axes) {
    long format = e.node().integer(4 * axes + 2, 0);
    if (format < 0 || format > 2) {
      throw new UnsupportedNodeException("weight format " + format, "use YXIO, OIYX or OYXI");
    }
    return (int) format;
  }

  /** Weights as {@code [O,I,...]}; of a transposed convolution, {@code [I,O,...]}. */
  static Value weights(Emission e, int index, int axes) {
    IntStream order =
        switch (format(e, axes)) {
          case 0 -> IntStream.concat(IntStream.of(axes + 1, axes), IntStream.range(0, axes));
          case 1 -> IntStream.range(0, axes + 2);
          default -> IntStream.concat(IntStream.of(0, axes + 1), IntStream.range(1, axes + 1));
        };
    return e.transposed(index, order.toArray());
  }
}
