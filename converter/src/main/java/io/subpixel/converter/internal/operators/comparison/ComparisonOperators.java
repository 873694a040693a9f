package io.subpixel.converter.internal.operators.comparison;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorHandler;
import io.subpixel.converter.operators.OperatorRegistry;
import java.util.List;

/**
 * Comparisons, boolean logic and conditions. A scalar argument has the array's type: 2.7 is 2
 * beside whole numbers. In logic all but 0 is true, NaN too.
 */
public final class ComparisonOperators {
  private ComparisonOperators() {}

  /** Adds them. */
  public static void register(OperatorRegistry.Builder registry) {
    registry
        // Two arrays
        .add("equals", pairwise(OnnxOperator.EQUAL), OnnxOperator.EQUAL)
        .add("not_equals", e -> e.out(e.not(compared(e))), OnnxOperator.NOT, OnnxOperator.EQUAL)
        .add("less", pairwise(OnnxOperator.LESS), OnnxOperator.LESS)
        .add("less_equal", pairwise(OnnxOperator.LESS_OR_EQUAL), OnnxOperator.LESS_OR_EQUAL)
        .add("greater", pairwise(OnnxOperator.GREATER), OnnxOperator.GREATER)
        .add(
            "greater_equal", pairwise(OnnxOperator.GREATER_OR_EQUAL), OnnxOperator.GREATER_OR_EQUAL)
        // One array and one scalar
        .add("equals_scalar", scalar(OnnxOperator.EQUAL), OnnxOperator.EQUAL)
        .add("notequals_scalar", unequalToScalar(), OnnxOperator.NOT, OnnxOperator.EQUAL)
        .add("not_scalar", unequalToScalar(), OnnxOperator.NOT, OnnxOperator.EQUAL)
        .add("eps_scalar", scalar(OnnxOperator.EQUAL), OnnxOperator.EQUAL)
        .add("lessthan_scalar", scalar(OnnxOperator.LESS), OnnxOperator.LESS)
        .add(
            "lessthanorequal_scalar",
            scalar(OnnxOperator.LESS_OR_EQUAL),
            OnnxOperator.LESS_OR_EQUAL)
        .add("greaterthan_scalar", scalar(OnnxOperator.GREATER), OnnxOperator.GREATER)
        .add(
            "greaterthanorequal_scalar",
            scalar(OnnxOperator.GREATER_OR_EQUAL),
            OnnxOperator.GREATER_OR_EQUAL)
        // Logic
        .add("boolean_and", logic(OnnxOperator.AND), OnnxOperator.AND)
        .add("boolean_or", logic(OnnxOperator.OR), OnnxOperator.OR)
        .add("boolean_xor", logic(OnnxOperator.XOR), OnnxOperator.XOR)
        .add("and", logic(OnnxOperator.AND), OnnxOperator.AND)
        .add("or", logic(OnnxOperator.OR), OnnxOperator.OR)
        .add("xor", logic(OnnxOperator.XOR), OnnxOperator.XOR)
        .add("bool_not", e -> e.out(e.not(truth(e, 0))), OnnxOperator.NOT)
        .add("and_scalar", scalarLogic(OnnxOperator.AND), OnnxOperator.AND)
        .add("or_scalar", scalarLogic(OnnxOperator.OR), OnnxOperator.OR)
        .add("xor_scalar", scalarLogic(OnnxOperator.XOR), OnnxOperator.XOR)
        // What an element is
        .add("isnan", e -> e.out(e.call(OnnxOperator.IS_NAN, real(e))), OnnxOperator.IS_NAN)
        .add("isinf", e -> e.out(e.call(OnnxOperator.IS_INF, real(e))), OnnxOperator.IS_INF)
        .add("isfinite", ComparisonOperators::isFinite, IS_FINITE)
        // Conditions
        .add("match_condition_transform", ComparisonOperators::matches, Condition.emits())
        .add("cas", new CompareAndSet(), CompareAndSet.EMITS)
        .add("car", new CompareAndSet(), CompareAndSet.EMITS)
        .add("is_non_decreasing", e -> e.out(isOrdered(e, OnnxOperator.GREATER)), ORDERED)
        .add(
            "is_strictly_increasing",
            e -> e.out(isOrdered(e, OnnxOperator.GREATER_OR_EQUAL)),
            ORDERED)
        .add("is_numeric_tensor", ComparisonOperators::isNumeric, OnnxOperator.IDENTITY);
  }

  private static final OnnxOperator[] IS_FINITE = {
    OnnxOperator.IS_NAN, OnnxOperator.IS_INF, OnnxOperator.OR, OnnxOperator.NOT
  };
  private static final OnnxOperator[] ORDERED = {
    OnnxOperator.GREATER, OnnxOperator.GREATER_OR_EQUAL, OnnxOperator.REDUCE_SUM, OnnxOperator.EQUAL
  };

  private static OperatorHandler pairwise(OnnxOperator operator) {
    return e -> e.out(e.call(operator, List.of(e.in(0), e.cast(e.in(1), e.in(0).type()))));
  }

  private static Value compared(Emission e) {
    return e.equal(e.in(0), e.in(1));
  }

  private static OperatorHandler scalar(OnnxOperator operator) {
    return e -> e.out(e.call(operator, List.of(e.in(0), e.scalar(e.in(0), e.node().scalar()))));
  }

  private static OperatorHandler unequalToScalar() {
    return e -> e.out(e.not(e.equal(e.in(0), e.scalar(e.in(0), e.node().scalar()))));
  }

  private static Value truth(Emission e, int index) {
    return e.cast(e.in(index), ElementType.BOOL);
  }

  private static OperatorHandler logic(OnnxOperator operator) {
    return e -> e.out(e.call(operator, List.of(truth(e, 0), truth(e, 1))));
  }

  private static OperatorHandler scalarLogic(OnnxOperator operator) {
    return e ->
        e.out(
            e.call(operator, List.of(truth(e, 0), e.scalar(ElementType.BOOL, e.node().scalar()))));
  }

  /** The input as fractions, which alone can be infinite or NaN. */
  private static Value real(Emission e) {
    return e.in(0).type().isFloating() ? e.in(0) : e.cast(e.in(0), ElementType.DOUBLE);
  }

  private static void isFinite(Emission e) {
    Value x = real(e);
    e.out(e.not(e.or(e.call(OnnxOperator.IS_NAN, x), e.call(OnnxOperator.IS_INF, x))));
  }

  private static void matches(Emission e) {
    Condition condition = Condition.of(e.node());
    e.out(condition.holds(e, e.in(0)));
  }

  /** No element stands in {@code violation} to the next, row by row. */
  private static Value isOrdered(Emission e, OnnxOperator violation) {
    Value all = e.reshape(e.in(0), -1);
    Value before = e.slice(all, 0, 0, -1);
    Value after = e.slice(all, 0, 1, Long.MAX_VALUE);
    Value violations = e.call(violation, List.of(before, after));
    Value count = e.sum(e.cast(violations, ElementType.INT64), false);
    return e.equal(count, e.index(0));
  }

  private static void isNumeric(Emission e) {
    e.out(e.call(OnnxOperator.IDENTITY, e.scalar(ElementType.BOOL, 1)));
  }
}
