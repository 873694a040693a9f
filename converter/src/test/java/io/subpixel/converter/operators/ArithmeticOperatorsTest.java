package io.subpixel.converter.operators;

import static io.subpixel.converter.operators.OperatorCase.between;
import static io.subpixel.converter.operators.OperatorCase.floats;
import static io.subpixel.converter.operators.OperatorCase.one;
import static io.subpixel.converter.operators.OperatorCase.reals;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.ops.SDMath;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.custom.DivideNoNan;
import org.nd4j.linalg.api.ops.impl.broadcast.BiasAdd;
import org.nd4j.linalg.api.ops.impl.scalar.LogX;
import org.nd4j.linalg.api.ops.impl.scalar.ReplaceNans;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarFMod;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMax;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMin;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarRemainder;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarSet;
import org.nd4j.linalg.api.ops.impl.scalar.comparison.ScalarSetValue;
import org.nd4j.linalg.api.ops.impl.shape.MergeMaxIndex;
import org.nd4j.linalg.api.ops.impl.shape.MergeSum;
import org.nd4j.linalg.api.ops.impl.transforms.custom.Pow;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.FModOp;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.RealDivOp;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.TruncateDivOp;
import org.nd4j.linalg.api.ops.impl.transforms.same.AMax;
import org.nd4j.linalg.api.ops.impl.transforms.same.AMin;
import org.nd4j.linalg.api.ops.impl.transforms.same.Max;
import org.nd4j.linalg.api.ops.impl.transforms.same.Min;

final class ArithmeticOperatorsTest extends OperatorContract {
  private static final DataType[] TYPES = {
    DataType.FLOAT, DataType.DOUBLE, DataType.FLOAT16, DataType.INT32, DataType.INT64
  };
  private static final DataType[] REALS = {DataType.FLOAT, DataType.DOUBLE};

  // SameDiff fails to write these: it takes their second array for a number.
  private static final Set<String> UNSAVABLE =
      Set.of("fmod", "max_pairwise", "min_pairwise", "amax_pairwise", "amin_pairwise");

  @Override
  public Stream<OperatorCase> cases() {
    return Stream.of(
            Stream.of(TYPES).flatMap(ArithmeticOperatorsTest::ofType),
            Stream.of(TYPES).flatMap(ArithmeticOperatorsTest::signed),
            Stream.of(REALS).flatMap(ArithmeticOperatorsTest::ofReals),
            broadcasts())
        .flatMap(Function.identity());
  }

  private static Stream<OperatorCase> ofType(DataType type) {
    return Stream.of(
        one("add " + type, in -> in.get(0).add(in.get(1)), positive(type), positive(type)),
        one("subtract " + type, in -> in.get(0).sub(in.get(1)), positive(type), positive(type)),
        one("multiply " + type, in -> in.get(0).mul(in.get(1)), positive(type), positive(type)),
        one("divide " + type, in -> in.get(0).div(in.get(1)), positive(type), positive(type)),
        one("add_scalar " + type, in -> in.get(0).add(3), positive(type)),
        one("sub_scalar " + type, in -> in.get(0).sub(3), positive(type)),
        one("rsub_scalar " + type, in -> in.get(0).rsub(3), positive(type)),
        one("mul_scalar " + type, in -> in.get(0).mul(3), positive(type)),
        one("div_scalar " + type, in -> in.get(0).div(3), positive(type)),
        one("rdiv_scalar " + type, in -> in.get(0).rdiv(3), positive(type)),
        one("add_scalar, fraction " + type, in -> in.get(0).add(2.7), positive(type)));
  }

