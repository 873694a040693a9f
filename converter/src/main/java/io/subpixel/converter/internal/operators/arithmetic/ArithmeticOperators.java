package io.subpixel.converter.internal.operators.arithmetic;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorHandler;
import io.subpixel.converter.operators.OperatorRegistry;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Elementwise operators on two arrays, or on one and a scalar argument. SameDiff broadcasts as ONNX
 * does, and gives the result the type that it declares, to which it is cast. A scalar argument has
 * the array's type: 2.7 is 2 beside whole numbers.
 */
public final class ArithmeticOperators {
  private ArithmeticOperators() {}

  /** Adds them. */
  public static void register(OperatorRegistry.Builder registry) {
    registry
        // Two arrays
        .add("add", pairwise(OnnxOperator.ADD), OnnxOperator.ADD)
        .add("subtract", pairwise(OnnxOperator.SUB), OnnxOperator.SUB)
        .add("reversesubtract", reversed(OnnxOperator.SUB), OnnxOperator.SUB)
        .add("multiply", pairwise(OnnxOperator.MUL), OnnxOperator.MUL)
        .add("divide", e -> e.out(quotient(e, left(e), right(e))), DIVIDES)
        .add("realdiv", e -> e.out(quotient(e, left(e), right(e))), DIVIDES)
        .add("reversedivide", e -> e.out(quotient(e, right(e), left(e))), DIVIDES)
        .add("floordiv", ArithmeticOperators::floorDiv, FLOOR_DIV)
        .add("truncatediv", ArithmeticOperators::truncateDiv, DIVIDES)
        .add("divide_no_nan", ArithmeticOperators::divideNoNan, DIVIDES)
        .add("fmod", e -> e.out(remainder(e, left(e), right(e))), OnnxOperator.MOD)
        .add("floormod", ArithmeticOperators::floorMod, FLOOR_MOD)
        .add("mod", ArithmeticOperators::floorMod, FLOOR_MOD)
        .add("squaredsubtract", ArithmeticOperators::squaredSubtract, SQUARED_SUBTRACT)
        .add("Pow", pairwise(OnnxOperator.POW), OnnxOperator.POW)
        .add("maximum", e -> e.out(larger(e, left(e), right(e))), EXTREME)
        .add("minimum", e -> e.out(smaller(e, left(e), right(e))), EXTREME)
        .add("max_pairwise", e -> e.out(larger(e, left(e), right(e))), EXTREME)
        .add("min_pairwise", e -> e.out(smaller(e, left(e), right(e))), EXTREME)
        .add("amax_pairwise", byMagnitude(OnnxOperator.GREATER), BY_MAGNITUDE)
        .add("amin_pairwise", byMagnitude(OnnxOperator.LESS), BY_MAGNITUDE)
        .add("tf_atan2", new Atan2(), Atan2.EMITS)
        .add("biasadd", ArithmeticOperators::biasAdd, OnnxOperator.ADD)
        // Any number of arrays
        .add("mergeadd", e -> e.out(merged(e, e::add)), OnnxOperator.ADD, OnnxOperator.IDENTITY)
        .add("mergesum", e -> e.out(merged(e, e::add)), OnnxOperator.ADD, OnnxOperator.IDENTITY)
        .add(
            "mergeavg",
            e -> e.out(e.div(merged(e, e::add), e.inputCount())),
            OnnxOperator.DIV,
            OnnxOperator.ADD)
        .add("mergemax", e -> e.out(merged(e, (a, b) -> larger(e, a, b))), EXTREME)
        .add("mergemaxindex", ArithmeticOperators::mergeMaxIndex, OnnxOperator.ARG_MAX)
        // One array and one scalar
        .add("add_scalar", scalar(OnnxOperator.ADD, false), OnnxOperator.ADD)
        .add("sub_scalar", scalar(OnnxOperator.SUB, false), OnnxOperator.SUB)
        .add("rsub_scalar", scalar(OnnxOperator.SUB, true), OnnxOperator.SUB)
        .add("mul_scalar", scalar(OnnxOperator.MUL, false), OnnxOperator.MUL)
        .add("div_scalar", e -> e.out(quotient(e, e.in(0), argument(e))), DIVIDES)
        .add("rdiv_scalar", e -> e.out(quotient(e, argument(e), e.in(0))), DIVIDES)
        .add("pow", scalar(OnnxOperator.POW, false), OnnxOperator.POW)
        .add("fmod_scalar", e -> e.out(remainder(e, e.in(0), argument(e))), OnnxOperator.MOD)
        .add("remainder_scalar", ArithmeticOperators::nearestRemainder, NEAREST_REMAINDER)
        .add("max_scalar", e -> e.out(larger(e, e.in(0), argument(e))), EXTREME)
        .add("scalar_min", e -> e.out(smaller(e, e.in(0), argument(e))), EXTREME)
        .add("set_scalar", ArithmeticOperators::set, OnnxOperator.CONSTANT_OF_SHAPE)
        .add("setvalorless_scalar", ArithmeticOperators::set, OnnxOperator.CONSTANT_OF_SHAPE)
        .add("log_x", ArithmeticOperators::logOfBase, OnnxOperator.LOG, OnnxOperator.DIV)
        .add("replace_nans", ArithmeticOperators::replaceNans, REPLACE_NANS);
    TransformOperators.register(registry);
    ClipOperators.register(registry);
    FakeQuantization.register(registry);
  }

