package io.subpixel.converter.internal.operators.pooling;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.internal.operators.convolution.Windows;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorHandler;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;

/**
 * Pooling as <a href="https://onnx.ai/onnx/operators/onnx__MaxPool.html">MaxPool</a> and <a
 * href="https://onnx.ai/onnx/operators/onnx__AveragePool.html">AveragePool</a> of channels first.
 * Padding that these don't take is a Pad node; an average of a dilated window, which AveragePool
 * has had only since opset 19, is a sum of slices.
 */
public final class PoolingOperators {
  private PoolingOperators() {}

  /** Adds them. */
  public static void register(OperatorRegistry.Builder registry) {
    registry
        .add("maxpool2d", max(2), Windows.emits(OnnxOperator.MAX_POOL))
        .add(
            "max_pool_with_argmax",
            PoolingOperators::withIndices,
            Windows.emits(OnnxOperator.MAX_POOL, OnnxOperator.REDUCE_PROD))
        .limits("SAME padding without strides, for SameDiff gives results the size of the input")
        .add("maxpool3dnew", max(3), Windows.emits(OnnxOperator.MAX_POOL))
        .add("avgpool2d", average(2), Windows.emits(OnnxOperator.AVERAGE_POOL))
        .add("avgpool3dnew", average(3), Windows.emits(OnnxOperator.AVERAGE_POOL));
  }

  private static OperatorHandler max(int axes) {
    return e -> result(e, axes, max(e, Windows.of(e.node(), axes), input(e, axes)));
  }

  private static Value max(Emission e, Windows windows, Value in) {
    Value x = OnnxOperator.MAX_POOL.runs(in.type()) ? in : e.cast(in, ElementType.DOUBLE);
    Optional<long[]> pads = attribute(windows, x);
    // MaxPool ignores what it pads itself.
    Value source = pads.isPresent() ? x : windows.padded(e, x, lowest(x.type()));
    List<Attribute> attributes = new ArrayList<>(windows.attributes());
    pads.ifPresent(known -> attributes.add(Attribute.wholes("pads", known)));
    return e.call(OnnxOperator.MAX_POOL, source, attributes.toArray(new Attribute[0]));
  }

  /**
   * Channels come first whatever the layout says, and the indices are those of the result's own
   * elements in each example, as SameDiff fills them in.
   */
  private static void withIndices(Emission e) {
    Windows windows = Windows.of(e.node(), 2);
    boolean isKept =
        windows.padding() == Windows.Padding.SAME
            && Arrays.stream(windows.strides()).allMatch(stride -> stride == 1);
    if (!isKept) {
      throw new UnsupportedNodeException(
          "a result smaller than the input, which SameDiff leaves in a larger one",
          "use SAME padding and strides of 1");
    }
    Value x = e.in(0);
    Value one = e.index(1);
    Value numbers = e.range(e.index(0), e.count(x, 1, 2, 3), one);
    Value each = e.reshape(numbers, e.concat(0, e.vector(1L), e.sizesOf(x, 1, 2, 3)));
    e.out(max(e, windows, x), e.expand(each, e.shapeOf(x)));
  }

  private static double lowest(ElementType type) {
    return switch (type) {
      case UINT8 -> 0;
      case INT8 -> Byte.MIN_VALUE;
      default -> Double.NEGATIVE_INFINITY;
    };
  }

  private static OperatorHandler average(int axes) {
    return e -> {
      Windows windows = Windows.of(e.node(), axes);
      boolean isPaddingCounted = e.node().integer(4 * axes + 1, 0) != 0;
      Value x = input(e, axes);
      Optional<long[]> pads = attribute(windows, x);
      if (pads.isPresent() && !windows.isDilated()) {
        Value y =
            e.call(
                OnnxOperator.AVERAGE_POOL,
                x,
                Attribute.wholes("kernel_shape", windows.kernel()),
                Attribute.wholes("strides", windows.strides()),
                Attribute.wholes("pads", pads.get()),
                Attribute.whole("count_include_pad", isPaddingCounted ? 1 : 0));
        result(e, axes, y);
        return;
      }
      Value mean = mean(e, windows, windows.padded(e, x, 0));
      if (!isPaddingCounted) {
        Value ones = e.fill(e.shapeOf(x), x.type(), 1);
        mean = e.div(mean, mean(e, windows, windows.padded(e, ones, 0)));
      }
      result(e, axes, mean);
    };
  }

  private static Value mean(Emission e, Windows windows, Value padded) {
    if (windows.isDilated()) {
      BinaryOperator<Value> sum = e::add;
      Value whole = windows.views(e, padded).stream().reduce(sum).orElseThrow();
      return e.div(whole, (double) windows.area());
    }
    return e.call(
        OnnxOperator.AVERAGE_POOL,
        padded,
        Attribute.wholes("kernel_shape", windows.kernel()),
        Attribute.wholes("strides", windows.strides()));
  }

  /** What can be padded by the operator itself: ONNX Runtime wants less than the kernel. */
  private static Optional<long[]> attribute(Windows windows, Value x) {
    long least = Arrays.stream(windows.kernel()).min().orElse(0);
    return windows
        .pads(x)
        .filter(pads -> Arrays.stream(pads).allMatch(pad -> pad == 0 || (pad > 0 && pad < least)));
  }

  // The argument before the layout says how an average is divided.
  private static boolean isChannelsLast(Emission e, int axes) {
    return e.node().integer(4 * axes + 2, 0) != 0;
  }

  private static Value input(Emission e, int axes) {
    return isChannelsLast(e, axes) ? e.channelsFirst(e.in(0)) : e.in(0);
  }

  private static void result(Emission e, int axes, Value y) {
    e.out(isChannelsLast(e, axes) ? e.channelsLast(y) : y);
  }
}