  private static Stream<OperatorCase> signed(DataType type) {
    INDArray x = OperatorCase.of(type, 7.5, -7.5, 7.5, -7.5, 2.5, 3.5, -2.5, 0.5);
    INDArray y = OperatorCase.of(type, 2, 2, -2, -2, 1, 2, 1, 3);
    return Stream.of(
            pair("reversesubtract", (m, in) -> m.rsub(in.get(0), in.get(1))),
            pair("reversedivide", (m, in) -> m.rdiv(in.get(1), in.get(0))),
            pair("floordiv", (m, in) -> m.floorDiv(in.get(0), in.get(1))),
            pair("floormod", (m, in) -> m.floorMod(in.get(0), in.get(1))),
            pair("mod", (m, in) -> m.mod(in.get(0), in.get(1))),
            pair("squaredsubtract", (m, in) -> m.squaredDifference(in.get(0), in.get(1))),
            pair("maximum", (m, in) -> m.max(in.get(0), in.get(1))),
            pair("minimum", (m, in) -> m.min(in.get(0), in.get(1))),
            pair("fmod", (m, in) -> new FModOp(sd(in), in.get(0), in.get(1)).outputVariable()),
            pair(
                "truncatediv",
                (m, in) -> new TruncateDivOp(sd(in), in.get(0), in.get(1)).outputVariable()),
            pair("max_pairwise", (m, in) -> new Max(sd(in), in.get(0), in.get(1)).outputVariable()),
            pair("min_pairwise", (m, in) -> new Min(sd(in), in.get(0), in.get(1)).outputVariable()),
            pair(
                "amax_pairwise",
                (m, in) -> new AMax(sd(in), in.get(0), in.get(1)).outputVariable()),
            pair(
                "amin_pairwise",
                (m, in) -> new AMin(sd(in), in.get(0), in.get(1)).outputVariable()),
            pair("mergeadd", (m, in) -> m.mergeAdd(in.toArray(SDVariable[]::new))),
            pair("mergemax", (m, in) -> m.mergeMax(in.toArray(SDVariable[]::new))),
            pair(
                "mergemaxindex",
                (m, in) ->
                    new MergeMaxIndex(sd(in), in.toArray(SDVariable[]::new)).outputVariable()),
            pair("pow, scalar", (m, in) -> m.pow(in.get(1), 2)),
            pair("fmod_scalar", (m, in) -> new ScalarFMod(sd(in), in.get(0), 2).outputVariable()),
            pair(
                "remainder_scalar",
                (m, in) -> new ScalarRemainder(sd(in), in.get(0), 3).outputVariable()),
            pair("max_scalar", (m, in) -> new ScalarMax(sd(in), in.get(0), 1.5).outputVariable()),
            pair("scalar_min", (m, in) -> new ScalarMin(sd(in), in.get(0), 1.5).outputVariable()),
            pair("set_scalar", (m, in) -> new ScalarSet(sd(in), in.get(0), 2.5).outputVariable()),
            pair(
                "setvalorless_scalar",
                (m, in) -> new ScalarSetValue(sd(in), in.get(0), 2.5).outputVariable()))
        .map(
            pair -> {
              OperatorCase one = one(pair.name() + " " + type, pair.build(), x, y);
              return UNSAVABLE.contains(pair.name()) ? one.inMemory() : one;
            });
  }

  private record Pair(String name, Function<List<SDVariable>, SDVariable> build) {}

  private interface Build {
    SDVariable apply(SDMath math, List<SDVariable> in);
  }

  private static Pair pair(String name, Build build) {
    // Keeps the second input alive where the operator doesn't read it.
    return new Pair(
        name,
        in -> {
          SDVariable result = build.apply(sd(in).math(), in);
          return result.add(in.get(0).sub(in.get(0)).add(in.get(1)).castTo(result.dataType()));
        });
  }

  private static SameDiff sd(List<SDVariable> in) {
    return in.get(0).getSameDiff();
  }