  private static final OnnxOperator[] EXTREME = {
    OnnxOperator.WHERE, OnnxOperator.LESS, OnnxOperator.GREATER, OnnxOperator.IDENTITY
  };
  private static final OnnxOperator[] DIVIDES = {
    OnnxOperator.DIV, OnnxOperator.EQUAL, OnnxOperator.WHERE, OnnxOperator.NEG
  };
  private static final OnnxOperator[] FLOOR_DIV = {
    OnnxOperator.DIV, OnnxOperator.EQUAL, OnnxOperator.WHERE, OnnxOperator.NEG, OnnxOperator.FLOOR
  };
  private static final OnnxOperator[] FLOOR_MOD = {
    OnnxOperator.MOD, OnnxOperator.ADD, OnnxOperator.LESS, OnnxOperator.EQUAL, OnnxOperator.WHERE
  };
  private static final OnnxOperator[] SQUARED_SUBTRACT = {OnnxOperator.SUB, OnnxOperator.MUL};
  private static final OnnxOperator[] BY_MAGNITUDE = {
    OnnxOperator.WHERE, OnnxOperator.ABS, OnnxOperator.LESS, OnnxOperator.GREATER
  };
  private static final OnnxOperator[] NEAREST_REMAINDER = {
    OnnxOperator.ROUND, OnnxOperator.DIV, OnnxOperator.MUL, OnnxOperator.SUB
  };
  private static final OnnxOperator[] REPLACE_NANS = {OnnxOperator.IS_NAN, OnnxOperator.WHERE};

  /** The first input in the type of the result. */
  private static Value left(Emission e) {
    return e.cast(e.in(0), e.outType());
  }

  /** The second input in the type of the result. */
  private static Value right(Emission e) {
    return e.cast(e.in(1), e.outType());
  }

  /** The scalar argument in the type of the array. */
  private static Value argument(Emission e) {
    return e.scalar(e.in(0), e.node().scalar());
  }

  /** Both inputs in the type of the result. */
  private static OperatorHandler pairwise(OnnxOperator operator) {
    return e -> e.out(e.call(operator, List.of(left(e), right(e))));
  }

  private static OperatorHandler reversed(OnnxOperator operator) {
    return e -> e.out(e.call(operator, List.of(right(e), left(e))));
  }

  private static OperatorHandler scalar(OnnxOperator operator, boolean isReversed) {
    return e -> {
      Value x = e.in(0);
      Value scalar = argument(e);
      e.out(e.call(operator, isReversed ? List.of(scalar, x) : List.of(x, scalar)));
    };
  }

  /**
   * A quotient. ONNX Runtime ends the process where the least whole number is divided by -1, so the
   * divisor becomes 1 there.
   */
  private static Value quotient(Emission e, Value a, Value b) {
    boolean isTrapped = b.type() == ElementType.INT32 || b.type() == ElementType.INT64;
    if (!isTrapped || a.type() != b.type() || isStoredWithout(e, -1)) {
      return e.div(a, b);
    }
    Value isOpposite = e.equal(b, e.scalar(b, -1));
    Value one = e.scalar(b, 1);
    return e.where(isOpposite, e.neg(a), e.div(a, e.where(isOpposite, one, b)));
  }

  /** Whether the operation's numbers that are stored are whole and none of them is this one. */
  private static boolean isStoredWithout(Emission e, long number) {
    boolean isReversed =
        e.node().operator().startsWith("r") && !e.node().operator().equals("realdiv");
    if (e.node().hasScalar()) {
      return !isReversed && e.node().scalar() != number;
    }
    return e.stored(isReversed ? 0 : 1)
        .filter(array -> array.eq(number).castTo(DataType.INT32).sumNumber().longValue() == 0)
        .isPresent();
  }

  /** Rounded down only if it has fractions: whole numbers are cut off, in SameDiff too. */
  private static void floorDiv(Emission e) {
    Value quotient = quotient(e, left(e), right(e));
    e.out(quotient.type().isFloating() ? e.floor(quotient) : quotient);
  }

