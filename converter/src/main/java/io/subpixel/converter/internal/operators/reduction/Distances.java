package io.subpixel.converter.internal.operators.reduction;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorHandler;
import io.subpixel.converter.operators.OperatorRegistry;
import org.nd4j.linalg.api.ops.BaseReduceOp;

/**
 * How far two arrays are apart along axes: <a
 * href="https://onnx.ai/onnx/operators/onnx__ReduceSum.html">ReduceSum</a> and its kin over
 * elementwise nodes. The second array may have only the reduced axes; with {@code isComplex} each
 * part of the first meets each part of the second.
 */
final class Distances {
  private static final String AXES_KNOWN = "axes that are computed are refused";

  /** Two arrays that broadcast, and what is reduced of them. */
  private record Pair(Value a, Value b, Reduced over) {
    Value sum(Emission e, Value x) {
      return e.sum(x, over.keep(), over.axes());
    }

    Value dot(Emission e) {
      return sum(e, e.mul(a, b));
    }
  }

  @FunctionalInterface
  private interface Formula {
    Value of(Emission e, Pair pair);
  }

  private Distances() {}

  static void register(OperatorRegistry.Builder registry) {
    registry
        .add("dot", handler((e, p) -> p.dot(e)), OnnxOperator.REDUCE_SUM, OnnxOperator.MUL)
        .limits(AXES_KNOWN)
        .add(
            "cosinesimilarity",
            handler(Distances::cosine),
            OnnxOperator.REDUCE_SUM,
            OnnxOperator.MUL,
            OnnxOperator.SQRT,
            OnnxOperator.DIV)
        .limits(AXES_KNOWN)
        .add(
            "cosinedistance",
            handler((e, p) -> e.sub(e.scalar(p.a(), 1), cosine(e, p))),
            OnnxOperator.REDUCE_SUM,
            OnnxOperator.MUL,
            OnnxOperator.SQRT,
            OnnxOperator.DIV,
            OnnxOperator.SUB)
        .limits(AXES_KNOWN)
        .add(
            "euclidean",
            handler((e, p) -> e.sqrt(p.sum(e, e.square(e.sub(p.a(), p.b()))))),
            OnnxOperator.REDUCE_SUM,
            OnnxOperator.SUB,
            OnnxOperator.MUL,
            OnnxOperator.SQRT)
        .limits(AXES_KNOWN)
        .add(
            "manhattan",
            handler((e, p) -> p.sum(e, e.abs(e.sub(p.a(), p.b())))),
            OnnxOperator.REDUCE_SUM,
            OnnxOperator.SUB,
            OnnxOperator.ABS)
        .limits(AXES_KNOWN)
        .add(
            "hammingdistance",
            handler(Distances::hamming),
            OnnxOperator.REDUCE_MEAN,
            OnnxOperator.EQUAL,
            OnnxOperator.NOT)
        .limits(AXES_KNOWN)
        .add(
            "jaccarddistance",
            handler(Distances::jaccard),
            OnnxOperator.REDUCE_SUM,
            OnnxOperator.MIN,
            OnnxOperator.MAX,
            OnnxOperator.DIV,
            OnnxOperator.SUB)
        .limits(AXES_KNOWN);
  }

  private static OperatorHandler handler(Formula formula) {
    return e -> {
      Pair pair = pair(e);
      Value result = formula.of(e, pair);
      e.out(result);
    };
  }

  private static Pair pair(Emission e) {
    Reduced r = Reduced.of(e, 2);
    Value a = e.cast(e.in(0), e.outType());
    Value b = e.cast(e.in(1), e.outType());
    boolean eachWithEach =
        e.node().function() instanceof BaseReduceOp reduce && reduce.isComplexAccumulation();
    if (eachWithEach) {
      Value rows = parts(e, r.with(a));
      Value columns = parts(e, r.with(b));
      Value first = e.unsqueeze(rows, 1);
      Reduced last = new Reduced(first, new int[] {2}, false);
      return new Pair(first, e.unsqueeze(columns, 0), last);
    } else if (b.rank() < a.rank() && b.rank() == r.axes().length) {
      // Only the reduced axes: the others are added with size 1.
      b = e.unsqueeze(b, r.others());
    }
    return new Pair(a, b, r);
  }

  /** {@code [parts, elements of each]}. */
  private static Value parts(Emission e, Reduced r) {
    Value flat = r.flattened(e);
    return flat.rank() == 2
        ? flat
        : e.reshape(flat, e.concat(0, e.vector(-1L), e.sizeOf(flat, flat.rank() - 1)));
  }

  private static Value cosine(Emission e, Pair p) {
    Value ones = e.sqrt(p.sum(e, e.square(p.a())));
    Value others = e.sqrt(p.sum(e, e.square(p.b())));
    return e.div(p.dot(e), e.mul(ones, others));
  }

  private static Value hamming(Emission e, Pair p) {
    Value differs = e.cast(e.not(e.equal(p.a(), p.b())), ElementType.FLOAT);
    return e.mean(differs, p.over().keep(), p.over().axes());
  }

  private static Value jaccard(Emission e, Pair p) {
    Value least = p.sum(e, e.min(p.a(), p.b()));
    Value most = p.sum(e, e.max(p.a(), p.b()));
    return e.sub(e.scalar(p.a(), 1), e.div(least, most));
  }
}
