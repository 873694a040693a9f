package io.subpixel.converter.deeplearning4j;

import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.autodiff.samediff.SDVariable;

/** {@code activation(x * w + b)}, element by element of each row. */
final class ElementWiseMultiplication implements LayerTranslator<ElementWiseMultiplicationLayer> {
  @Override
  public Optional<long[]> takes(ElementWiseMultiplicationLayer layer, Optional<long[]> next) {
    return LayerTranslator.shape(Value.UNKNOWN, layer.getNIn());
  }

  @Override
  public Value translate(ElementWiseMultiplicationLayer layer, Scope scope) {
    SDVariable rows =
        scope
            .x()
            .mul(scope.vector(DefaultParamInitializer.WEIGHT_KEY))
            .add(scope.vector(DefaultParamInitializer.BIAS_KEY));
    return Activations.apply(
        layer.getActivationFn(), scope.input().with(rows), Activations.LAST, scope);
  }
}
