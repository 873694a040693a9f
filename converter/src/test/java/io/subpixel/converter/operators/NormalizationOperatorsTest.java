package io.subpixel.converter.operators;

import static io.subpixel.converter.operators.OperatorCase.between;
import static io.subpixel.converter.operators.OperatorCase.floats;
import static io.subpixel.converter.operators.OperatorCase.one;
import static io.subpixel.converter.operators.OperatorCase.reals;

import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.ops.SDNN;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.LocalResponseNormalizationConfig;

final class NormalizationOperatorsTest extends OperatorContract {
  private static final INDArray X = floats(2, 3, 4, 5);

  @Override
  public Stream<OperatorCase> cases() {
    return Stream.of(
        batchNorm("batchnorm 1", 3, 1),
        batchNorm("batchnorm 3", 5, 3),
        batchNorm("batchnorm -1", 5, -1),
        one(
            "batchnorm without gamma and beta",
            in -> nn(in.get(0)).batchNorm(in.get(0), in.get(1), in.get(2), null, null, 1e-5, 1),
            X,
            floats(3),
            between(DataType.FLOAT, 0.1, 1, 3)),
        one("standardize", in -> in.get(0).getSameDiff().math().standardize(in.get(0), 1), X),
        one(
            "standardize what is all the same",
            in -> in.get(0).getSameDiff().math().standardize(in.get(0), 1),
            floats(2, 3).mul(0)),
        one(
            "layer_norm channels first",
            in -> nn(in.get(0)).layerNorm(in.get(0), in.get(1), in.get(2), true, 1, 2, 3),
            X,
            floats(3),
            floats(3).add(1)),
        one(
            "layer_norm channels last",
            in -> nn(in.get(0)).layerNorm(in.get(0), in.get(1), in.get(2), false, -1),
            floats(4, 6),
            floats(6),
            floats(6).add(1)),
        one(
            "layer_norm without bias",
            in -> nn(in.get(0)).layerNorm(in.get(0), in.get(1), false, 1),
            floats(4, 6),
            floats(6)),
        one(
            "layer_norm channels first, double",
            in -> nn(in.get(0)).layerNorm(in.get(0), in.get(1), in.get(2), true, 1, 2, 3),
            reals(DataType.DOUBLE, 3, 4, 5, 2),
            reals(DataType.DOUBLE, 4),
            reals(DataType.DOUBLE, 4).add(1)),
        one(
            "batchnorm double",
            in ->
                nn(in.get(0))
                    .batchNorm(in.get(0), in.get(1), in.get(2), in.get(3), in.get(4), 1e-5, 1),
            reals(DataType.DOUBLE, 2, 3, 4, 5),
            reals(DataType.DOUBLE, 3),
            between(DataType.DOUBLE, 0.1, 1, 3),
            reals(DataType.DOUBLE, 3),
            reals(DataType.DOUBLE, 3)),
        one("softmax", in -> nn(in.get(0)).softmax(in.get(0)), X),
        one("softmax 1", in -> nn(in.get(0)).softmax(in.get(0), 1), X),
        one(
            "softmax double",
            in -> nn(in.get(0)).softmax(in.get(0), 1),
            reals(DataType.DOUBLE, 3, 4)),
        one("log_softmax", in -> nn(in.get(0)).logSoftmax(in.get(0)), X),
        one("log_softmax 1", in -> nn(in.get(0)).logSoftmax(in.get(0), 1), X).inMemory(),
        one(
            "lrn",
            in ->
                in.get(0)
                    .getSameDiff()
                    .cnn()
                    .localResponseNormalization(
                        in.get(0),
                        LocalResponseNormalizationConfig.builder()
                            .alpha(0.3)
                            .beta(0.7)
                            .bias(1.5)
                            .depth(2)
                            .build()),
            floats(2, 3, 4, 8)));
  }

  private static OperatorCase batchNorm(String name, int channels, int axis) {
    return one(
        name,
        in ->
            nn(in.get(0))
                .batchNorm(in.get(0), in.get(1), in.get(2), in.get(3), in.get(4), 1e-5, axis),
        X,
        floats(channels),
        between(DataType.FLOAT, 0.1, 1, channels),
        floats(channels).add(0.5),
        floats(channels).sub(0.5));
  }

  private static SDNN nn(SDVariable x) {
    return x.getSameDiff().nn();
  }
}