  private static Stream<OperatorCase> ofReals(DataType type) {
    INDArray x = between(type, 0.5, 3, 3, 4);
    INDArray y = reals(type, 3, 4);
    INDArray odd = OperatorCase.of(type, Double.NaN, 1, Double.POSITIVE_INFINITY, -1e3, -0.0);
    INDArray other = OperatorCase.of(type, 1, Double.NaN, 2, 2, 0);
    return Stream.of(
        one(
            "realdiv " + type,
            in -> new RealDivOp(sd(in), in.toArray(SDVariable[]::new), false).outputVariable(),
            y,
            x),
        one("Pow " + type, in -> new Pow(sd(in), in.get(0), in.get(1)).outputVariable(), x, y),
        one(
            "divide_no_nan " + type,
            in -> new DivideNoNan(sd(in), in.get(0), in.get(1)).outputVariable(),
            OperatorCase.of(type, 1, 0, -2, 3),
            OperatorCase.of(type, 0, 0, 4, -2)),
        one(
            "tf_atan2 " + type,
            in -> sd(in).math().atan2(in.get(0), in.get(1)),
            OperatorCase.of(type, 1, 1, -1, -1, 0, 0, 0, 2, -2, 2),
            OperatorCase.of(type, 2, -2, 2, -2, 1, -1, 0, 0, 0, -0.0)),
        one(
            "mergeavg " + type,
            in -> sd(in).math().mergeAvg(in.toArray(SDVariable[]::new)),
            x,
            y,
            x),
        one(
            "mergesum " + type,
            in -> new MergeSum(sd(in), in.toArray(SDVariable[]::new)).outputVariable(),
            x,
            y,
            x),
        one("log_x " + type, in -> new LogX(sd(in), in.get(0), 3).outputVariable(), x),
        one("pow, fraction " + type, in -> sd(in).math().pow(in.get(0), 1.5), x),
        one(
            "replace_nans " + type,
            in -> new ReplaceNans(sd(in), in.get(0), false, 2.5).outputVariable(),
            odd),
        one("maximum of NaN " + type, in -> sd(in).math().max(in.get(0), in.get(1)), odd, other),
        one("minimum of NaN " + type, in -> sd(in).math().min(in.get(0), in.get(1)), odd, other),
        one(
            "max_scalar of NaN " + type,
            in -> new ScalarMax(sd(in), in.get(0), 0).outputVariable(),
            odd),
        one("ClipByValue " + type, in -> sd(in).math().clipByValue(in.get(0), -0.3, 0.4), y),
        one("clipbynorm " + type, in -> sd(in).math().clipByNorm(in.get(0), 0.5), y),
        one("clipbynorm, rows " + type, in -> sd(in).math().clipByNorm(in.get(0), 0.7, 1), y),
        one(
            "biasadd NCHW " + type,
            in -> new BiasAdd(sd(in), in.get(0), in.get(1), true).outputVariable(),
            reals(type, 2, 3, 4, 3),
            reals(type, 3)),
        one(
            "biasadd NHWC " + type,
            in -> new BiasAdd(sd(in), in.get(0), in.get(1), false).outputVariable(),
            reals(type, 2, 3, 4, 3),
            reals(type, 3)),
        one(
            "biasadd matrix " + type,
            in -> new BiasAdd(sd(in), in.get(0), in.get(1), false).outputVariable(),
            reals(type, 2, 3),
            reals(type, 3)));
  }

  private static Stream<OperatorCase> broadcasts() {
    return Stream.of(
        one(
            "clipbyavgnorm",
            in -> sd(in).math().clipByAvgNorm(in.get(0), 0.1),
            reals(DataType.DOUBLE, 3, 4)),
        one(
            "divide, whole numbers by -1 too",
            in -> in.get(0).div(in.get(1)),
            OperatorCase.of(DataType.INT32, 7, -8, 9, 10),
            OperatorCase.of(DataType.INT32, -1, 3, 2, -1)),
        one("add, rows", in -> in.get(0).add(in.get(1)), floats(2, 3, 4), floats(4)),
        one("subtract, both ways", in -> in.get(0).sub(in.get(1)), floats(3, 1), floats(1, 4)),
        one(
            "floormod, both ways",
            in -> sd(in).math().floorMod(in.get(0), in.get(1)),
            floats(3, 1),
            floats(1, 4)),
        one("multiply by a scalar array", in -> in.get(0).mul(in.get(1)), floats(3, 2), floats()));
  }

  private static INDArray positive(DataType type) {
    return between(type, 1, 20, 3, 4);
  }
}
