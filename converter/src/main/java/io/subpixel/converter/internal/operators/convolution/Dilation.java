package io.subpixel.converter.internal.operators.convolution;

import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code dilation2d}: the largest sum of a pixel and its weight in each window of {@code
 * [N,H,W,C]}, with weights {@code [kH,kW,C]}. ONNX has no such operator, so it is a maximum of
 * slices.
 */
final class Dilation {
  static final OnnxOperator[] EMITS = {
    OnnxOperator.MAX,
    OnnxOperator.ADD,
    OnnxOperator.SUB,
    OnnxOperator.MUL,
    OnnxOperator.DIV,
    OnnxOperator.PAD
  };

  private Dilation() {}

  /** The arguments are the mode, four rates and four strides, those of space in the middle. */
  static void emit(Emission e) {
    long[] i = e.node().integers();
    Value weights = e.cast(e.in(1), e.outType());
    if (i.length < 9 || !weights.dim(0).isFixed() || !weights.dim(1).isFixed()) {
      throw new UnsupportedNodeException(
          "a kernel or settings that aren't known", "store the weights, pass the settings");
    }
    List<Windows.Axis> axes = new ArrayList<>();
    for (int a = 0; a < 2; a++) {
      axes.add(new Windows.Axis(weights.dim(a).size(), i[6 + a], 0, i[2 + a]));
    }
    Windows windows = new Windows(axes, i[0] != 0 ? Windows.Padding.SAME : Windows.Padding.VALID);
    Value x = e.channelsFirst(e.cast(e.in(0), e.outType()));
    List<Value> views = windows.views(e, windows.padded(e, x, Double.NEGATIVE_INFINITY));
    Value flat = e.reshape(weights, windows.area(), -1, 1, 1);
    List<Value> sums = new ArrayList<>();
    for (int element = 0; element < views.size(); element++) {
      sums.add(e.add(views.get(element), e.slice(flat, 0, element, element + 1)));
    }
    e.out(e.channelsLast(sums.stream().reduce(e::max).orElseThrow()));
  }
}
