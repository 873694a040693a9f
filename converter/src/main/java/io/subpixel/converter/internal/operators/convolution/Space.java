package io.subpixel.converter.internal.operators.convolution;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorHandler;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * What moves pixels between space, batch and windows without computing: {@code upsampling2d},
 * {@code upsampling3d}, {@code batch_to_space}, {@code im2col} and {@code extract_image_patches},
 * as Reshape, Transpose, Expand and Slice of any element type. <a
 * href="https://onnx.ai/onnx/operators/onnx__Resize.html">Resize</a> would need floats.
 */
final class Space {
  private Space() {}

  /** Each pixel repeated. */
  static OperatorHandler upsampling(int axes) {
    return e -> {
      long[] factors = Arrays.copyOf(e.node().integers(), axes);
      Value x = e.in(0);
      Windows.requireRank(x, axes + 2, axes + 2);
      int first = e.node().integer(axes, 0) != 0 ? 2 : 1;
      long[] repeats = new long[x.rank() + axes];
      Arrays.fill(repeats, 1);
      long[] grown = new long[x.rank()];
      Arrays.fill(grown, 1);
      int[] added = new int[axes];
      for (int a = 0; a < axes; a++) {
        added[a] = first + 2 * a + 1;
        repeats[added[a]] = factors[a];
        grown[first + a] = factors[a];
      }
      Value repeated = e.expand(e.unsqueeze(x, added), e.vector(repeats));
      e.out(e.reshape(repeated, e.mul(e.shapeOf(x), e.vector(grown))));
    };
  }

  /** Batches {@code [row, column, N]} become blocks of the middle axes. */
  static void toSpace(Emission e) {
    boolean isSquare = e.inputCount() == 2;
    long[] blocks = blocks(e);
    int crops = isSquare ? 1 : 2;
    int count = blocks.length;
    Value x = e.in(0);
    Windows.requireRank(x, count + 1, Integer.MAX_VALUE);
    int[] others = IntStream.range(1, x.rank()).toArray();
    long area = Arrays.stream(blocks).reduce(1, Math::multiplyExact);
    Value batch = e.div(e.sizeOf(x, 0), e.vector(area));
    Value cut = e.reshape(x, e.concat(0, e.vector(blocks), batch, e.sizesOf(x, others)));
    IntStream order = IntStream.of(count);
    for (int a = 0; a < count; a++) {
      order = IntStream.concat(order, IntStream.of(count + 1 + a, a));
    }
    order = IntStream.concat(order, IntStream.range(2 * count + 1, x.rank() + count));
    long[] grown = new long[others.length];
    Arrays.fill(grown, 1);
    System.arraycopy(blocks, 0, grown, 0, count);
    Value y =
        e.reshape(
            e.transpose(cut, order.toArray()),
            e.concat(0, batch, e.mul(e.sizesOf(x, others), e.vector(grown))));
    e.out(
        e.stored(crops).isPresent()
            ? cropped(e, y, e.constants(crops, "crops"))
            : cropped(e, y, crops, count));
  }

  private static Value cropped(Emission e, Value x, long[] crops) {
    Value y = x;
    for (int a = 0; a < crops.length / 2; a++) {
      if (crops[2 * a] != 0 || crops[2 * a + 1] != 0) {
        long to = crops[2 * a + 1] == 0 ? Long.MAX_VALUE : -crops[2 * a + 1];
        y = e.slice(y, 1 + a, crops[2 * a], to);
      }
    }
    return y;
  }

  /** By an input {@code [axes,2]}. */
  private static Value cropped(Emission e, Value x, int crops, int count) {
    int[] axes = IntStream.rangeClosed(1, count).toArray();
    Value both = e.cast(e.in(crops), ElementType.INT64);
    Value from = e.gather(both, e.index(0), 1);
    Value to = e.sub(e.sizesOf(x, axes), e.gather(both, e.index(1), 1));
    return e.slice(
        x,
        from,
        to,
        e.vector(Arrays.stream(axes).asLongStream().toArray()),
        e.vector(LongStream.generate(() -> 1).limit(count).toArray()));
  }

