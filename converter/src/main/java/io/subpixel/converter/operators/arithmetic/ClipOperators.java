package io.subpixel.converter.operators.arithmetic;

import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
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

  private ClipOperators() {}

  static void register(OperatorRegistry.Builder registry) {
    registry
        .add(
            "ClipByValue",
            ClipOperators::byValue,
            OnnxOperator.WHERE,
            OnnxOperator.LESS,
            OnnxOperator.GREATER)
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

  /** Scaled down to the bound along the axes, all of them if none is named. */
  private static void byNorm(Emission e, boolean isAverage) {
    Value x = e.in(0);
    Value bound = e.has(1) ? e.cast(e.in(1), x.type()) : e.scalar(x, e.node().real(0, 0));
    int[] axes = Arrays.stream(e.node().integers()).mapToInt(Math::toIntExact).toArray();
    Value norm = e.sqrt(e.sum(e.square(x), true, axes));
    Value size = isAverage ? e.div(norm, e.cast(e.count(x, axes), x.type())) : norm;
    e.out(e.where(e.greater(size, bound), e.mul(x, e.div(bound, size)), x));
  }
}
