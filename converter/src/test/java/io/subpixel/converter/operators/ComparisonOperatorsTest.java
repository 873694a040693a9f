package io.subpixel.converter.operators;

import static io.subpixel.converter.operators.OperatorCase.bools;
import static io.subpixel.converter.operators.OperatorCase.one;
import static io.subpixel.converter.operators.OperatorCase.reals;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.custom.CompareAndBitpack;
import org.nd4j.linalg.api.ops.custom.ToggleBits;
import org.nd4j.linalg.api.ops.impl.scalar.comparison.ScalarAnd;
import org.nd4j.linalg.api.ops.impl.scalar.comparison.ScalarOr;
import org.nd4j.linalg.api.ops.impl.scalar.comparison.ScalarXor;
import org.nd4j.linalg.api.ops.impl.transforms.bool.BooleanNot;
import org.nd4j.linalg.api.ops.impl.transforms.bool.MatchConditionTransform;
import org.nd4j.linalg.api.ops.impl.transforms.comparison.CompareAndReplace;
import org.nd4j.linalg.api.ops.impl.transforms.comparison.CompareAndSet;
import org.nd4j.linalg.api.ops.impl.transforms.custom.IsNumericTensor;
import org.nd4j.linalg.api.ops.impl.transforms.custom.LogicalAnd;
import org.nd4j.linalg.api.ops.impl.transforms.custom.LogicalOr;
import org.nd4j.linalg.api.ops.impl.transforms.custom.LogicalXor;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.conditions.Condition;
import org.nd4j.linalg.indexing.conditions.Conditions;

final class ComparisonOperatorsTest extends OperatorContract {
  private static final List<DataType> TYPES =
      List.of(DataType.FLOAT, DataType.DOUBLE, DataType.INT32, DataType.INT64);

  @Override
  public Stream<OperatorCase> cases() {
    return Stream.of(
            TYPES.stream().flatMap(ComparisonOperatorsTest::ofType),
            Stream.of(DataType.FLOAT, DataType.DOUBLE).flatMap(ComparisonOperatorsTest::ofReals),
            logic(),
            Stream.of(DataType.INT32, DataType.INT64).flatMap(ComparisonOperatorsTest::bits),
            packed(),
            cyclic())
        .flatMap(cases -> cases);
  }

  private static Stream<OperatorCase> ofType(DataType type) {
    INDArray x = OperatorCase.of(type, 1, 2, 3, -4, 0, 2.5);
    INDArray y = OperatorCase.of(type, 1, 3, 2, -5, 0, 2);
    return Stream.of(
        one("equals " + type, in -> in.get(0).eq(in.get(1)), x, y),
        one("not_equals " + type, in -> in.get(0).neq(in.get(1)), x, y),
        one("less " + type, in -> in.get(0).lt(in.get(1)), x, y),
        one("less_equal " + type, in -> in.get(0).lte(in.get(1)), x, y),
        one("greater " + type, in -> in.get(0).gt(in.get(1)), x, y),
        one("greater_equal " + type, in -> in.get(0).gte(in.get(1)), x, y),
        one("greater, columns " + type, in -> in.get(0).gt(in.get(1)), x, y.reshape(6, 1)),
        one("equals_scalar " + type, in -> in.get(0).eq(2.5), x),
        one("notequals_scalar " + type, in -> in.get(0).neq(2), x),
        one("lessthan_scalar " + type, in -> in.get(0).lt(2.5), x),
        one("lessthanorequal_scalar " + type, in -> in.get(0).lte(2.5), x),
        one("greaterthan_scalar " + type, in -> in.get(0).gt(2.5), x),
        one("greaterthanorequal_scalar " + type, in -> in.get(0).gte(2.5), x),
        one("and_scalar " + type, in -> new ScalarAnd(sd(in), in.get(0), 1).outputVariable(), x)
            .inMemory(),
        one("or_scalar " + type, in -> new ScalarOr(sd(in), in.get(0), 0).outputVariable(), x),
        one("xor_scalar " + type, in -> new ScalarXor(sd(in), in.get(0), 1).outputVariable(), x),
        one("bool_not " + type, in -> new BooleanNot(sd(in), in.get(0)).outputVariable(), x),
        one("is_non_decreasing " + type, in -> sd(in).math().isNonDecreasing(in.get(0)), x),
        one(
            "is_non_decreasing, true " + type,
            in -> sd(in).math().isNonDecreasing(in.get(0)),
            OperatorCase.of(type, 1, 1, 2, 3).reshape(2, 2)),
        one(
            "is_strictly_increasing, true " + type,
            in -> sd(in).math().isStrictlyIncreasing(in.get(0)),
            OperatorCase.of(type, 1, 2, 3, 4).reshape(2, 2)),
        one(
            "is_strictly_increasing " + type,
            in -> sd(in).math().isStrictlyIncreasing(in.get(0)),
            OperatorCase.of(type, 1, 1, 2, 3)),
        one(
            "is_strictly_increasing, one " + type,
            in -> sd(in).math().isStrictlyIncreasing(in.get(0)),
            OperatorCase.of(type, 1)),
        one(
            "is_numeric_tensor " + type,
            in -> new IsNumericTensor(sd(in), in.get(0)).outputVariable(),
            x),
        one(
            "cas " + type,
            in -> new CompareAndSet(sd(in), in.get(0), 5, Conditions.lessThan(1)).outputVariable(),
            x),
        one(
            "car " + type,
            in ->
                new CompareAndReplace(sd(in), in.get(0), in.get(1), Conditions.lessThan(1))
                    .outputVariable(),
            x,
            y),
        one(
                "car, in memory " + type,
                in ->
                    new CompareAndReplace(sd(in), in.get(0), in.get(1), Conditions.lessThan(1))
                        .outputVariable(),
                x,
                y)
            .inMemory());
  }

