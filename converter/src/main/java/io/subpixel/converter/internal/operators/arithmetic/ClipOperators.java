package io.subpixel.converter.internal.operators.arithmetic;

import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.internal.graph.MisfitException;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorRegistry;
import java.util.Arrays;

/** What keeps values, or whole arrays, within bounds. */
final class ClipOperators {
  private static final OnnxOperator[] BY_NORM = {
    OnnxOperator.REDUCE_SUM,
    OnnxOperator.SQRT,
    OnnxOperator.MUL,
    OnnxOperator.DIV,
    OnnxOperator.GREATER,
    OnnxOperator.WHERE,
    OnnxOperator.REDUCE_PROD
  };

  private static final OnnxOperator[] SET_RANGE = {
    OnnxOperator.WHERE,
    OnnxOperator.LESS,
    OnnxOperator.GREATER,
    OnnxOperator.OR,
    OnnxOperator.FLOOR,
    OnnxOperator.MUL,
    OnnxOperator.ADD,
    OnnxOperator.SIGMOID
  };

  private ClipOperators() {}

  static void register(OperatorRegistry.Builder registry) {
    registry
        .add(
            "ClipByValue",
            ClipOperators::byValue,
            OnnxOperator.WHERE,
            OnnxOperator.LESS,
            OnnxOperator.GREATER)
        .add("setrange", ClipOperators::setRange, SET_RANGE)
        .add("clipbynorm", e -> byNorm(e, false), BY_NORM)
        .add("clipbyavgnorm", e -> byNorm(e, true), BY_NORM);
  }

  /** NaN stays NaN. */
  private static void byValue(Emission e) {
    Value x = e.in(0);
    boolean isFed = e.has(2);
    Value low = isFed ? e.cast(e.in(1), x.type()) : e.scalar(x, e.node().real(0, 0));
    Value high = isFed ? e.cast(e.in(2), x.type()) : e.scalar(x, e.node().real(1, 0));
    Value raised = e.where(e.less(x, low), low, x);
    e.out(e.where(e.greater(raised, high), high, raised));
  }

  /** What is outside isn't cut off but stretched by the bounds' distance, or squashed into 0..1. */
  private static void setRange(Emission e) {
    Value x = e.in(0);
    double low = e.node().extra(0, 0);
    double high = e.node().extra(1, 1);
    Value isOutside = e.or(e.less(x, e.scalar(x, low)), e.greater(x, e.scalar(x, high)));
    Value source = low == 0 && high == 1 ? e.sigmoid(x) : x;
    Value stretched = e.add(e.floor(e.mul(source, high - low)), low);
    e.out(e.where(isOutside, stretched, x));
  }

  /** Scaled down to the bound along the axes, all of them if none is named. */
  private static void byNorm(Emission e, boolean isAverage) {
    Value x = e.in(0);
    Value bound = e.has(1) ? e.cast(e.in(1), x.type()) : e.scalar(x, e.node().real(0, 0));
    int[] axes = Arrays.stream(e.node().integers()).mapToInt(MisfitException::index).toArray();
    Value norm = e.sqrt(e.sum(e.square(x), true, axes));
    Value size = isAverage ? e.div(norm, e.cast(e.count(x, axes), x.type())) : norm;
    e.out(e.where(e.greater(size, bound), e.mul(x, e.div(bound, size)), x));
  }
}
