package io.subpixel.converter.internal.operators.comparison;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.UnsupportedNodeException;
import io.subpixel.converter.source.Node;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What ND4J's {@code Conditions} make, by the numbers that the native operators get. Number 10 is
 * called absolute, but compares signs too.
 *
 * @param mode ND4J's number of it
 * @param bound what is compared with
 * @param epsilon how far equal numbers may be apart
 */
public record Condition(int mode, double bound, double epsilon) {
  private static final List<OnnxOperator> EMITS =
      List.of(
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
          OnnxOperator.IS_NAN);

  /** What {@link #holds} may emit, and what its user does beside it. */
  public static OnnxOperator[] emits(OnnxOperator... more) {
    return Stream.concat(Arrays.stream(more), EMITS.stream())
        .distinct()
        .toArray(OnnxOperator[]::new);
  }

  /** The condition of an operation that has it in its first three extra arguments. */
  public static Condition of(Node node) {
    return of(node.extra(0, 0), node.extra(1, 0), node.extra(2, -1));
  }

  static Condition of(double bound, double epsilon, double mode) {
    return new Condition((int) mode, bound, epsilon);
  }

  /** Where it holds. */
  public Value holds(Emission e, Value x) {
    return switch (mode) {
      case 0 -> compare(e, OnnxOperator.LESS_OR_EQUAL, distance(e, x), epsilon);
      case 1 -> compare(e, OnnxOperator.GREATER, distance(e, x), epsilon);
      case 2 -> compare(e, OnnxOperator.LESS, x, bound);
      case 3 -> compare(e, OnnxOperator.GREATER, x, bound);
      case 4 -> compare(e, OnnxOperator.LESS_OR_EQUAL, x, bound);
      case 5 -> compare(e, OnnxOperator.GREATER_OR_EQUAL, x, bound);
      case 6 -> compare(e, OnnxOperator.LESS, e.abs(x), bound);
      case 7 -> compare(e, OnnxOperator.GREATER, e.abs(x), bound);
      case 8 -> isInfinite(e, x);
      case 9 -> isNan(e, x);
      case 10 -> compare(e, OnnxOperator.EQUAL, x, bound);
      case 11 -> e.not(compare(e, OnnxOperator.EQUAL, x, bound));
      case 12 -> compare(e, OnnxOperator.GREATER_OR_EQUAL, e.abs(x), bound);
      case 13 -> compare(e, OnnxOperator.LESS_OR_EQUAL, e.abs(x), bound);
      case 15 -> e.or(isInfinite(e, x), isNan(e, x));
      case 14 -> e.not(e.or(isInfinite(e, x), isNan(e, x)));
      default ->
          throw new UnsupportedNodeException(
              "a condition made of several", "use one condition for each operation");
    };
  }

  /** Where it is no number. */
  public static Value isNan(Emission e, Value x) {
    return e.call(OnnxOperator.IS_NAN, real(e, x));
  }

  /** Where it is infinite. */
  public static Value isInfinite(Emission e, Value x) {
    return e.call(OnnxOperator.IS_INF, real(e, x));
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
