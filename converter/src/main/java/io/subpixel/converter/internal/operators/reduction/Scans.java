package io.subpixel.converter.internal.operators.reduction;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorHandler;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.source.Node;
import java.util.Arrays;
import java.util.List;

/**
 * {@code cumsum} as <a href="https://onnx.ai/onnx/operators/onnx__CumSum.html">CumSum</a>. ONNX has
 * no product of that kind: {@code cumprod} multiplies what a triangle of the pairs of positions
 * leaves, which takes the square of the axis in memory. Without an axis, and with several, SameDiff
 * runs through all of them, the last innermost.
 */
final class Scans {
  private static final String AXES_KNOWN = "axes that are computed are refused";
  private static final int FLAGS = 2;

  private Scans() {}

  static void register(OperatorRegistry.Builder registry) {
    registry
        .add("cumsum", scan(Scans::sum), OnnxOperator.CUM_SUM)
        .limits(AXES_KNOWN)
        .add(
            "cumprod",
            scan(Scans::product),
            OnnxOperator.REDUCE_PROD,
            OnnxOperator.WHERE,
            OnnxOperator.LESS,
            OnnxOperator.LESS_OR_EQUAL)
        .limits(AXES_KNOWN);
  }

  @FunctionalInterface
  private interface Scan {
    Value of(Emission e, Value x, boolean isExclusive, boolean isReversed);
  }

  /** The scan is along the last axis of what it gets. */
  private static OperatorHandler scan(Scan scan) {
    return e -> {
      Node node = e.node();
      Value x = e.in(0);
      boolean isExclusive = node.integer(0, 0) != 0;
      boolean isReversed = node.integer(1, 0) != 0;
      long[] told =
          e.has(1) ? e.constants(1, "axes") : Arrays.stream(node.integers()).skip(FLAGS).toArray();
      Reduced r = new Reduced(x, Reduced.axes(x, told), false);
      Value scanned =
          x.rank() == 0
              ? e.squeeze(scan.of(e, e.unsqueeze(x, 0), isExclusive, isReversed), 0)
              : back(e, r, scan.of(e, r.flattened(e), isExclusive, isReversed));
      e.out(scanned);
    };
  }

  /** From the layout of {@link Reduced#flattened} to that of the input. */
  private static Value back(Emission e, Reduced r, Value flat) {
    Value x = r.x();
    int[] order = new int[x.rank()];
    int next = 0;
    for (int other : r.others()) {
      order[next++] = other;
    }
    for (int axis : r.axes()) {
      order[next++] = axis;
    }
    Value moved = r.axes().length == 1 ? flat : e.reshape(flat, e.sizesOf(x, order));
    int[] inverse = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      inverse[order[i]] = i;
    }
    return e.transpose(moved, inverse);
  }

  private static Value sum(Emission e, Value x, boolean isExclusive, boolean isReversed) {
    return e.call(
        OnnxOperator.CUM_SUM,
        List.of(x, e.index(x.rank() - 1)),
        Attribute.whole("exclusive", isExclusive ? 1 : 0),
        Attribute.whole("reverse", isReversed ? 1 : 0));
  }

  private static Value product(Emission e, Value x, boolean isExclusive, boolean isReversed) {
    Value positions = e.indices(x, -1);
    Value here = e.unsqueeze(positions, 1);
    Value there = e.unsqueeze(positions, 0);
    Value first = isReversed ? here : there;
    Value second = isReversed ? there : here;
    Value isIn =
        isExclusive
            ? e.less(first, second)
            : e.call(OnnxOperator.LESS_OR_EQUAL, List.of(first, second));
    Value spread =
        e.where(e.cast(isIn, ElementType.BOOL), e.unsqueeze(x, x.rank() - 1), e.scalar(x, 1));
    return e.reduce(OnnxOperator.REDUCE_PROD, spread, false, -1);
  }
}
