package io.subpixel.converter.internal.operators.convolution;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorHandler;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * {@code deconv2d}, {@code deconv3d} and {@code deconv2d_tf} as <a
 * href="https://onnx.ai/onnx/operators/onnx__ConvTranspose.html">ConvTranspose</a>, opsets 11 and
 * 22 (the same for float32).
 *
 * <ul>
 *   <li>Weights: YXOI {@code [kH,kW,oC,iC]}, IOYX {@code [iC,oC,kH,kW]} or IYXO {@code
 *       [iC,kH,kW,oC]} become ONNX's {@code [iC,oC,kH,kW]}.
 *   <li>VALID crops the padding at both ends. SAME makes the input times the stride; where the
 *       kernel is smaller than the stride, zeros surround the result, which ONNX has no attribute
 *       for: a Pad node, and the bias after it.
 * </ul>
 */
final class Deconvolution {
  private Deconvolution() {}

  /** With as many axes of space. */
  static OperatorHandler of(int axes) {
    return e -> {
      Windows windows = Windows.of(e.node(), axes, e.in(1));
      long[] crops = new long[2 * axes];
      for (int a = 0; a < axes; a++) {
        Windows.Axis axis = windows.axes().get(a);
        long total =
            switch (windows.padding()) {
              case VALID -> 2 * axis.padding();
              case SAME -> axis.reach() + 1 - axis.stride();
              case CAUSAL ->
                  throw new UnsupportedNodeException("causal padding", "use VALID or SAME");
            };
        crops[a] = total / 2;
        crops[axes + a] = total - total / 2;
      }
      Optional<Value> bias = e.has(2) ? Optional.of(e.flat(2)) : Optional.empty();
      Value x = Convolution.input(e, 0, axes);
      Value y = spread(e, windows, x, Convolution.weights(e, 1, axes), bias, crops);
      e.out(Convolution.result(e, y, axes));
    };
  }

  /** The gradient of a convolution: the result's sizes come first, the input last. */
  static void toSizes(Emission e) {
    Windows windows = Windows.of(e.node(), 2, e.in(1));
    Value x = Convolution.input(e, 2, 2);
    long[] sizes = e.constants(0, "sizes of the result");
    boolean isFirst = e.node().integer(9, 0) == 0;
    long[] space = Arrays.copyOfRange(sizes, isFirst ? 2 : 1, isFirst ? 4 : 3);
    Value y =
        spread(
            e,
            windows,
            x,
            Convolution.weights(e, 1, 2),
            Optional.empty(),
            crops(windows, x, space));
    e.out(Convolution.result(e, y, 2));
  }

  /**
   * {@code col2im}, {@code [N,C,kH,kW,oH,oW]} to {@code [N,C,H,W]}: each element of the kernel is a
   * channel that goes to its place. The arguments are strides, paddings, the sizes of the result
   * and dilations.
   */
  static void image(Emission e) {
    long[] i = e.node().integers();
    Value x = e.in(0);
    for (int axis = 2; axis < 6; axis++) {
      if (!x.dim(axis).isFixed() || i.length < 8) {
        throw new UnsupportedNodeException(
            "a kernel or positions of unknown number", "give the input its sizes");
      }
    }
    List<Windows.Axis> axes = new ArrayList<>();
    for (int a = 0; a < 2; a++) {
      axes.add(new Windows.Axis(x.dim(2 + a).size(), i[a], i[2 + a], i[6 + a]));
    }
    Windows windows = new Windows(axes, Windows.Padding.VALID);
    long area = windows.area();
    long[] kernel = windows.kernel();
    Value merged =
        e.reshape(
            x,
            e.concat(0, e.vector(-1L), e.vector(area), e.vector(x.dim(4).size(), x.dim(5).size())));
    INDArray places =
        Nd4j.eye(area).castTo(DataType.FLOAT).reshape(area, 1, kernel[0], kernel[1]).dup('c');
    Value weights = e.cast(e.stored(places), merged.type());
    long[] space = {i[4], i[5]};
    Value y = spread(e, windows, merged, weights, Optional.empty(), crops(windows, merged, space));
    e.out(e.reshape(y, e.concat(0, e.sizesOf(x, 0, 1), e.vector(space))));
  }

  private static long[] crops(Windows windows, Value x, long[] space) {
    int axes = windows.axes().size();
    long[] crops = new long[2 * axes];
    for (int a = 0; a < axes; a++) {
      Windows.Axis axis = windows.axes().get(a);
      boolean isSame = windows.padding() == Windows.Padding.SAME;
      if (!x.dim(a + 2).isFixed()) {
        throw new UnsupportedNodeException(
            "an input of unknown size for a result of known size", "give the input its sizes");
      }
      long total = (x.dim(a + 2).size() - 1) * axis.stride() + axis.reach() + 1 - space[a];
      crops[a] = isSame ? total / 2 : axis.padding();
      crops[axes + a] = total - crops[a];
    }
    return crops;
  }

  private static Value spread(
      Emission e, Windows windows, Value x, Value weights, Optional<Value> bias, long[] crops) {
    boolean isCropped = Arrays.stream(crops).allMatch(crop -> crop >= 0);
    List<Attribute> attributes = new ArrayList<>(windows.attributes());
    List<Value> inputs = new ArrayList<>(List.of(x, weights));
    if (isCropped) {
      attributes.add(Attribute.wholes("pads", crops));
      bias.ifPresent(inputs::add);
    }
    Value y = e.call(OnnxOperator.CONV_TRANSPOSE, inputs, attributes.toArray(new Attribute[0]));
    if (isCropped) {
      return y;
    }
    int axes = windows.axes().size();
    LongStream none = LongStream.of(0, 0);
    LongStream begins = Arrays.stream(crops, 0, axes).map(crop -> -crop);
    LongStream ends = Arrays.stream(crops, axes, 2 * axes).map(crop -> -crop);
    long[] pads =
        LongStream.concat(
                LongStream.concat(none, begins), LongStream.concat(LongStream.of(0, 0), ends))
            .toArray();
    Value whole = e.pad(y, 0, pads);
    long[] perChannel = new long[axes + 1];
    Arrays.fill(perChannel, 1);
    perChannel[0] = -1;
    return bias.map(b -> e.add(whole, e.reshape(b, perChannel))).orElse(whole);
  }
}
