package io.subpixel.converter.operators.reduction;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.List;

/** SameDiff's conditions, by the number that the native operator gets as third argument. */
final class Conditions {
  /** What {@link #match} may emit. */
  static final OnnxOperator[] EMITS = {
    OnnxOperator.EQUAL,
    OnnxOperator.LESS,
    OnnxOperator.GREATER,
    OnnxOperator.LESS_OR_EQUAL,
    OnnxOperator.GREATER_OR_EQUAL,
    OnnxOperator.NOT,
    OnnxOperator.ABS,
    OnnxOperator.SUB,
    OnnxOperator.IS_NAN,
    OnnxOperator.IS_INF,
    OnnxOperator.OR
  };

  private Conditions() {}

  /** Which elements of {@code x} meet the condition of the operation. */
  static Value match(Emission e, Value x) {
    double compare = e.node().extra(0, 0);
    double epsilon = e.node().extra(1, 0);
    // Fractions are compared with elements of their own type, as SameDiff does.
    Value other = e.scalar(x, compare);
    return switch ((int) e.node().extra(2, -1)) {
      case 0 -> near(e, x, other, epsilon);
      case 1 -> e.not(near(e, x, other, epsilon));
      case 2 -> e.less(x, other);
      case 3 -> e.greater(x, other);
      case 4 -> e.call(OnnxOperator.LESS_OR_EQUAL, List.of(x, other));
      case 5 -> e.call(OnnxOperator.GREATER_OR_EQUAL, List.of(x, other));
      case 6 -> e.less(e.abs(x), other);
      case 7 -> e.greater(e.abs(x), other);
      case 8 -> isInfinite(e, x);
      case 9 -> isNan(e, x);
      case 10 -> e.equal(e.abs(x), other);
      case 11 -> e.not(e.equal(x, other));
      case 12 -> e.call(OnnxOperator.GREATER_OR_EQUAL, List.of(e.abs(x), other));
      case 13 -> e.call(OnnxOperator.LESS_OR_EQUAL, List.of(e.abs(x), other));
      case 14 -> e.not(e.or(isInfinite(e, x), isNan(e, x)));
      case 15 -> e.or(isInfinite(e, x), isNan(e, x));
      default ->
          throw new UnsupportedNodeException(
              "a condition made of several", "use one condition for each operation");
    };
  }

  private static Value near(Emission e, Value x, Value other, double epsilon) {
    if (!x.type().isFloating()) {
      return e.equal(x, other);
    }
    return e.call(
        OnnxOperator.LESS_OR_EQUAL, List.of(e.abs(e.sub(x, other)), e.scalar(x, epsilon)));
  }

  static Value isNan(Emission e, Value x) {
    return e.call(OnnxOperator.IS_NAN, x.type().isFloating() ? x : e.cast(x, ElementType.FLOAT));
  }

  static Value isInfinite(Emission e, Value x) {
    return e.call(OnnxOperator.IS_INF, x.type().isFloating() ? x : e.cast(x, ElementType.FLOAT));
  }
}