  /** Blocks of the middle axes become batches {@code [row, column, N]}. */
  static void toBatch(Emission e) {
    long[] blocks = blocks(e);
    long[] pads = e.constants(e.inputCount() == 2 ? 1 : 2, "paddings");
    int count = blocks.length;
    Windows.requireRank(e.in(0), count + 1, Integer.MAX_VALUE);
    if (pads.length != 2 * count) {
      throw new UnsupportedNodeException(
          "%d paddings of %d axes".formatted(pads.length, count), "give two for each axis");
    }
    int rank = e.in(0).rank();
    long[] around = new long[2 * rank];
    for (int a = 0; a < count; a++) {
      around[1 + a] = pads[2 * a];
      around[rank + 1 + a] = pads[2 * a + 1];
    }
    Value x = e.pad(e.in(0), 0, around);
    int[] space = IntStream.range(1, count + 1).toArray();
    int[] rest = IntStream.range(count + 1, rank).toArray();
    Value reduced = e.div(e.sizesOf(x, space), e.vector(blocks));
    List<Value> sizes = new ArrayList<>(List.of(e.sizeOf(x, 0)));
    for (int a = 0; a < count; a++) {
      sizes.add(e.gather(reduced, e.vector(a), 0));
      sizes.add(e.vector(blocks[a]));
    }
    Value others = rest.length == 0 ? e.vector() : e.sizesOf(x, rest);
    sizes.add(others);
    Value cut = e.reshape(x, e.concat(0, sizes));
    IntStream within = IntStream.range(0, count).map(a -> 2 * a + 2);
    IntStream between = IntStream.range(0, count).map(a -> 2 * a + 1);
    IntStream order =
        IntStream.concat(
            IntStream.concat(within, IntStream.of(0)),
            IntStream.concat(between, IntStream.range(2 * count + 1, rank + count)));
    long area = Arrays.stream(blocks).reduce(1, Math::multiplyExact);
    Value batch = e.mul(e.sizeOf(x, 0), e.vector(area));
    e.out(e.reshape(e.transpose(cut, order.toArray()), e.concat(0, batch, reduced, others)));
  }

  private static long[] blocks(Emission e) {
    if (e.inputCount() > 2) {
      return e.constants(1, "block sizes");
    }
    long block = e.node().integer(0, 0);
    if (block < 1) {
      throw new UnsupportedNodeException("block size " + block, "use 1 or more");
    }
    return new long[] {block, block};
  }

  /** {@code [N,C,H,W]} becomes {@code [N,C,kH,kW,oH,oW]}. */
  static void columns(Emission e) {
    Windows windows = Windows.of(e.node(), 2);
    double fill = e.node().real(0, 0);
    Value padded =
        windows.padding() == Windows.Padding.SAME
            ? behind(e, windows, e.in(0), fill)
            : windows.padded(e, e.in(0), fill);
    List<Value> views =
        windows.views(e, padded).stream().map(view -> e.unsqueeze(view, 2)).toList();
    Value stacked = e.concat(2, views);
    Value kernel = e.vector(windows.kernel());
    e.out(
        e.reshape(
            stacked, e.concat(0, e.sizesOf(stacked, 0, 1), kernel, e.sizesOf(stacked, 3, 4))));
  }

  /** As SAME makes it as large, but all of it at the end, except for the given padding. */
  private static Value behind(Emission e, Windows windows, Value x, double fill) {
    int count = windows.axes().size();
    Value sizes = e.sizesOf(x, IntStream.range(2, x.rank()).toArray());
    Value strides = e.vector(windows.strides());
    Value begin = e.vector(windows.axes().stream().mapToLong(Windows.Axis::padding).toArray());
    long[] last = windows.axes().stream().mapToLong(axis -> axis.stride() - 1).toArray();
    long[] span = windows.axes().stream().mapToLong(axis -> axis.reach() + 1).toArray();
    Value steps = e.div(e.add(sizes, e.vector(last)), strides);
    Value end = e.sub(e.add(e.mul(e.sub(steps, 1), strides), e.vector(span)), e.add(sizes, begin));
    Value none = e.vector(new long[x.rank() - count]);
    return e.pad(x, fill, e.concat(0, none, begin, none, end));
  }

  /** {@code [N,H,W,C]} becomes {@code [N,oH,oW,kH*kW*C]}. */
  static void patches(Emission e) {
    long[] i = e.node().integers();
    if (i.length < 7) {
      throw new UnsupportedNodeException("fewer than 7 integer arguments", "give it all sizes");
    }
    Windows windows =
        new Windows(
            List.of(new Windows.Axis(i[0], i[2], 0, i[4]), new Windows.Axis(i[1], i[3], 0, i[5])),
            i[6] != 0 ? Windows.Padding.SAME : Windows.Padding.VALID);
    Value padded = windows.padded(e, e.channelsFirst(e.in(0)), 0);
    e.out(e.channelsLast(e.concat(1, windows.views(e, padded))));
  }
}
