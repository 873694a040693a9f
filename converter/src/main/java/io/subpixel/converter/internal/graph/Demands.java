package io.subpixel.converter.internal.graph;

import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What operators demand of the sizes of their inputs. Told symbols, it learns which are one; told
 * numbers, it finds what wouldn't run.
 */
abstract class Demands {
  private static final String TIME = "T";

  private static final List<String> PICTURE = List.of("D", "H", "W");

  /** Two sizes that have to be equal. */
  abstract void same(Dim a, Dim b);

  /** Two sizes that have to be equal unless one of them is 1. */
  abstract void alike(Dim a, Dim b);

  /** A window of {@code reach} along an axis, which {@code padding} makes longer. */
  abstract void window(Dim size, long padding, long reach);

  /** As many elements on both sides. */
  abstract void count(List<Dim> one, List<Dim> other);

  /** What a size is usually called. */
  abstract void call(Dim dim, String role);

  /** Says all that one call demands. */
  final void of(Call call) {
    switch (call.operator()) {
      case MAT_MUL -> matMul(call.shape(0), call.shape(1));
      case GEMM ->
          same(
              call.shape(0).dim(call.whole("transA", 0) == 0 ? 1 : 0),
              call.shape(1).dim(call.whole("transB", 0) == 0 ? 0 : 1));
      case CONCAT -> concat(call);
      case CONV -> conv(call);
      case CONV_TRANSPOSE -> {
        spatial(call.shape(0));
        same(call.shape(0).dim(1), call.shape(1).dim(0));
      }
      case AVERAGE_POOL, MAX_POOL, LP_POOL -> {
        spatial(call.shape(0));
        windows(call, call.wholes("kernel_shape").orElseThrow());
      }
      case DEPTH_TO_SPACE, RESIZE, SPACE_TO_DEPTH, GLOBAL_AVERAGE_POOL, GLOBAL_MAX_POOL ->
          spatial(call.shape(0));
      case LSTM, GRU, RNN -> recurrent(call);
      case BATCH_NORMALIZATION, INSTANCE_NORMALIZATION -> {
        if (call.shape(0).rank() > 1) {
          same(call.shape(0).dim(1), call.shape(1).dim(0));
        }
      }
      case REVERSE_SEQUENCE ->
          same(call.shape(1).dim(0), call.shape(0).dim((int) call.whole("batch_axis", 1)));
      case GATHER -> {
        if (call.shape(0).rank() == 2 && call.shape(1).rank() == 2) {
          call(call.shape(1).dim(1), TIME);
        }
      }
      case RESHAPE -> reshape(call);
      case SPLIT -> split(call);
      default -> {
        if (call.operator().signature().broadcasts()) {
          IntStream.range(1, call.inputs().size())
              .forEach(i -> broadcast(call.shape(i - 1), call.shape(i)));
        }
      }
    }
  }

  private void broadcast(Shape a, Shape b) {
    for (int back = 1; back <= Math.min(a.rank(), b.rank()); back++) {
      alike(a.dim(a.rank() - back), b.dim(b.rank() - back));
    }
  }

  private void matMul(Shape a, Shape b) {
    if (a.rank() == 0 || b.rank() == 0) {
      return;
    }
    same(a.dim(a.rank() - 1), b.dim(Math.max(0, b.rank() - 2)));
    if (a.rank() > 2 && b.rank() > 2) {
      broadcast(
          new Shape(a.dims().subList(0, a.rank() - 2)),
          new Shape(b.dims().subList(0, b.rank() - 2)));
    }
  }

  private void concat(Call call) {
    Shape first = call.shape(0);
    int axis = call.axis("axis", 0, first.rank());
    for (int i = 1; i < call.inputs().size(); i++) {
      for (int other = 0; other < first.rank(); other++) {
        if (other != axis) {
          same(first.dim(other), call.shape(i).dim(other));
        }
      }
    }
  }

  private void conv(Call call) {
    Shape weights = call.shape(1);
    spatial(call.shape(0));
    if (weights.dim(1).isFixed()) {
      same(call.shape(0).dim(1), weights.dim(1).times(call.whole("group", 1)));
    }
    List<Dim> kernel = weights.dims().subList(2, weights.rank());
    if (kernel.stream().allMatch(Dim::isFixed)) {
      windows(call, kernel.stream().mapToLong(Dim::size).toArray());
    }
  }

  private void windows(Call call, long[] kernel) {
    if (call.text("auto_pad", "NOTSET").startsWith("SAME")) {
      return;
    }
    int axes = kernel.length;
    long[] dilations = call.wholes("dilations", axes, 1);
    long[] pads = call.wholes("pads", 2 * axes, 0);
    for (int i = 0; i < axes; i++) {
      window(
          call.shape(0).dim(i + 2), pads[i] + pads[i + axes], (kernel[i] - 1) * dilations[i] + 1);
    }
  }

  private void spatial(Shape pixels) {
    if (pixels.rank() == 3) {
      call(pixels.dim(2), TIME);
    }
    for (int axis = 2; pixels.rank() > 3 && axis < pixels.rank(); axis++) {
      call(pixels.dim(axis), PICTURE.get(Math.max(0, PICTURE.size() - pixels.rank() + axis)));
    }
  }

  private void recurrent(Call call) {
    Shape x = call.shape(0);
    int lengths = 4;
    call(x.dim(0), TIME);
    call(x.dim(1), "N");
    same(x.dim(2), call.shape(1).dim(2));
    if (call.has(lengths)) {
      same(x.dim(1), call.shape(lengths).dim(0));
    }
    for (int state = lengths + 1; state <= lengths + 2; state++) {
      if (call.has(state) && call.shape(state).rank() == 3) {
        same(x.dim(1), call.shape(state).dim(1));
      }
    }
  }

  private void reshape(Call call) {
    boolean isAllKnown =
        call.contents(1)
            .map(dims -> dims.stream().allMatch(dim -> dim.isFixed() && !dim.is(0)))
            .orElse(false);
    if (isAllKnown) {
      count(call.shape(0).dims(), call.contents(1).orElseThrow());
    } else if (call.numbers(1).isPresent()) {
      long[] sizes = call.numbers(1).orElseThrow();
      // What is left has to divide the rest.
      boolean isOpen = Arrays.stream(sizes).filter(size -> size == -1).count() == 1;
      if (isOpen && Arrays.stream(sizes).allMatch(size -> size == -1 || size > 0)) {
        divides(call.shape(0).dims(), Arrays.stream(sizes).filter(size -> size > 0));
      }
    }
  }

  private void divides(List<Dim> dims, java.util.stream.LongStream parts) {
    if (dims.stream().allMatch(Dim::isFixed)) {
      long all = dims.stream().mapToLong(Dim::size).reduce(1, Math::multiplyExact);
      long part = parts.reduce(1, Math::multiplyExact);
      if (all % part != 0) {
        count(dims, List.of(Dim.of(part)));
      }
    }
  }

  private void split(Call call) {
    int axis = call.axis("axis", 0, call.shape(0).rank());
    call.numbers(1)
        .ifPresent(parts -> same(call.shape(0).dim(axis), Dim.of(Arrays.stream(parts).sum())));
  }
}