  /** Both operands are cut off before they are divided, not the quotient: 7.5 by 2.5 is 3. */
  private static void truncateDiv(Emission e) {
    e.out(quotient(e, e.cast(e.in(0), ElementType.INT32), e.cast(e.in(1), ElementType.INT32)));
  }

  /** ONNX Runtime may crash on whole numbers divided by 0, so the divisor becomes 1 there. */
  private static void divideNoNan(Emission e) {
    Value divisor = right(e);
    Value isZero = e.equal(divisor, e.scalar(divisor, 0));
    Value quotient = quotient(e, left(e), e.where(isZero, e.scalar(divisor, 1), divisor));
    e.out(e.where(isZero, e.scalar(quotient, 0), quotient));
  }

  /** What is left over has the sign of the dividend, as in C. */
  static Value remainder(Emission e, Value a, Value b) {
    return e.call(OnnxOperator.MOD, List.of(a, b), Attribute.whole("fmod", 1));
  }

  /**
   * What is left over has the sign of the divisor; but whole numbers by {@code mod} have that of
   * the dividend. ONNX's Mod without fmod takes no fractions in ONNX Runtime.
   */
  private static void floorMod(Emission e) {
    Value a = left(e);
    Value b = right(e);
    Value remainder = remainder(e, a, b);
    if (e.node().operator().equals("mod") && a.type().isWhole()) {
      e.out(remainder);
      return;
    }
    Value zero = e.scalar(a, 0);
    Value isSameSign = e.equal(e.less(a, zero), e.less(b, zero));
    e.out(e.where(isSameSign, remainder, remainder(e, e.add(remainder, b), b)));
  }

  /** {@code x - y * round(x / y)} with ties to even, and whole numbers through double. */
  private static void nearestRemainder(Emission e) {
    ElementType type = e.in(0).type().isFloating() ? e.in(0).type() : ElementType.DOUBLE;
    Value x = e.cast(e.in(0), type);
    Value y = e.cast(argument(e), type);
    e.out(e.sub(x, e.mul(y, e.call(OnnxOperator.ROUND, e.div(x, y)))));
  }

  private static void squaredSubtract(Emission e) {
    e.out(e.square(e.sub(left(e), right(e))));
  }

  /** {@code b} unless {@code a} is larger: ONNX's Max gives NaN where either is. */
  static Value larger(Emission e, Value a, Value b) {
    return e.where(e.greater(a, b), a, b);
  }

  /** {@code b} unless {@code a} is smaller: ONNX's Min gives NaN where either is. */
  static Value smaller(Emission e, Value a, Value b) {
    return e.where(e.less(a, b), a, b);
  }

  /** The operand that is farther from or nearer to 0, with its sign. */
  private static OperatorHandler byMagnitude(OnnxOperator isFirst) {
    return e -> {
      Value a = left(e);
      Value b = right(e);
      e.out(e.where(e.call(isFirst, List.of(e.abs(a), e.abs(b))), a, b));
    };
  }

  /** The channels are axis 1 if the flag is set, else the last; the bias has them only. */
  private static void biasAdd(Emission e) {
    Value x = left(e);
    Value bias = e.cast(e.flat(1), x.type());
    boolean channelsFirst = e.node().truth(0, false);
    e.out(e.add(x, channelsFirst ? channels(e, bias, x.rank()) : bias));
  }

  private static Value channels(Emission e, Value bias, int rank) {
    int[] spatial = IntStream.range(1, rank - 1).toArray();
    return e.unsqueeze(bias, spatial);
  }

  private static Value merged(Emission e, BinaryOperator<Value> operator) {
    Value all = left(e);
    for (int i = 1; i < e.inputCount(); i++) {
      all = operator.apply(all, e.cast(e.in(i), e.outType()));
    }
    return all;
  }

  /** The index of the input that is largest, the first of equal ones. */
  private static void mergeMaxIndex(Emission e) {
    List<Value> layers =
        e.all().stream().map(x -> e.unsqueeze(e.cast(x, e.in(0).type()), 0)).toList();
    e.out(
        e.call(
            OnnxOperator.ARG_MAX,
            e.concat(0, layers),
            Attribute.whole("axis", 0),
            Attribute.whole("keepdims", 0)));
  }

  private static void set(Emission e) {
    e.out(e.fill(e.shapeOf(e.in(0)), e.in(0).type(), e.node().scalar()));
  }

  private static void logOfBase(Emission e) {
    e.out(e.div(e.log(left(e)), Math.log(e.node().scalar())));
  }

  private static void replaceNans(Emission e) {
    Value x = e.in(0);
    e.out(e.where(e.call(OnnxOperator.IS_NAN, x), argument(e), x));
  }
}
