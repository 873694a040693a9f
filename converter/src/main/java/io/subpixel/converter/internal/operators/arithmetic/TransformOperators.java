package io.subpixel.converter.internal.operators.arithmetic;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorHandler;
import io.subpixel.converter.operators.OperatorRegistry;
import java.util.List;
import java.util.function.UnaryOperator;

/** Elementwise functions of one array, in the type of the result. */
final class TransformOperators {
  private TransformOperators() {}

  static void register(OperatorRegistry.Builder registry) {
    registry
        .add("abs", function(OnnxOperator.ABS), OnnxOperator.ABS)
        .add("neg", function(OnnxOperator.NEG), OnnxOperator.NEG)
        .add("sign", TransformOperators::sign, SIGN)
        .add("ceil", rounded(OnnxOperator.CEIL), OnnxOperator.CEIL)
        .add("floor", rounded(OnnxOperator.FLOOR), OnnxOperator.FLOOR)
        .add("rint", rounded(OnnxOperator.ROUND), OnnxOperator.ROUND)
        .add("round", TransformOperators::round, ROUND)
        .add("square", e -> e.out(e.square(x(e))), OnnxOperator.MUL)
        .add("cube", e -> e.out(e.mul(e.square(x(e)), x(e))), OnnxOperator.MUL)
        .add("sqrt", function(OnnxOperator.SQRT), OnnxOperator.SQRT)
        .add("rsqrt", TransformOperators::rsqrt, OnnxOperator.RECIPROCAL, OnnxOperator.SQRT)
        .add("Reciprocal", TransformOperators::reciprocal, OnnxOperator.DIV)
        .add("exp", function(OnnxOperator.EXP), OnnxOperator.EXP)
        .add("expm1", TransformOperators::expm1, OnnxOperator.EXP, OnnxOperator.SUB)
        .add("log", function(OnnxOperator.LOG), OnnxOperator.LOG)
        .add("log1p", TransformOperators::log1p, OnnxOperator.LOG, OnnxOperator.ADD)
        .add("sin", function(OnnxOperator.SIN), OnnxOperator.SIN)
        .add("cos", function(OnnxOperator.COS), OnnxOperator.COS)
        .add("tan", function(OnnxOperator.TAN), OnnxOperator.TAN)
        .add("asin", function(OnnxOperator.ASIN), OnnxOperator.ASIN)
        .add("acos", function(OnnxOperator.ACOS), OnnxOperator.ACOS)
        .add("atan", function(OnnxOperator.ATAN), OnnxOperator.ATAN)
        .add("sinh", function(OnnxOperator.SINH), OnnxOperator.SINH)
        .add("cosh", function(OnnxOperator.COSH), OnnxOperator.COSH)
        .add("asinh", function(OnnxOperator.ASINH), OnnxOperator.ASINH)
        .add("acosh", function(OnnxOperator.ACOSH), OnnxOperator.ACOSH)
        .add("atanh", function(OnnxOperator.ATANH), OnnxOperator.ATANH)
        .add("erf", function(OnnxOperator.ERF), OnnxOperator.ERF)
        .add("erfc", TransformOperators::erfc, OnnxOperator.ERF, OnnxOperator.SUB)
        .add("lgamma", new LogGamma(), LogGamma.EMITS)
        .add("digamma", new Digamma(), Digamma.EMITS)
        .add("zeta", Zeta::zeta, Zeta.ZETA)
        .limits("s above 1, q above 0")
        .add("polygamma", Zeta::polygamma, Zeta.POLYGAMMA)
        .limits("n whole and not negative, x above 0")
        .add("oneminus", e -> e.out(oneMinus(e)), OnnxOperator.SUB)
        .add("timesoneminus", TransformOperators::timesOneMinus, OnnxOperator.MUL, OnnxOperator.SUB)
        .add("ismax", new IsMax(), OnnxOperator.ARG_MAX, OnnxOperator.EQUAL)
        // What computes nothing
        .add("cast", TransformOperators::pass, OnnxOperator.CAST)
        .add("check_numerics", TransformOperators::pass, OnnxOperator.IDENTITY)
        .limits("no exception for NaN and infinity")
        // Active in training only: SameDiff, though, draws numbers whenever it runs them.
        .add("dropout", TransformOperators::pass, OnnxOperator.IDENTITY)
        .limits("what is double becomes float, as SameDiff declares it")
        .add("dropout_inverted", TransformOperators::pass, OnnxOperator.IDENTITY)
        .limits("what is double becomes float, as SameDiff declares it")
        .add("stop_gradient", TransformOperators::pass, OnnxOperator.IDENTITY)
        .add("identity_n", e -> e.out(e.all()), OnnxOperator.IDENTITY)
        .add("zeroslike", e -> e.out(filled(e, 0)), OnnxOperator.CONSTANT_OF_SHAPE)
        .add("zeros_like", e -> e.out(filled(e, 0)), OnnxOperator.CONSTANT_OF_SHAPE)
        .add("ones_as", e -> e.out(filled(e, 1)), OnnxOperator.CONSTANT_OF_SHAPE);
  }

