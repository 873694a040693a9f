package io.subpixel.converter.operators;

import static io.subpixel.converter.operators.OperatorCase.all;
import static io.subpixel.converter.operators.OperatorCase.between;
import static io.subpixel.converter.operators.OperatorCase.one;
import static io.subpixel.converter.operators.OperatorCase.reals;

import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.ops.SDMath;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.custom.Digamma;
import org.nd4j.linalg.api.ops.custom.Lgamma;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.StopGradient;
import org.nd4j.linalg.api.ops.impl.shape.OnesLike;
import org.nd4j.linalg.api.ops.impl.shape.ZerosLike;
import org.nd4j.linalg.api.ops.impl.transforms.Angle;
import org.nd4j.linalg.api.ops.impl.transforms.IdentityN;
import org.nd4j.linalg.api.ops.impl.transforms.same.OneMinus;
import org.nd4j.linalg.api.ops.impl.transforms.same.TimesOneMinus;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Rint;

final class TransformOperatorsTest extends OperatorContract {
  private static final List<DataType> REALS =
      List.of(DataType.FLOAT, DataType.DOUBLE, DataType.FLOAT16);
  private static final List<DataType> TYPES =
      List.of(DataType.FLOAT, DataType.DOUBLE, DataType.FLOAT16, DataType.INT32, DataType.INT64);

  @Override
  public Stream<OperatorCase> cases() {
    return Stream.of(
            TYPES.stream().flatMap(TransformOperatorsTest::ofType),
            REALS.stream().flatMap(TransformOperatorsTest::ofReals),
            casts())
        .flatMap(cases -> cases);
  }

  private static Stream<OperatorCase> ofType(DataType type) {
    INDArray x = OperatorCase.of(type, 7.5, -7.5, 2.5, -2.5, 0.5, -0.5, 0, 1.2, -1.7, 3);
    return Stream.of(
        math("abs", type, SDMath::abs, x),
        math("neg", type, SDMath::neg, x),
        math("sign", type, SDMath::sign, x),
        math("ceil", type, SDMath::ceil, x),
        math("floor", type, SDMath::floor, x),
        math("round", type, SDMath::round, x),
        math("square", type, SDMath::square, x),
        math("cube", type, SDMath::cube, x),
        math("ismax", type, SDMath::isMax, x.reshape(2, 5)),
        op("oneminus", type, (sd, v) -> new OneMinus(sd, v, false).outputVariable(), x),
        op("timesoneminus", type, (sd, v) -> new TimesOneMinus(sd, v, false).outputVariable(), x),
        op("zeros_like", type, (sd, v) -> new Angle(sd, v).outputVariable(), x),
        op("zeroslike", type, (sd, v) -> new ZerosLike(sd, v).outputVariable(), x),
        op("ones_as", type, (sd, v) -> new OnesLike(sd, v).outputVariable(), x),
        op("stop_gradient", type, (sd, v) -> new StopGradient(sd, v).outputVariable(), x),
        all(
            "identity_n " + type,
            in ->
                List.of(
                    new IdentityN(in.get(0).getSameDiff(), in.toArray(SDVariable[]::new))
                        .outputVariables()),
            x,
            x.reshape(2, 5)));
  }

  private static Stream<OperatorCase> ofReals(DataType type) {
    double share = type == DataType.FLOAT16 ? 2e-3 : 1e-5;
    INDArray unit = reals(type, 3, 4);
    INDArray above = between(type, 1.1, 4, 3, 4);
    INDArray odd = OperatorCase.of(type, Double.NaN, Double.POSITIVE_INFINITY, -1e3, -0.0, 2);
    INDArray gammas = OperatorCase.of(type, 0.5, 1, 2.5, 10, 30, 0.1);
    return Stream.of(
            math("sqrt", type, SDMath::sqrt, above),
            math("rsqrt", type, SDMath::rsqrt, above),
            math("Reciprocal", type, SDMath::reciprocal, above),
            math("exp", type, SDMath::exp, unit),
            math("expm1", type, SDMath::expm1, unit),
            math("log", type, SDMath::log, above),
            math("log of odd", type, SDMath::log, odd),
            math("log1p", type, SDMath::log1p, unit.mul(0.5)),
            math("sin", type, SDMath::sin, above),
            math("cos", type, SDMath::cos, above),
            math("tan", type, SDMath::tan, unit),
            math("asin", type, SDMath::asin, unit),
            math("acos", type, SDMath::acos, unit),
            math("atan", type, SDMath::atan, above),
            math("sinh", type, SDMath::sinh, unit),
            math("cosh", type, SDMath::cosh, unit),
            math("asinh", type, SDMath::asinh, unit),
            math("acosh", type, SDMath::acosh, above),
            math("atanh", type, SDMath::atanh, unit.mul(0.9)),
            math("erf", type, SDMath::erf, unit),
            math("erfc", type, SDMath::erfc, unit),
            op(
                "rint",
                type,
                (sd, v) -> new Rint(sd, v, false).outputVariable(),
                OperatorCase.of(type, 0.5, 1.5, 2.5, -0.5, -1.5, 0.2)),
            op("lgamma", type, (sd, v) -> new Lgamma(sd, v).outputVariable(), gammas),
            op("digamma", type, (sd, v) -> new Digamma(sd, v).outputVariable(), gammas))
        .map(one -> one.within(share));
  }

  private static Stream<OperatorCase> casts() {
    DataType[] types = {
      DataType.FLOAT,
      DataType.DOUBLE,
      DataType.FLOAT16,
      DataType.INT32,
      DataType.INT64,
      DataType.BOOL,
      DataType.INT8,
      DataType.INT16
    };
    return Stream.of(types)
        .flatMap(
            from ->
                Stream.of(types)
                    .filter(to -> to != from)
                    .map(
                        to ->
                            one(
                                "cast " + from + " to " + to,
                                in -> in.get(0).castTo(to),
                                OperatorCase.of(from, 1.7, -2.7, 0, 3))));
  }

  private static OperatorCase math(
      String name, DataType type, BiFunction<SDMath, SDVariable, SDVariable> build, INDArray x) {
    return one(name + " " + type, in -> build.apply(in.get(0).getSameDiff().math(), in.get(0)), x);
  }

  private static OperatorCase op(
      String name, DataType type, BiFunction<SameDiff, SDVariable, SDVariable> build, INDArray x) {
    return one(name + " " + type, in -> build.apply(in.get(0).getSameDiff(), in.get(0)), x);
  }
}
