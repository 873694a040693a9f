package io.subpixel.converter.internal.operators.convolution;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.UnsupportedNodeException;
import io.subpixel.converter.source.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * How a kernel slides over the axes of space, outermost first. SameDiff's SAME puts the odd pixel
 * at the end, as ONNX's SAME_UPPER does; but where the stride exceeds the kernel it cuts pixels off
 * at both ends, which ONNX doesn't.
 *
 * @param axes one for each axis of space
 * @param padding what is put around them
 */
public record Windows(List<Axis> axes, Padding padding) {
  /** What is put around the picture. */
  public enum Padding {
    /** The same number of pixels at both ends. */
    VALID,
    /** What makes the result as large as the input, divided by the stride. */
    SAME,
    /** All of it in front, so that no result sees what comes after it. */
    CAUSAL
  }

  /** What the native operator is told of one axis. */
  public record Axis(long kernel, long stride, long padding, long dilation) {
    /** How many pixels the kernel spans beside its first. */
    public long reach() {
      return (kernel - 1) * dilation;
    }
  }

  /** Of one window: each element becomes nodes of its own. */
  private static final long MOST_VIEWS = 1 << 14;

  /** Copies the list. */
  public Windows {
    axes = List.copyOf(axes);
  }

  /**
   * The operators that windows may become.
   *
   * @param essential what is computed in each window
   * @param more what else its user emits
   */
  public static OnnxOperator[] emits(OnnxOperator essential, OnnxOperator... more) {
    return Stream.of(
            Stream.of(essential, OnnxOperator.PAD),
            Stream.of(OnnxOperator.ADD, OnnxOperator.SUB, OnnxOperator.MUL, OnnxOperator.DIV),
            Arrays.stream(more))
        .flatMap(Function.identity())
        .toArray(OnnxOperator[]::new);
  }

  /**
   * Those of a native operator, whose arguments are kernels, strides, paddings and dilations of
   * {@code count} axes, then the mode.
   *
   * @throws UnsupportedNodeException if it has fewer, or the kernel's size isn't among them
   */
  public static Windows of(Node node, int count) {
    return told(node, count).checked();
  }

  /**
   * The same of an operator with weights. Where no size of the kernel is told, as imports from
   * TensorFlow leave it, SameDiff takes it from the first axes of the weights, whatever their
   * format.
   *
   * @throws UnsupportedNodeException if it has fewer arguments, or neither tells the kernel's size
   */
  public static Windows of(Node node, int count, Value weights) {
    Windows told = told(node, count);
    List<Axis> axes = new ArrayList<>();
    for (int a = 0; a < count; a++) {
      Axis axis = told.axes.get(a);
      boolean isStored = axis.kernel < 1 && a < weights.rank() && weights.dim(a).isFixed();
      axes.add(
          isStored
              ? new Axis(weights.dim(a).size(), axis.stride, axis.padding, axis.dilation)
              : axis);
    }
    return new Windows(axes, told.padding).checked();
  }

  private static Windows told(Node node, int count) {
    long[] i = node.integers();
    if (i.length <= 4 * count) {
      throw new UnsupportedNodeException(
          "fewer than %d integer arguments".formatted(4 * count + 1), "make it with its config");
    }
    List<Axis> axes = new ArrayList<>();
    for (int a = 0; a < count; a++) {
      axes.add(new Axis(i[a], i[count + a], i[2 * count + a], i[3 * count + a]));
    }
    long mode = i[4 * count];
    if (mode < 0 || mode > 2) {
      throw new UnsupportedNodeException("padding mode " + mode, "use VALID, SAME or CAUSAL");
    }
    Padding padding = mode == 0 ? Padding.VALID : mode == 1 ? Padding.SAME : Padding.CAUSAL;
    return new Windows(axes, padding);
  }

  private Windows checked() {
    if (axes.stream().anyMatch(axis -> axis.kernel < 1)) {
      throw new UnsupportedNodeException(
          "a kernel of unknown size", "set it in the config, or give the weights their sizes");
    }
    return this;
  }

  /** The sizes of the kernel. */
  public long[] kernel() {
    return each(Axis::kernel);
  }

  /** The product of the sizes of the kernel. */
  public long area() {
    return Arrays.stream(kernel()).reduce(1, Math::multiplyExact);
  }

  /** The steps of the kernel. */
  public long[] strides() {
    return each(Axis::stride);
  }

  /** The distances of the kernel's elements. */
  public long[] dilations() {
    return each(Axis::dilation);
  }

