package io.subpixel.converter.internal.operators.reduction;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.internal.operators.comparison.Condition;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorHandler;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseReduceOp;
import org.nd4j.linalg.api.ops.impl.summarystats.Variance;

/**
 * Reductions. Those of SameDiff that give fractions compute in the type that they declare, the
 * others in that of their input. Of extremes over elements with NaN SameDiff's result depends on
 * their order; ONNX Runtime leaves NaN out.
 */
public final class ReductionOperators {
  private static final String AXES_KNOWN = "axes that are computed are refused";
  private static final double LN_2 = Math.log(2);

  private ReductionOperators() {}

  /** Adds them. */
  public static void register(OperatorRegistry.Builder registry) {
    sums(registry);
    extremes(registry);
    counts(registry);
    moments(registry);
    indices(registry);
    Distances.register(registry);
    Segments.register(registry);
    Scans.register(registry);
    Classes.register(registry);
    Statistics.register(registry);
  }

  private static void sums(OperatorRegistry.Builder registry) {
    registry
        .add("reduce_sum", plain(OnnxOperator.REDUCE_SUM), OnnxOperator.REDUCE_SUM)
        .limits(AXES_KNOWN)
        .add("reduce_prod", plain(OnnxOperator.REDUCE_PROD), OnnxOperator.REDUCE_PROD)
        .limits(AXES_KNOWN)
        .add("reduce_mean", real(OnnxOperator.REDUCE_MEAN), OnnxOperator.REDUCE_MEAN)
        .limits(AXES_KNOWN)
        .add("reduce_norm1", real(OnnxOperator.REDUCE_L1), OnnxOperator.REDUCE_L1)
        .limits(AXES_KNOWN)
        .add("reduce_norm2", real(OnnxOperator.REDUCE_L2), OnnxOperator.REDUCE_L2)
        .limits(AXES_KNOWN)
        .add("reduce_sqnorm", real(OnnxOperator.REDUCE_SUM_SQUARE), OnnxOperator.REDUCE_SUM_SQUARE)
        .limits(AXES_KNOWN)
        .add(
            "reduce_logsumexp",
            real(OnnxOperator.REDUCE_LOG_SUM_EXP),
            OnnxOperator.REDUCE_LOG_SUM_EXP)
        .limits(AXES_KNOWN)
        .add(
            "asum",
            e -> out(e, OnnxOperator.REDUCE_SUM, magnitudes(e)),
            OnnxOperator.REDUCE_SUM,
            OnnxOperator.ABS)
        .add(
            "amean",
            e -> out(e, OnnxOperator.REDUCE_MEAN, fractions(e, Emission::abs)),
            OnnxOperator.REDUCE_MEAN,
            OnnxOperator.ABS)
        .add(
            "entropy",
            entropy((e, sum) -> e.neg(sum)),
            OnnxOperator.REDUCE_SUM,
            OnnxOperator.LOG,
            OnnxOperator.MUL,
            OnnxOperator.NEG)
        .add(
            "logentropy",
            entropy((e, sum) -> e.log(e.neg(sum))),
            OnnxOperator.REDUCE_SUM,
            OnnxOperator.LOG,
            OnnxOperator.MUL,
            OnnxOperator.NEG)
        .add(
            "shannonentropy",
            entropy((e, sum) -> e.mul(sum, -1 / LN_2)),
            OnnxOperator.REDUCE_SUM,
            OnnxOperator.LOG,
            OnnxOperator.MUL)
        .add(
            "l2_loss",
            ReductionOperators::halfSquares,
            OnnxOperator.REDUCE_SUM_SQUARE,
            OnnxOperator.MUL);
  }

  private static void extremes(OperatorRegistry.Builder registry) {
    registry
        .add("reduce_max", plain(OnnxOperator.REDUCE_MAX), OnnxOperator.REDUCE_MAX)
        .limits("NaN is left out; " + AXES_KNOWN)
        .add("reduce_min", plain(OnnxOperator.REDUCE_MIN), OnnxOperator.REDUCE_MIN)
        .limits("NaN is left out; " + AXES_KNOWN)
        .add(
            "reduce_normmax",
            e -> out(e, OnnxOperator.REDUCE_MAX, fractions(e, Emission::abs)),
            OnnxOperator.REDUCE_MAX,
            OnnxOperator.ABS)
        .limits("NaN is left out; " + AXES_KNOWN)
        .add(
            "amax",
            e -> out(e, OnnxOperator.REDUCE_MAX, magnitudes(e)),
            OnnxOperator.REDUCE_MAX,
            OnnxOperator.ABS)
        .limits("NaN is left out; " + AXES_KNOWN)
        .add(
            "amin",
            e -> out(e, OnnxOperator.REDUCE_MIN, magnitudes(e)),
            OnnxOperator.REDUCE_MIN,
            OnnxOperator.ABS)
        .limits("NaN is left out; " + AXES_KNOWN);
  }

