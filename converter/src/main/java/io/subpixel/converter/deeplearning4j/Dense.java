package io.subpixel.converter.deeplearning4j;

import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Layers that are {@code activation(x W + b)} over rows, with or without layer normalization:
 * dense, output, center loss, and what an autoencoder gives.
 */
final class Dense implements LayerTranslator<FeedForwardLayer> {
  @Override
  public Optional<long[]> takes(FeedForwardLayer layer, Optional<long[]> next) {
    return LayerTranslator.shape(Value.UNKNOWN, layer.getNIn());
  }

  @Override
  public Value translate(FeedForwardLayer layer, Scope scope) {
    if (scope.input().rank() != 2) {
      throw new Unsupported(
          "an input of rank " + scope.input().rank() + " where rows are expected",
          "put the preprocessor before it that Deeplearning4j adds for an input type");
    }
    SDVariable rows = scope.x().mmul(scope.weight(DefaultParamInitializer.WEIGHT_KEY));
    if (scope.has(DefaultParamInitializer.GAIN_KEY)) {
      rows = normalized(rows, scope.vector(DefaultParamInitializer.GAIN_KEY));
    }
    if (scope.has(DefaultParamInitializer.BIAS_KEY)) {
      rows = rows.add(scope.vector(DefaultParamInitializer.BIAS_KEY));
    }
    Value value = scope.input().with(rows, 1, layer.getNOut());
    return scope.maskedRows(
        Activations.apply(layer.getActivationFn(), value, Activations.LAST, scope));
  }

  /** Layer normalization as Deeplearning4j has it: population variance, no epsilon. */
  static SDVariable normalized(SDVariable rows, SDVariable gain) {
    SDVariable centred = rows.sub(rows.mean(true, 1));
    SDVariable variance = centred.mul(centred).mean(true, 1);
    return centred.div(rows.getSameDiff().math().sqrt(variance)).mul(gain);
  }
}
