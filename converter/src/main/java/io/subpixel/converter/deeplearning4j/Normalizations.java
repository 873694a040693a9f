package io.subpixel.converter.deeplearning4j;

import java.util.Optional;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.LocalResponseNormalizationConfig;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Normalization by running statistics and by neighbouring channels. */
final class Normalizations {
  private Normalizations() {}

  /** {@code batchnorm} with the running mean and variance. */
  static final class Batch implements LayerTranslator<BatchNormalization> {
    @Override
    public Optional<long[]> takes(BatchNormalization layer, Optional<long[]> next) {
      return next;
    }

    @Override
    public Value translate(BatchNormalization layer, Scope scope) {
      int rank = scope.input().rank();
      boolean channelsLast = layer.getCnn2DFormat() == CNN2DFormat.NHWC;
      if (rank == 5 || rank < 2) {
        throw new Unsupported(
            "batch normalization of rank " + rank + ", which Deeplearning4j refuses too",
            "normalize rows, sequences or images");
      } else if (rank == 3 && !channelsLast) {
        throw new Unsupported(
            "batch normalization of [N,C,T], for which Deeplearning4j takes the examples as"
                + " channels",
            "use the data format NHWC with [N,T,C]");
      }
      INDArray mean = vector(scope, BatchNormalizationParamInitializer.GLOBAL_MEAN);
      INDArray variance =
          layer.isUseLogStd()
              ? squaredPowerOfTen(vector(scope, BatchNormalizationParamInitializer.GLOBAL_LOG_STD))
              : vector(scope, BatchNormalizationParamInitializer.GLOBAL_VAR);
      INDArray gamma;
      INDArray beta;
      if (layer.isLockGammaBeta()) {
        // Deeplearning4j leaves both out if either is neutral.
        boolean applies = layer.getGamma() != 1 && layer.getBeta() != 0;
        gamma = Nd4j.valueArrayOf(mean.shape(), applies ? layer.getGamma() : 1, mean.dataType());
        beta = Nd4j.valueArrayOf(mean.shape(), applies ? layer.getBeta() : 0, mean.dataType());
      } else {
        gamma = vector(scope, BatchNormalizationParamInitializer.GAMMA);
        beta = vector(scope, BatchNormalizationParamInitializer.BETA);
      }
      // Rank 2 has its channels in the last axis under either format.
      int axis = rank == 2 ? 1 : channelsLast ? rank - 1 : 1;
      SDVariable y =
          scope
              .graph()
              .nn()
              .batchNorm(
                  scope.x(),
                  scope.weight("mean", mean),
                  scope.weight("variance", variance),
                  scope.weight(BatchNormalizationParamInitializer.GAMMA, gamma),
                  scope.weight(BatchNormalizationParamInitializer.BETA, beta),
                  layer.getEps(),
                  axis);
      return scope.input().with(y);
    }

    private static INDArray vector(Scope scope, String key) {
      INDArray array = scope.parameter(key);
      return array.reshape(array.length());
    }

    private static INDArray squaredPowerOfTen(INDArray exponents) {
      return Transforms.exp(exponents.mul(2 * Math.log(10)), true);
    }
  }

  /** {@code lrn}, which runs over the last axis. */
  static final class LocalResponse implements LayerTranslator<LocalResponseNormalization> {
    @Override
    public Optional<long[]> takes(LocalResponseNormalization layer, Optional<long[]> next) {
      return Optional.of(Sizes.repeat(Value.UNKNOWN, 4));
    }

    @Override
    public Value translate(LocalResponseNormalization layer, Scope scope) {
      boolean channelsLast = layer.getDataFormat() == CNN2DFormat.NHWC;
      Value images = channelsLast ? scope.input() : scope.permute(scope.input(), 0, 2, 3, 1);
      LocalResponseNormalizationConfig config =
          LocalResponseNormalizationConfig.builder()
              .depth((int) layer.getN() / 2)
              .bias(layer.getK())
              .alpha(layer.getAlpha())
              .beta(layer.getBeta())
              .build();
      Value normalized =
          images.with(scope.graph().cnn().localResponseNormalization(images.variable(), config));
      return channelsLast ? normalized : scope.permute(normalized, 0, 3, 1, 2);
    }
  }
}
