package io.subpixel.converter.operators;

import static io.subpixel.converter.operators.OperatorCase.all;
import static io.subpixel.converter.operators.OperatorCase.floats;
import static io.subpixel.converter.operators.OperatorCase.ints;
import static io.subpixel.converter.operators.OperatorCase.one;
import static io.subpixel.converter.operators.OperatorCase.reals;

import java.util.List;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.custom.MatrixBandPart;
import org.nd4j.linalg.api.ops.custom.Tri;
import org.nd4j.linalg.api.ops.custom.Triu;
import org.nd4j.linalg.api.ops.impl.shape.MeshGrid;
import org.nd4j.linalg.api.ops.impl.transforms.custom.MatrixDiag;
import org.nd4j.linalg.api.ops.impl.transforms.custom.MatrixDiagPart;
import org.nd4j.linalg.factory.Nd4j;

final class CreationOperatorsTest extends OperatorContract {
  @Override
  public Stream<OperatorCase> cases() {
    return Stream.concat(made(), diagonals());
  }

  private static SameDiff graph(List<SDVariable> in) {
    return in.get(0).getSameDiff();
  }

  private static SDVariable shape(List<SDVariable> in) {
    return graph(in).constant(Nd4j.createFromArray(3, 4));
  }

  private static Stream<OperatorCase> made() {
    return Stream.of(
        one(
            "fill",
            in -> graph(in).fill(shape(in), DataType.DOUBLE, 2.5).add(in.get(0)),
            reals(DataType.DOUBLE, 3, 4)),
        one(
            "create",
            in -> graph(in).create(shape(in), DataType.FLOAT, "c", true).add(in.get(0)),
            floats(3, 4)),
        one("ones_as", in -> graph(in).onesLike(in.get(0)), ints(0, 9, 3, 4)),
        one("zeroslike", in -> graph(in).zerosLike(in.get(0)), floats(3, 4)),
        one("eye", in -> graph(in).math().eye(3, 4).add(in.get(0)), floats(3, 4)),
        one(
            "eye, batch",
            in -> graph(in).math().eye(3, 4, DataType.DOUBLE, 2).add(in.get(0)),
            reals(DataType.DOUBLE, 3, 4)),
        one(
            "lin_space",
            in -> graph(in).linspace(DataType.FLOAT, 1, 2, 5).add(in.get(0)),
            floats(5)),
        one("range", in -> graph(in).range(1, 6, 2, DataType.FLOAT).add(in.get(0)), floats(3)),
        one(
            "range, fed",
            in -> graph(in).range(in.get(0), in.get(1), graph(in).constant(2), DataType.INT32),
            OperatorCase.of(DataType.INT32, 1).reshape(),
            OperatorCase.of(DataType.INT32, 8).reshape()),
        grid(true),
        grid(false),
        one("onehot", in -> graph(in).oneHot(in.get(0), 4), ints(-1, 5, 2, 3)),
        one(
            "onehot, axis and values",
            in -> graph(in).oneHot(in.get(0), 4, 0, 5, -2, DataType.DOUBLE),
            ints(0, 4, 2, 3)),
        one(
            "onehot, axis 1",
            in -> graph(in).oneHot(in.get(0), 4, 1, 3, 1, DataType.INT32),
            ints(0, 4, 2, 3)),
        one(
            "sequence_mask",
            in -> graph(in).sequenceMask(in.get(0), 5, DataType.FLOAT),
            OperatorCase.of(DataType.INT32, 3, 0, 5)),
        one(
            "sequence_mask, longest",
            in -> graph(in).sequenceMask(in.get(0), DataType.FLOAT),
            OperatorCase.of(DataType.INT32, 3, 0, 4)),
        one(
            "tri",
            in -> new Tri(graph(in), DataType.FLOAT, 3, 4, 1).outputVariable().add(in.get(0)),
            floats(3, 4)));
  }

  private static OperatorCase grid(boolean isCartesian) {
    return all(
        "meshgrid " + isCartesian,
        in ->
            List.of(
                new MeshGrid(graph(in), isCartesian, in.toArray(SDVariable[]::new))
                    .outputVariables()),
        floats(2),
        floats(3),
        floats(4));
  }

  private static Stream<OperatorCase> diagonals() {
    return Stream.of(
        one("diag", in -> graph(in).math().diag(in.get(0)), reals(DataType.DOUBLE, 3)),
        one("diag, two axes", in -> graph(in).math().diag(in.get(0)), floats(2, 3)),
        one("diag_part", in -> graph(in).math().diagPart(in.get(0)), floats(3, 3)),
        one(
            "matrix_diag",
            in -> new MatrixDiag(graph(in), in.get(0), false).outputVariable(),
            floats(2, 3)),
        one(
            "matrix_diag_part",
            in -> new MatrixDiagPart(graph(in), in.get(0), false).outputVariable(),
            floats(2, 3, 4)),
        one(
            "matrix_set_diag",
            in -> graph(in).math().setDiag(in.get(0), in.get(1)),
            floats(2, 3, 4),
            floats(2, 3)),
        one(
            "matrix_set_diag, tall",
            in -> graph(in).math().setDiag(in.get(0), in.get(1)),
            floats(4, 3),
            floats(3)),
        one("triu", in -> new Triu(graph(in), in.get(0), 1).outputVariable(), floats(3, 4)),
        one("triu -1", in -> new Triu(graph(in), in.get(0), -1).outputVariable(), floats(2, 4, 3)),
        one(
            "matrix_band_part",
            in -> new MatrixBandPart(graph(in), in.get(0), 1, -1).outputVariable(),
            floats(4, 4)),
        one(
            "matrix_band_part, above",
            in -> new MatrixBandPart(graph(in), in.get(0), 0, 1).outputVariable(),
            floats(2, 4, 3)));
  }
}
