package io.subpixel.converter.deeplearning4j;

import java.util.Optional;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;

/**
 * Output layers without coefficients. At inference they are an activation whose softmax runs over
 * the channels of each step, pixel or voxel.
 */
final class Losses {
  private Losses() {}

  /** Over rows. */
  static final class Plain implements LayerTranslator<LossLayer> {
    @Override
    public Optional<long[]> takes(LossLayer layer, Optional<long[]> next) {
      return LayerTranslator.shape(Value.UNKNOWN, Value.UNKNOWN);
    }

    @Override
    public Value translate(LossLayer layer, Scope scope) {
      return Activations.apply(layer.getActivationFn(), scope.input(), Activations.LAST, scope);
    }
  }

  /** Over time steps. */
  static final class Steps implements LayerTranslator<RnnLossLayer> {
    @Override
    public Optional<Mask> mask(RnnLossLayer layer, Scope scope) {
      return Optional.empty();
    }

    @Override
    public Optional<long[]> takes(RnnLossLayer layer, Optional<long[]> next) {
      return LayerTranslator.shape(Value.UNKNOWN, Value.UNKNOWN, Value.UNKNOWN);
    }

    @Override
    public Value translate(RnnLossLayer layer, Scope scope) {
      int channels = layer.getRnnDataFormat() == RNNFormat.NWC ? 2 : 1;
      return Activations.apply(layer.getActivationFn(), scope.input(), channels, scope);
    }
  }

  /** Over pixels. */
  static final class Pixels implements LayerTranslator<CnnLossLayer> {
    @Override
    public Optional<long[]> takes(CnnLossLayer layer, Optional<long[]> next) {
      return Optional.of(Sizes.repeat(Value.UNKNOWN, 4));
    }

    @Override
    public Value translate(CnnLossLayer layer, Scope scope) {
      int channels = layer.getFormat() == CNN2DFormat.NHWC ? 3 : 1;
      return Activations.apply(layer.getActivationFn(), scope.input(), channels, scope);
    }
  }

  /** Over voxels. */
  static final class Voxels implements LayerTranslator<Cnn3DLossLayer> {
    @Override
    public Optional<long[]> takes(Cnn3DLossLayer layer, Optional<long[]> next) {
      return Optional.of(Sizes.repeat(Value.UNKNOWN, 5));
    }

    @Override
    public Value translate(Cnn3DLossLayer layer, Scope scope) {
      int channels = layer.getDataFormat() == Convolution3D.DataFormat.NDHWC ? 4 : 1;
      return Activations.apply(layer.getActivationFn(), scope.input(), channels, scope);
    }
  }
}
