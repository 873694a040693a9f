package io.subpixel.converter.operators;

import static io.subpixel.converter.operators.OperatorCase.between;
import static io.subpixel.converter.operators.OperatorCase.floats;
import static io.subpixel.converter.operators.OperatorCase.one;

import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;

final class ArithmeticOperatorsTest extends OperatorContract {
  private static final DataType[] TYPES = {
    DataType.FLOAT, DataType.DOUBLE, DataType.FLOAT16, DataType.INT32, DataType.INT64
  };

  @Override
  public Stream<OperatorCase> cases() {
    return Stream.concat(Stream.of(TYPES).flatMap(ArithmeticOperatorsTest::ofType), broadcasts());
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
        one("rdiv_scalar " + type, in -> in.get(0).rdiv(3), positive(type)));
  }

  private static Stream<OperatorCase> broadcasts() {
    return Stream.of(
        one("add, rows", in -> in.get(0).add(in.get(1)), floats(2, 3, 4), floats(4)),
        one("subtract, both ways", in -> in.get(0).sub(in.get(1)), floats(3, 1), floats(1, 4)),
        one("multiply by a scalar array", in -> in.get(0).mul(in.get(1)), floats(3, 2), floats()));
  }

  private static org.nd4j.linalg.api.ndarray.INDArray positive(DataType type) {
    return between(type, 1, 20, 3, 4);
  }
}
