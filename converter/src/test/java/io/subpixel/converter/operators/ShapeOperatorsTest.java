package io.subpixel.converter.operators;

import static io.subpixel.converter.operators.OperatorCase.floats;
import static io.subpixel.converter.operators.OperatorCase.one;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;

final class ShapeOperatorsTest extends OperatorContract {
  @Override
  public Stream<OperatorCase> cases() {
    return Stream.concat(
        Stream.of(one("identity", in -> in.get(0).getSameDiff().identity(in.get(0)), floats(2, 3))),
        IntStream.of(0, 1, -1, -3)
            .mapToObj(
                axis ->
                    one(
                        "concat " + axis,
                        in -> in.get(0).getSameDiff().concat(axis, in.toArray(SDVariable[]::new)),
                        floats(2, 3, 4),
                        floats(2, 3, 4))));
  }
}
