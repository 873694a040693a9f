package io.subpixel.converter.operators;

import static io.subpixel.converter.operators.OperatorCase.all;
import static io.subpixel.converter.operators.OperatorCase.between;
import static io.subpixel.converter.operators.OperatorCase.floats;
import static io.subpixel.converter.operators.OperatorCase.one;
import static io.subpixel.converter.operators.OperatorCase.reals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.custom.Logdet;
import org.nd4j.linalg.api.ops.impl.reduce.TensorMmul;
import org.nd4j.linalg.api.ops.impl.transforms.ReluLayer;
import org.nd4j.linalg.api.ops.impl.transforms.custom.Trace;
import org.nd4j.linalg.factory.Nd4j;

final class LinalgOperatorsTest extends OperatorContract {
  @Override
  public Stream<OperatorCase> cases() {
    List<OperatorCase> cases = new ArrayList<>();
    for (boolean a : new boolean[] {false, true}) {
      for (boolean b : new boolean[] {false, true}) {
        for (boolean c : new boolean[] {false, true}) {
          cases.add(
              one(
                  "matmul %s %s %s".formatted(a, b, c),
                  in -> sd(in).mmul(in.get(0), in.get(1), a, b, c),
                  a ? reals(DataType.DOUBLE, 4, 3) : reals(DataType.DOUBLE, 3, 4),
                  b ? reals(DataType.DOUBLE, 5, 4) : reals(DataType.DOUBLE, 4, 5)));
        }
      }
    }
    Function<List<SDVariable>, SDVariable> mmul = in -> in.get(0).mmul(in.get(1));
    for (long[] sizes : new long[][] {{3, 3}, {2, 3}, {2, 4, 3}}) {
      cases.add(
          one(
              "trace " + Arrays.toString(sizes),
              in -> new Trace(sd(in), in.get(0)).outputVariable(),
              reals(DataType.DOUBLE, sizes)));
    }
    cases.add(one("matmul, batches", mmul, floats(2, 3, 4), floats(2, 4, 5)));
    cases.add(one("matmul, rank 4", mmul, floats(2, 2, 3, 4), floats(2, 2, 4, 5)));
    cases.add(one("matmul, vector and matrix", mmul, floats(4), floats(4, 5)));
    cases.add(one("matmul, matrix and vector", mmul, floats(3, 4), floats(4)));
    cases.add(
        one(
            "matmul, batches transposed",
            in -> sd(in).mmul(in.get(0), in.get(1), true, true, true),
            floats(2, 4, 3),
            floats(2, 5, 4)));
    cases.add(
        one(
            "tensordot",
            in ->
                new TensorMmul(sd(in), in.get(0), in.get(1), new int[][] {{1, 2}, {1, 0}})
                    .outputVariable(),
            floats(2, 3, 4),
            floats(4, 3, 5)));
    cases.add(
        one(
            "xw_plus_b",
            in -> sd(in).nn().linear(in.get(0), in.get(1), in.get(2)),
            floats(3, 4),
            floats(4, 5),
            floats(5)));
    cases.add(
        one(
            "relu_layer",
            in -> new ReluLayer(sd(in), in.get(0), in.get(1), in.get(2)).outputVariable(),
            floats(3, 4),
            floats(4, 5),
            floats(5)));
    cases.add(
        one(
            "cross",
            in -> sd(in).math().cross(in.get(0), in.get(1)),
            floats(4, 3),
            between(DataType.FLOAT, 1, 2, 4, 3)));
    cases.add(
        one(
            "matrix_determinant",
            in -> sd(in).math().matrixDeterminant(in.get(0)),
            floats(2, 3, 3)));
    cases.add(
        one(
            "log_matrix_determinant",
            in ->
                new org.nd4j.linalg.api.ops.impl.transforms.custom.LogMatrixDeterminant(
                        sd(in), in.get(0), false)
                    .outputVariable(),
            floats(2, 3, 3)));
    for (int n = 1; n <= 5; n++) {
      INDArray x = reals(DataType.DOUBLE, 2, n, n);
      INDArray positive =
          Nd4j.matmul(x, x.dup(), false, true, false)
              .add(Nd4j.eye(n).castTo(DataType.DOUBLE).reshape(1, n, n));
      cases.add(
          one(
                  "matrix_determinant, double " + n,
                  in -> sd(in).math().matrixDeterminant(in.get(0)),
                  x)
              .withKnownSizes());
      cases.add(
          one("logdet, double " + n, in -> new Logdet(sd(in), in.get(0)).outputVariable(), positive)
              .withKnownSizes());
      if (n < 5) {
        cases.add(
            one(
                    "matrix_inverse, double " + n,
                    in -> sd(in).math().matrixInverse(in.get(0)),
                    positive)
                .withKnownSizes());
      }
    }
    for (boolean a : new boolean[] {false, true}) {
      cases.add(
          all(
                  "batched_gemm " + a,
                  in ->
                      List.of(
                          sd(in)
                              .batchMmul(
                                  new SDVariable[] {in.get(0), in.get(1)},
                                  new SDVariable[] {in.get(2), in.get(3)},
                                  a,
                                  !a)),
                  reals(DataType.DOUBLE, 3, 3),
                  reals(DataType.DOUBLE, 3, 3).mul(2),
                  reals(DataType.DOUBLE, 3, 3).add(1),
                  reals(DataType.DOUBLE, 3, 3).sub(1))
              .withKnownSizes());
    }
    return cases.stream();
  }

  private static SameDiff sd(List<SDVariable> in) {
    return in.get(0).getSameDiff();
  }
}
