package io.subpixel.converter.internal.operators.reduction;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorRegistry;
import java.util.ArrayList;
import java.util.List;

/** How often numbers fall into bins, and the sums that means and variances are made of. */
final class Statistics {
  private Statistics() {}

  static void register(OperatorRegistry.Builder registry) {
    OnnxOperator[] counted = {
      OnnxOperator.REDUCE_SUM,
      OnnxOperator.EQUAL,
      OnnxOperator.SUB,
      OnnxOperator.DIV,
      OnnxOperator.CLIP,
      OnnxOperator.FLOOR
    };
    registry
        .add("histogram_fixed_width", Statistics::fixedWidth, counted)
        .add(
            "sufficient_statistics",
            Statistics::sufficient,
            OnnxOperator.REDUCE_SUM,
            OnnxOperator.REDUCE_SUM_SQUARE,
            OnnxOperator.REDUCE_PROD)
        .limits("axes that are computed")
        .add(
            "normalize_moments",
            Statistics::normalize,
            OnnxOperator.DIV,
            OnnxOperator.SUB,
            OnnxOperator.ADD,
            OnnxOperator.MUL);
  }

  /** {@code [bins,K]}: whether number k is that of the bin. */
  private static Value hits(Emission e, Value numbers, Value bins) {
    Value all = e.range(e.index(0), bins, e.index(1));
    return e.equal(e.unsqueeze(all, 1), e.unsqueeze(numbers, 0));
  }

  /** What is out of range is counted at its ends. */
  private static void fixedWidth(Emission e) {
    Value range = e.flat(1);
    Value least = e.gather(range, e.index(0), 0);
    Value most = e.gather(range, e.index(1), 0);
    long bins = e.has(2) ? e.constants(2, "a number of bins")[0] : e.node().integer(0, 100);
    histogram(e, e.flat(0), least, most, bins);
  }

  private static void histogram(Emission e, Value x, Value least, Value most, long bins) {
    Value from = e.cast(x, ElementType.DOUBLE);
    Value low = e.cast(least, ElementType.DOUBLE);
    Value width = e.div(e.sub(e.cast(most, ElementType.DOUBLE), low), (double) bins);
    Value place = e.clip(e.floor(e.div(e.sub(from, low), width)), 0, (double) bins - 1);
    Value hits = hits(e, e.cast(place, ElementType.INT64), e.index(bins));
    e.out(e.sum(e.cast(hits, ElementType.INT64), false, 1));
  }

  /** Count, sum and sum of squares; SameDiff hands a shift on and doesn't use it. */
  private static void sufficient(Emission e) {
    Value x = e.in(0);
    int[] axes = Reduced.axes(x, e.constants(1, "axes"));
    List<Value> results = new ArrayList<>();
    results.add(e.count(x, axes));
    results.add(e.sum(x, false, axes));
    results.add(e.reduce(OnnxOperator.REDUCE_SUM_SQUARE, x, false, axes));
    if (e.has(2)) {
      results.add(e.in(2));
    }
    e.out(results);
  }

  /** Of a count, sums and sums of squares, both less the shift. */
  private static void normalize(Emission e) {
    Value sums = e.in(1);
    Value count = e.cast(e.in(0), sums.type());
    Value mean = e.div(sums, count);
    Value variance = e.sub(e.div(e.in(2), count), e.square(mean));
    e.out(e.add(mean, e.node().real(0, 0)), variance);
  }
}
