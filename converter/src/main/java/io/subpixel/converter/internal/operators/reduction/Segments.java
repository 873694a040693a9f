package io.subpixel.converter.internal.operators.reduction;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorHandler;
import io.subpixel.converter.operators.OperatorRegistry;
import java.util.stream.IntStream;

/**
 * Segments of the first axis {@code [N,...]} become {@code [S,...]}: which element belongs to which
 * segment is a mask {@code [S,N]}, by which <a
 * href="https://onnx.ai/onnx/operators/onnx__Where.html">Where</a> replaces what belongs elsewhere
 * by the neutral element before the N axis is reduced. Scatter nodes that combine elements need
 * opset 16 and more; this form runs in all. Its memory is S times that of the input.
 */
final class Segments {
  private Segments() {}

  static void register(OperatorRegistry.Builder registry) {
    for (boolean isSorted : new boolean[] {true, false}) {
      String prefix = isSorted ? "segment_" : "unsorted_segment_";
      registry
          .add(
              prefix + "sum",
              handler(isSorted, OnnxOperator.REDUCE_SUM, type -> 0),
              emits(OnnxOperator.REDUCE_SUM))
          .add(
              prefix + "prod",
              handler(isSorted, OnnxOperator.REDUCE_PROD, type -> 1),
              emits(OnnxOperator.REDUCE_PROD))
          .add(
              prefix + "max",
              handler(isSorted, OnnxOperator.REDUCE_MAX, type -> -largest(type)),
              emits(OnnxOperator.REDUCE_MAX))
          .limits("NaN is left out; elements are float, double or half")
          .add(
              prefix + "min",
              handler(isSorted, OnnxOperator.REDUCE_MIN, Segments::largest),
              emits(OnnxOperator.REDUCE_MIN))
          .limits("NaN is left out; elements are float, double or half")
          .add(prefix + "mean", e -> e.out(e.div(sum(e, isSorted), count(e, isSorted))), average());
    }
    registry.add(
        "unsorted_segment_sqrt_n",
        e -> e.out(e.div(sum(e, false), e.sqrt(count(e, false)))),
        average());
  }

  private static OnnxOperator[] emits(OnnxOperator reduction) {
    return new OnnxOperator[] {reduction, OnnxOperator.EQUAL, OnnxOperator.WHERE, OnnxOperator.ADD};
  }

  private static OnnxOperator[] average() {
    return new OnnxOperator[] {
      OnnxOperator.REDUCE_SUM,
      OnnxOperator.EQUAL,
      OnnxOperator.WHERE,
      OnnxOperator.ADD,
      OnnxOperator.DIV,
      OnnxOperator.SQRT,
      OnnxOperator.MAX
    };
  }

  private static double largest(ElementType type) {
    return switch (type) {
      case DOUBLE -> Double.MAX_VALUE;
      case FLOAT16 -> 65504;
      case INT32 -> Integer.MAX_VALUE;
      case INT64 -> Long.MAX_VALUE;
      default -> Float.MAX_VALUE;
    };
  }

  @FunctionalInterface
  private interface Neutral {
    double of(ElementType type);
  }

  private static OperatorHandler handler(boolean isSorted, OnnxOperator operator, Neutral neutral) {
    return e -> {
      Value x = e.in(0);
      e.out(reduced(e, operator, x, isSorted, neutral.of(x.type())));
    };
  }

  private static Value sum(Emission e, boolean isSorted) {
    return reduced(e, OnnxOperator.REDUCE_SUM, e.in(0), isSorted, 0);
  }

  /** At least 1, so that an empty segment's mean is its sum, 0. */
  private static Value count(Emission e, boolean isSorted) {
    Value counts = e.sum(e.cast(mask(e, isSorted), e.outType()), false, 1);
    Value some = e.max(counts, 1);
    return e.unsqueeze(some, IntStream.range(1, e.in(0).rank()).toArray());
  }

  private static Value reduced(
      Emission e, OnnxOperator operator, Value x, boolean isSorted, double neutral) {
    Value mask = e.unsqueeze(mask(e, isSorted), IntStream.range(2, x.rank() + 1).toArray());
    Value spread = e.where(mask, e.unsqueeze(x, 0), e.scalar(x, neutral));
    return e.reduce(operator, spread, false, 1);
  }

  private static Value mask(Emission e, boolean isSorted) {
    Value ids = e.cast(e.in(1), ElementType.INT64);
    Value numbers = e.range(e.index(0), segments(e, ids, isSorted), e.index(1));
    return e.equal(e.unsqueeze(numbers, 1), e.unsqueeze(ids, 0));
  }

  /** As many as an argument or the third input says; sorted ones end with the last. */
  private static Value segments(Emission e, Value ids, boolean isSorted) {
    if (isSorted) {
      return e.add(e.squeeze(e.slice(ids, 0, -1, Long.MAX_VALUE), 0), e.index(1));
    } else if (e.has(2)) {
      return e.reshape(e.cast(e.in(2), ElementType.INT64), new long[0]);
    }
    return e.index(e.node().integer(0, 0));
  }
}
