package io.subpixel.converter.operators;

import static io.subpixel.converter.operators.OperatorCase.all;
import static io.subpixel.converter.operators.OperatorCase.floats;
import static io.subpixel.converter.operators.OperatorCase.one;
import static io.subpixel.converter.operators.OperatorCase.reals;

import java.util.List;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.ops.SDNN;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.custom.DotProductAttention;
import org.nd4j.linalg.factory.Nd4j;

final class AttentionOperatorsTest extends OperatorContract {
  private static final INDArray MASK =
      Nd4j.createFromArray(new float[][] {{1, 1, 0, 1, 0}, {0, 1, 1, 1, 1}});

  @Override
  public Stream<OperatorCase> cases() {
    return Stream.of(
        one(
            "attention",
            in -> nn(in).dotProductAttention(in.get(0), in.get(1), in.get(2), null, false),
            reals(DataType.DOUBLE, 2, 4, 3),
            reals(DataType.DOUBLE, 2, 4, 5),
            reals(DataType.DOUBLE, 2, 6, 5)),
        one(
            "attention, scaled and masked",
            in -> nn(in).dotProductAttention(in.get(0), in.get(1), in.get(2), in.get(3), true),
            floats(2, 4, 3),
            floats(2, 4, 5),
            floats(2, 6, 5),
            MASK),
        one(
            "attention, heads masked",
            in -> nn(in).dotProductAttention(in.get(0), in.get(1), in.get(2), in.get(3), true),
            floats(2, 3, 4, 3),
            floats(2, 3, 4, 5),
            floats(2, 3, 6, 5),
            MASK),
        all(
            "attention, with weights",
            in ->
                List.of(
                    new DotProductAttention(
                            in.get(0).getSameDiff(),
                            in.get(0),
                            in.get(1),
                            in.get(2),
                            null,
                            true,
                            true)
                        .outputVariables()),
            floats(2, 4, 3),
            floats(2, 4, 5),
            floats(2, 6, 5)),
        one("multi-head", in -> multiHead(in, null), heads(null)),
        one(
            "multi-head, double",
            in -> multiHead(in, null),
            Stream.of(heads(null))
                .map(array -> array.castTo(DataType.DOUBLE))
                .toArray(INDArray[]::new)),
        one("multi-head, masked", in -> multiHead(in, in.get(7)), heads(MASK)));
  }

  private static SDVariable multiHead(
      List<SDVariable> in, @org.jspecify.annotations.Nullable SDVariable mask) {
    return nn(in)
        .multiHeadDotProductAttention(
            in.get(0), in.get(1), in.get(2), in.get(3), in.get(4), in.get(5), in.get(6), mask,
            true);
  }

  private static INDArray[] heads(@org.jspecify.annotations.Nullable INDArray mask) {
    Stream<INDArray> inputs =
        Stream.of(
            floats(2, 4, 3),
            floats(2, 5, 5),
            floats(2, 6, 5),
            floats(2, 7, 4),
            floats(2, 7, 5),
            floats(2, 3, 6),
            floats(6, 8));
    return (mask == null ? inputs : Stream.concat(inputs, Stream.of(mask)))
        .toArray(INDArray[]::new);
  }

  private static SDNN nn(List<SDVariable> in) {
    return in.get(0).getSameDiff().nn();
  }
}
