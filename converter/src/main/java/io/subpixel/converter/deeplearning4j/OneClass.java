package io.subpixel.converter.deeplearning4j;

import java.util.Optional;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.layers.ocnn.OCNNParamInitializer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One class network: {@code activation(x V) w}, one number for each example. */
final class OneClass implements LayerTranslator<OCNNOutputLayer> {
  @Override
  public Optional<long[]> takes(OCNNOutputLayer layer, Optional<long[]> next) {
    return LayerTranslator.shape(Value.UNKNOWN, layer.getNIn());
  }

  @Override
  public Value translate(OCNNOutputLayer layer, Scope scope) {
    SDVariable hidden = scope.x().mmul(scope.weight(OCNNParamInitializer.V_KEY));
    Value value = scope.input().with(hidden, 1, layer.getHiddenSize());
    value = Activations.apply(layer.getActivationFn(), value, Activations.LAST, scope);
    INDArray weights = scope.parameter(OCNNParamInitializer.W_KEY);
    SDVariable column =
        scope.weight(OCNNParamInitializer.W_KEY, weights.reshape(weights.length(), 1));
    SDVariable scores = value.variable().mmul(column);
    return value.with(scope.graph().reshape(scores, -1), new long[] {value.size(0)});
  }
}
