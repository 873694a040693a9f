package io.subpixel.converter.deeplearning4j;

import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.params.VariationalAutoencoderParamInitializer;

/** What a variational autoencoder gives: the mean of p(z|x), from its encoder alone. */
final class VariationalEncoder implements LayerTranslator<VariationalAutoencoder> {
  @Override
  public Optional<long[]> takes(VariationalAutoencoder layer, Optional<long[]> next) {
    return LayerTranslator.shape(Value.UNKNOWN, layer.getNIn());
  }

  @Override
  public Value translate(VariationalAutoencoder layer, Scope scope) {
    Value value = scope.input();
    int[] sizes = layer.getEncoderLayerSizes();
    for (int i = 0; i < sizes.length; i++) {
      String weights = "e" + i + VariationalAutoencoderParamInitializer.WEIGHT_KEY_SUFFIX;
      String bias = "e" + i + VariationalAutoencoderParamInitializer.BIAS_KEY_SUFFIX;
      value = affine(value, weights, bias, sizes[i], scope);
      value = Activations.apply(layer.getActivationFn(), value, Activations.LAST, scope);
    }
    value =
        affine(
            value,
            VariationalAutoencoderParamInitializer.PZX_MEAN_W,
            VariationalAutoencoderParamInitializer.PZX_MEAN_B,
            layer.getNOut(),
            scope);
    return Activations.apply(layer.getPzxActivationFn(), value, Activations.LAST, scope);
  }

  private static Value affine(Value rows, String weights, String bias, long size, Scope scope) {
    return rows.with(rows.variable().mmul(scope.weight(weights)).add(scope.vector(bias)), 1, size);
  }
}