  private static void counts(OperatorRegistry.Builder registry) {
    OnnxOperator[] matches = Condition.emits(OnnxOperator.REDUCE_SUM);
    registry
        .add("any", e -> out(e, OnnxOperator.REDUCE_MAX, truths(e)), OnnxOperator.REDUCE_MAX)
        .add("all", e -> out(e, OnnxOperator.REDUCE_MIN, truths(e)), OnnxOperator.REDUCE_MIN)
        .add("hasnan", any(Condition::isNan), OnnxOperator.IS_NAN, OnnxOperator.REDUCE_MAX)
        .add("hasinf", any(Condition::isInfinite), OnnxOperator.IS_INF, OnnxOperator.REDUCE_MAX)
        .add(
            "countZero",
            count(ReductionOperators::isZero),
            OnnxOperator.REDUCE_SUM,
            OnnxOperator.EQUAL)
        .add(
            "countNonZero",
            count((e, x) -> e.not(isZero(e, x))),
            OnnxOperator.REDUCE_SUM,
            OnnxOperator.EQUAL,
            OnnxOperator.NOT)
        .add("match_condition", count((e, x) -> Condition.of(e.node()).holds(e, x)), matches)
        .limits("one condition, not several joined by and, or, not")
        .add(
            "zero_fraction",
            e -> e.out(e.mean(e.cast(isZero(e, e.in(0)), ElementType.DOUBLE), false)),
            OnnxOperator.REDUCE_MEAN,
            OnnxOperator.EQUAL);
  }

  private static void moments(OperatorRegistry.Builder registry) {
    OnnxOperator[] emits = {
      OnnxOperator.REDUCE_MEAN,
      OnnxOperator.REDUCE_SUM_SQUARE,
      OnnxOperator.SUB,
      OnnxOperator.DIV,
      OnnxOperator.MAX,
      OnnxOperator.REDUCE_PROD
    };
    registry
        .add("var", e -> e.out(variance(e)), emits)
        .limits(AXES_KNOWN)
        .add(
            "std",
            e -> e.out(e.sqrt(variance(e))),
            Stream.concat(Arrays.stream(emits), Stream.of(OnnxOperator.SQRT))
                .toArray(OnnxOperator[]::new))
        .limits(AXES_KNOWN)
        .add(
            "moments",
            ReductionOperators::moments,
            OnnxOperator.REDUCE_MEAN,
            OnnxOperator.SUB,
            OnnxOperator.MUL)
        .limits(AXES_KNOWN);
  }

  private static void indices(OperatorRegistry.Builder registry) {
    OnnxOperator[] found =
        Condition.emits(OnnxOperator.ARG_MAX, OnnxOperator.REDUCE_MAX, OnnxOperator.WHERE);
    registry
        .add("argmax", index(OnnxOperator.ARG_MAX, false), OnnxOperator.ARG_MAX)
        .limits(AXES_KNOWN)
        .add("argmin", index(OnnxOperator.ARG_MIN, false), OnnxOperator.ARG_MIN)
        .limits(AXES_KNOWN)
        .add("argamax", index(OnnxOperator.ARG_MAX, true), OnnxOperator.ARG_MAX, OnnxOperator.ABS)
        .limits(AXES_KNOWN)
        .add("first_index", match(0), found)
        .limits("one condition, not several joined by and, or, not")
        .add("last_index", match(1), found)
        .limits("one condition, not several joined by and, or, not");
  }

  /** In the type of the input. */
  private static OperatorHandler plain(OnnxOperator operator) {
    return unlessNone(e -> out(e, operator, Reduced.of(e)));
  }

  /** In the type of the result. */
  private static OperatorHandler real(OnnxOperator operator) {
    return unlessNone(e -> out(e, operator, fractions(e, (same, x) -> x)));
  }

  /** A stored list of no axes reduces nothing, as in TensorFlow; no list at all means all axes. */
  private static OperatorHandler unlessNone(OperatorHandler reduction) {
    return e -> {
      if (e.node().function() instanceof BaseReduceOp
          && e.stored(1).filter(INDArray::isEmpty).isPresent()) {
        e.out(e.call(OnnxOperator.IDENTITY, e.in(0)));
      } else {
        reduction.emit(e);
      }
    };
  }

  private static void out(Emission e, OnnxOperator operator, Reduced r) {
    e.out(reduce(e, operator, r));
  }

  static Value reduce(Emission e, OnnxOperator operator, Reduced r) {
    return e.reduce(operator, r.x(), r.keep(), r.axes());
  }

  private static Reduced magnitudes(Emission e) {
    Reduced r = Reduced.of(e);
    return r.with(e.abs(r.x()));
  }