  private static Stream<OperatorCase> ofReals(DataType type) {
    INDArray odd =
        OperatorCase.of(
            type, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1, -1, 2, -3, 0);
    List<Condition> conditions =
        List.of(
            Conditions.equals(1),
            Conditions.notEquals(1),
            Conditions.epsEquals(1),
            Conditions.epsNotEquals(1),
            Conditions.lessThan(1),
            Conditions.lessThanOrEqual(1),
            Conditions.greaterThan(1),
            Conditions.greaterThanOrEqual(1),
            Conditions.absLessThan(1),
            Conditions.absGreaterThan(1),
            Conditions.absLessThanOrEqual(1),
            Conditions.absGreaterThanOrEqual(1),
            Conditions.isInfinite(),
            Conditions.isNan(),
            Conditions.isFinite(),
            Conditions.notFinite());
    return Stream.concat(
        Stream.of(
            one("isnan " + type, in -> sd(in).math().isNaN(in.get(0)), odd),
            one("isinf " + type, in -> sd(in).math().isInfinite(in.get(0)), odd),
            one("isfinite " + type, in -> sd(in).math().isFinite(in.get(0)), odd),
            one("equals, NaN " + type, in -> in.get(0).eq(in.get(0)), odd),
            one("less_equal, NaN " + type, in -> in.get(0).lte(in.get(0)), odd)),
        IntStream.range(0, conditions.size())
            .mapToObj(
                i ->
                    one(
                        "match_condition_transform %d %s".formatted(i, type),
                        in ->
                            new MatchConditionTransform(sd(in), in.get(0), conditions.get(i))
                                .outputVariable(),
                        odd)));
  }

  private static Stream<OperatorCase> logic() {
    INDArray x = reals(DataType.DOUBLE, 3, 4).gt(0);
    INDArray y = bools(2, 6).reshape(3, 4);
    return Stream.of(
        one("boolean_and", pair(LogicalAnd::new), x, y),
        one("boolean_or", pair(LogicalOr::new), x, y),
        one("boolean_xor", pair(LogicalXor::new), x, y),
        one("and", in -> sd(in).math().and(in.get(0), in.get(1)), x, y),
        one("or", in -> sd(in).math().or(in.get(0), in.get(1)), x, y),
        one("xor", in -> sd(in).math().xor(in.get(0), in.get(1)), x, y));
  }

  private interface Maker {
    DynamicCustomOp make(SameDiff sd, SDVariable x, SDVariable y);
  }

  private static Function<List<SDVariable>, SDVariable> pair(Maker maker) {
    return in -> maker.make(sd(in), in.get(0), in.get(1)).outputVariable();
  }

  private static Stream<OperatorCase> bits(DataType type) {
    INDArray x = OperatorCase.of(type, 5, -5, 1, 1234567, -7654321);
    INDArray y = OperatorCase.of(type, 1, 2, 3, 4, 5);
    return Stream.of(
        one("bitwise_and " + type, in -> sd(in).bitwise().and(in.get(0), in.get(1)), x, y)
            .since(18),
        one("bitwise_or " + type, in -> sd(in).bitwise().or(in.get(0), in.get(1)), x, y).since(18),
        one("bitwise_xor " + type, in -> sd(in).bitwise().xor(in.get(0), in.get(1)), x, y)
            .since(18),
        one("shift_bits " + type, in -> sd(in).bitwise().leftShift(in.get(0), in.get(1)), x, y),
        one("rshift_bits " + type, in -> sd(in).bitwise().rightShift(in.get(0), in.get(1)), x, y));
  }

  private static Stream<OperatorCase> packed() {
    return Stream.of(
        one(
            "toggle_bits",
            in -> OperatorCase.made(new ToggleBits(), DataType.INT32, in.get(0)),
            OperatorCase.of(DataType.INT32, 5, -7, 0, 1234567)),
        one(
            "compare_and_bitpack",
            in -> OperatorCase.made(new CompareAndBitpack(), DataType.UINT8, in.get(0), in.get(1)),
            OperatorCase.floats(3, 16),
            Nd4j.scalar(0.1f)));
  }

  private static Stream<OperatorCase> cyclic() {
    INDArray x = OperatorCase.of(DataType.INT32, 5, 7, 1, 1234567, 7654321);
    INDArray y = OperatorCase.of(DataType.INT32, 1, 2, 3, 14, 5);
    return Stream.of(
        one(
            "cyclic_shift_bits",
            in -> sd(in).bitwise().leftShiftCyclic(in.get(0), in.get(1)),
            x,
            y),
        one(
            "cyclic_rshift_bits",
            in -> sd(in).bitwise().rightShiftCyclic(in.get(0), in.get(1)),
            x,
            y),
        one(
            "cyclic_shift_bits, negative",
            in -> sd(in).bitwise().leftShiftCyclic(in.get(0), in.get(1)),
            x.neg(),
            y),
        one(
            "bits_hamming_distance",
            in -> sd(in).bitwise().bitsHammingDistance(in.get(0), in.get(1)),
            x.neg(),
            y));
  }

  private static SameDiff sd(List<SDVariable> in) {
    return in.get(0).getSameDiff();
  }
}
