package io.subpixel.converter.operators.comparison;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.List;

/**
 * What ND4J's {@code Conditions} make.
 *
 * @param mode ND4J's number of it
 * @param bound what is compared with
 * @param epsilon how far equal numbers may be apart
 */
record Condition(int mode, double bound, double epsilon) {
  static final OnnxOperator[] EMITS = {
    OnnxOperator.LESS,
    OnnxOperator.LESS_OR_EQUAL,
    OnnxOperator.GREATER,
    OnnxOperator.GREATER_OR_EQUAL,
    OnnxOperator.EQUAL,
    OnnxOperator.NOT,
    OnnxOperator.OR,
    OnnxOperator.ABS,
    OnnxOperator.SUB,
    OnnxOperator.IS_INF,
    OnnxOperator.IS_NAN
  };

  static Condition of(double bound, double epsilon, double mode) {
    return new Condition((int) mode, bound, epsilon);
  }

  /** Where it holds. */
  Value holds(Emission e, Value x) {
    return switch (mode) {
      case 0 -> compare(e, OnnxOperator.LESS_OR_EQUAL, distance(e, x), epsilon);
      case 1 -> compare(e, OnnxOperator.GREATER, distance(e, x), epsilon);
      case 2 -> compare(e, OnnxOperator.LESS, x, bound);
      case 3 -> compare(e, OnnxOperator.GREATER, x, bound);
      case 4 -> compare(e, OnnxOperator.LESS_OR_EQUAL, x, bound);
      case 5 -> compare(e, OnnxOperator.GREATER_OR_EQUAL, x, bound);
      case 6 -> compare(e, OnnxOperator.LESS, e.abs(x), bound);
      case 7 -> compare(e, OnnxOperator.GREATER, e.abs(x), bound);
      case 8 -> e.call(OnnxOperator.IS_INF, real(e, x));
      case 9 -> e.call(OnnxOperator.IS_NAN, real(e, x));
      case 10 -> compare(e, OnnxOperator.EQUAL, x, bound);
      case 11 -> e.not(compare(e, OnnxOperator.EQUAL, x, bound));
      case 12 -> compare(e, OnnxOperator.GREATER_OR_EQUAL, e.abs(x), bound);
      case 13 -> compare(e, OnnxOperator.LESS_OR_EQUAL, e.abs(x), bound);
      case 15 ->
          e.or(e.call(OnnxOperator.IS_INF, real(e, x)), e.call(OnnxOperator.IS_NAN, real(e, x)));
      case 14 ->
          e.not(
              e.or(
                  e.call(OnnxOperator.IS_INF, real(e, x)),
                  e.call(OnnxOperator.IS_NAN, real(e, x))));
      default ->
          throw new UnsupportedNodeException("condition " + mode, "use one out of Conditions");
    };
  }

  private Value distance(Emission e, Value x) {
    return e.abs(e.sub(x, bound));
  }

  private static Value compare(Emission e, OnnxOperator operator, Value x, double with) {
    return e.call(operator, List.of(x, e.scalar(x, with)));
  }

  private static Value real(Emission e, Value x) {
    return x.type().isFloating() ? x : e.cast(x, ElementType.DOUBLE);
  }
}