  private static Reduced fractions(Emission e, BiFunction<Emission, Value, Value> map) {
    Reduced r = Reduced.of(e);
    return r.with(map.apply(e, e.cast(r.x(), e.outType())));
  }

  /** 0 and 1 for false and true; NaN is true. */
  private static Reduced truths(Emission e) {
    Reduced r = Reduced.of(e);
    return r.with(e.cast(e.cast(r.x(), ElementType.BOOL), ElementType.INT32));
  }

  private static OperatorHandler any(BiFunction<Emission, Value, Value> condition) {
    return e -> {
      Reduced r = Reduced.of(e);
      Value met = e.cast(condition.apply(e, r.x()), ElementType.INT32);
      out(e, OnnxOperator.REDUCE_MAX, r.with(met));
    };
  }

  private static OperatorHandler count(BiFunction<Emission, Value, Value> condition) {
    return e -> {
      Reduced r = Reduced.of(e);
      Value met = e.cast(condition.apply(e, r.x()), ElementType.INT64);
      out(e, OnnxOperator.REDUCE_SUM, r.with(met));
    };
  }

  private static Value isZero(Emission e, Value x) {
    return e.equal(x, e.scalar(x, 0));
  }

  /** Of x log x; natural logarithms, and NaN for an x of 0, in both. */
  private static OperatorHandler entropy(BiFunction<Emission, Value, Value> last) {
    return e -> {
      Reduced r = fractions(e, (same, x) -> e.mul(x, e.log(x)));
      e.out(last.apply(e, reduce(e, OnnxOperator.REDUCE_SUM, r)));
    };
  }

  /** Half the sum of squares, of everything. */
  private static void halfSquares(Emission e) {
    Value x = e.cast(e.in(0), e.outType());
    e.out(e.mul(e.reduce(OnnxOperator.REDUCE_SUM_SQUARE, x, false), 0.5));
  }

  /**
   * By n-1 if it is corrected, else by n. SameDiff has 0 for a single element where n-1 would give
   * NaN, and loses {@code biasCorrected=false} in a file, so that it is corrected after loading.
   */
  private static Value variance(Emission e) {
    Reduced r = fractions(e, (same, x) -> x);
    Value x = r.x();
    if (x.rank() == 0) {
      return e.sub(x, x);
    }
    Value centred = e.sub(x, e.mean(x, true, r.axes()));
    Value squares = reduce(e, OnnxOperator.REDUCE_SUM_SQUARE, r.with(centred));
    Value count = r.count(e);
    boolean isCorrected =
        !(e.node().function() instanceof Variance variance) || variance.isBiasCorrected();
    Value divisor = isCorrected ? e.max(e.sub(count, e.index(1)), e.index(1)) : count;
    return e.div(squares, divisor);
  }

  /** Mean and variance, by n. */
  private static void moments(Emission e) {
    Reduced r = fractions(e, (same, x) -> x);
    Value x = r.x();
    Value mean = reduce(e, OnnxOperator.REDUCE_MEAN, r);
    Value centred = e.sub(x, reduce(e, OnnxOperator.REDUCE_MEAN, r.kept()));
    e.out(mean, reduce(e, OnnxOperator.REDUCE_MEAN, r.with(e.square(centred))));
  }

  /** Several axes are counted as one, the last innermost. */
  private static OperatorHandler index(OnnxOperator operator, boolean byMagnitude) {
    return e -> {
      Reduced told = Reduced.of(e);
      // Without axes SameDiff gives a scalar, whatever it is told of keeping them.
      boolean isWhole = !e.has(1) && e.node().integers().length == 0;
      Reduced r = isWhole ? new Reduced(told.x(), told.axes(), false) : told;
      e.out(index(e, operator, byMagnitude ? r.with(e.abs(r.x())) : r, 0));
    };
  }

  private static Value index(Emission e, OnnxOperator operator, Reduced r, int selectLast) {
    if (r.x().rank() == 0) {
      return e.index(0);
    }
    return r.finished(
        e,
        e.call(
            operator,
            r.flattened(e),
            Attribute.whole("axis", -1),
            Attribute.whole("keepdims", 0),
            Attribute.whole("select_last_index", selectLast)));
  }

  /** -1 where nothing matches. */
  private static OperatorHandler match(int selectLast) {
    return e -> {
      Reduced r = Reduced.of(e);
      if (r.x().rank() == 0) {
        throw new UnsupportedNodeException("an index in a scalar", "give it an axis");
      }
      Reduced met = r.with(e.cast(Condition.of(e.node()).holds(e, r.x()), ElementType.INT32));
      Value isAny = reduce(e, OnnxOperator.REDUCE_MAX, met);
      Value index = index(e, OnnxOperator.ARG_MAX, met, selectLast);
      e.out(e.where(isAny, index, e.index(-1)));
    };
  }
}