  private static final OnnxOperator[] SIGN = {
    OnnxOperator.GREATER, OnnxOperator.LESS, OnnxOperator.SUB
  };
  private static final OnnxOperator[] ROUND = {
    OnnxOperator.FLOOR,
    OnnxOperator.ABS,
    OnnxOperator.SUB,
    OnnxOperator.ADD,
    OnnxOperator.NEG,
    OnnxOperator.LESS,
    OnnxOperator.WHERE
  };

  private static Value x(Emission e) {
    return e.cast(e.in(0), e.outType());
  }

  private static void pass(Emission e) {
    e.out(e.in(0));
  }

  private static OperatorHandler function(OnnxOperator operator) {
    return e -> e.out(e.call(operator, x(e)));
  }

  /** Whole numbers are round already. */
  private static OperatorHandler rounded(OnnxOperator operator) {
    return e -> e.out(x(e).type().isFloating() ? e.call(operator, x(e)) : x(e));
  }

  /** Halves go away from 0: ONNX's Round takes them to the even neighbour. */
  private static void round(Emission e) {
    Value x = x(e);
    if (!x.type().isFloating()) {
      e.out(x);
      return;
    }
    Value size = e.abs(x);
    Value whole = e.floor(size);
    Value half = e.scalar(x, 0.5);
    Value near = e.where(e.less(e.sub(size, whole), half), whole, e.add(whole, 1));
    e.out(e.where(e.less(x, e.scalar(x, 0)), e.neg(near), near));
  }

  /** 0 for NaN, where ONNX's Sign gives NaN. */
  private static void sign(Emission e) {
    Value x = x(e);
    Value zero = e.scalar(x, 0);
    e.out(e.sub(e.cast(e.greater(x, zero), x.type()), e.cast(e.less(x, zero), x.type())));
  }

  private static void rsqrt(Emission e) {
    e.out(e.call(OnnxOperator.RECIPROCAL, e.sqrt(x(e))));
  }

  private static void reciprocal(Emission e) {
    Value x = x(e);
    e.out(e.div(e.scalar(x, 1), x));
  }

  private static void expm1(Emission e) {
    e.out(inDouble(e, x -> e.sub(e.exp(x), 1)));
  }

  private static void log1p(Emission e) {
    e.out(inDouble(e, x -> e.log(e.add(x, 1))));
  }

  /** Computed in double, as what is near 1 loses its last digits in float. */
  private static Value inDouble(Emission e, UnaryOperator<Value> function) {
    return e.cast(function.apply(e.cast(e.in(0), ElementType.DOUBLE)), e.outType());
  }

  private static void erfc(Emission e) {
    Value x = x(e);
    e.out(e.sub(e.scalar(x, 1), e.call(OnnxOperator.ERF, x)));
  }

  private static Value oneMinus(Emission e) {
    return e.call(OnnxOperator.SUB, List.of(e.scalar(e.outType(), 1), x(e)));
  }

  private static void timesOneMinus(Emission e) {
    e.out(e.mul(x(e), oneMinus(e)));
  }

  private static Value filled(Emission e, double value) {
    return e.fill(e.shapeOf(e.in(0)), e.outType(), value);
  }
}
