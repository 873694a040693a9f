package io.subpixel.converter.internal.operators.shape;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.List;
import java.util.stream.LongStream;

/**
 * {@code pad}, by <a href="https://onnx.ai/onnx/operators/onnx__Pad.html">Pad</a> for constants,
 * opsets 13 to 23.
 *
 * <p>SameDiff's paddings are {@code [rank,2]}, ONNX's all begins, then all ends. ONNX has no
 * symmetric mode, so mirrored elements are gathered.
 */
final class Padding {
  private static final int CONSTANT = 0;
  private static final int REFLECT = 1;

  private Padding() {}

  static void register(OperatorRegistry.Builder registry) {
    registry
        .add("pad", Padding::pad, OnnxOperator.PAD)
        .limits("mirrored padding by sizes that are computed")
        .add("mirror_pad", e -> e.out(mirror(e, e.node().integer(0, 0) == 0)), OnnxOperator.GATHER)
        .limits("sizes that are computed");
  }

  private static void pad(Emission e) {
    long mode = e.node().integer(0, CONSTANT);
    if (mode != CONSTANT) {
      e.out(mirror(e, mode == REFLECT));
      return;
    }
    Value x = e.in(0);
    Value pads = e.cast(e.in(1), ElementType.INT64);
    if (x.rank() == 0) {
      throw new UnsupportedNodeException("a scalar", "pad an array with axes");
    }
    Value flat =
        e.stored(1).isPresent()
            ? e.vector(e.stored(1).orElseThrow().transpose().dup('c').data().asLong())
            : e.reshape(e.transpose(pads, 1, 0), 2L * x.rank());
    Value value =
        e.has(2) ? e.reshape(e.cast(e.in(2), x.type())) : e.scalar(x, e.node().real(0, 0));
    e.out(e.call(OnnxOperator.PAD, List.of(x, flat, value), Attribute.text("mode", "constant")));
  }

  /** Index i of n elements is their mirror image, with or without the edge repeated. */
  private static Value mirror(Emission e, boolean isReflect) {
    long[] pads = e.constants(1, "paddings");
    Value x = e.in(0);
    if (pads.length != 2 * x.rank()) {
      throw new UnsupportedNodeException(
          "%d paddings of %d axes".formatted(pads.length, x.rank()), "give two for each axis");
    }
    for (int axis = 0; axis < x.rank(); axis++) {
      long before = pads[2 * axis];
      long after = pads[2 * axis + 1];
      if (before == 0 && after == 0) {
        continue;
      }
      if (x.dim(axis).isFixed()) {
        x = e.gather(x, e.vector(mirrored(x.dim(axis).size(), before, after, isReflect)), axis);
        continue;
      }
      Value parts = x;
      Value middle = x;
      if (before > 0) {
        // Elements before..1 (reflected) or before-1..0 (symmetric).
        long shift = isReflect ? 1 : 0;
        Value head = e.reverse(e.slice(middle, axis, shift, before + shift), axis);
        parts = e.concat(axis, head, parts);
      }
      if (after > 0) {
        long shift = isReflect ? -1 : 0;
        Value tail = e.slice(middle, axis, -after + shift, shift == 0 ? Long.MAX_VALUE : shift);
        parts = e.concat(axis, parts, e.reverse(tail, axis));
      }
      x = parts;
    }
    return x;
  }

  private static long[] mirrored(long size, long before, long after, boolean isReflect) {
    long period = Math.max(1, isReflect ? 2 * size - 2 : 2 * size);
    long last = isReflect ? 2 * size - 2 : 2 * size - 1;
    return LongStream.range(-before, size + after)
        .map(i -> Math.floorMod(i, period))
        .map(i -> i < size ? i : last - i)
        .toArray();
  }
}