  /** Whether the kernel has gaps. */
  public boolean isDilated() {
    return axes.stream().anyMatch(axis -> axis.dilation > 1);
  }

  private long[] each(ToLongFunction<Axis> what) {
    return axes.stream().mapToLong(what).toArray();
  }

  /** The attributes that Conv and its like share, without the padding. */
  public List<Attribute> attributes() {
    return List.of(
        Attribute.wholes("kernel_shape", kernel()),
        Attribute.wholes("strides", strides()),
        Attribute.wholes("dilations", dilations()));
  }

  /**
   * What is put around {@code x}, all begins first, then all ends; below 0 where pixels are cut
   * off. Empty if it depends on sizes that are unknown.
   *
   * @param x {@code [N,C,...]}
   */
  public Optional<long[]> pads(Value x) {
    int count = axes.size();
    long[] pads = new long[2 * count];
    for (int a = 0; a < count; a++) {
      Axis axis = axes.get(a);
      Dim size = x.dim(a + 2);
      if (padding == Padding.SAME && axis.stride > 1 && !size.isFixed()) {
        return Optional.empty();
      }
      switch (padding) {
        case VALID -> {
          pads[a] = axis.padding;
          pads[count + a] = axis.padding;
        }
        case CAUSAL -> pads[a] = axis.reach();
        case SAME -> {
          long total = axis.reach();
          if (axis.stride > 1) {
            long steps = (size.size() + axis.stride - 1) / axis.stride - 1;
            total += steps * axis.stride + 1 - size.size();
          }
          pads[a] = total / 2;
          pads[count + a] = total - total / 2;
        }
      }
    }
    return Optional.of(pads);
  }

  /** Refuses an input that has fewer or more axes. */
  static void requireRank(Value x, int least, int most) {
    if (x.rank() < least || x.rank() > most) {
      throw new UnsupportedNodeException(
          "an input " + x.shape() + " where " + least + " axes are read",
          "give it as many as its operator takes");
    }
  }

  /**
   * {@code x} with all that is put around it.
   *
   * @param x {@code [N,C,...]}
   * @param fill what it is surrounded by
   */
  public Value padded(Emission e, Value x, double fill) {
    int count = axes.size();
    requireRank(x, count + 2, count + 2);
    Optional<long[]> pads = pads(x);
    if (pads.isPresent()) {
      long[] all = new long[2 * x.rank()];
      System.arraycopy(pads.get(), 0, all, 2, count);
      System.arraycopy(pads.get(), count, all, x.rank() + 2, count);
      return e.pad(x, fill, all);
    }
    Value sizes = e.sizesOf(x, IntStream.range(2, x.rank()).toArray());
    Value strides = e.vector(strides());
    Value steps = e.div(e.add(sizes, e.vector(each(axis -> axis.stride - 1))), strides);
    Value span = e.add(e.mul(e.sub(steps, 1), strides), e.vector(each(axis -> axis.reach() + 1)));
    Value total = e.sub(span, sizes);
    Value begin = e.div(total, 2);
    Value none = e.vector(0, 0);
    return e.pad(x, fill, e.concat(0, none, begin, none, e.sub(total, begin)));
  }

  /**
   * What each element of the kernel sees, row by row, each as large as the result.
   *
   * @param padded {@code [N,C,...]}, with what is put around it
   */
  public List<Value> views(Emission e, Value padded) {
    if (axes.stream().anyMatch(axis -> axis.kernel < 1 || axis.kernel > MOST_VIEWS)
        || area() > MOST_VIEWS) {
      throw new UnsupportedNodeException(
          "a window of " + Arrays.toString(kernel()),
          "use one of 1 to " + MOST_VIEWS + " elements");
    }
    List<Value> views = new ArrayList<>();
    long[] along = LongStream.range(2, 2 + axes.size()).toArray();
    for (long element = 0; element < area(); element++) {
      long[] from = new long[axes.size()];
      long[] to = new long[axes.size()];
      long rest = element;
      for (int a = axes.size() - 1; a >= 0; a--) {
        Axis axis = axes.get(a);
        from[a] = rest % axis.kernel * axis.dilation;
        // Counted from the end, so that unknown sizes don't matter; 0 would be the beginning.
        to[a] = from[a] == axis.reach() ? Long.MAX_VALUE : from[a] - axis.reach();
        rest /= axis.kernel;
      }
      views.add(
          e.slice(padded, e.vector(from), e.vector(to), e.vector(along), e.vector(strides())));
    }
    return views;
  }
}
