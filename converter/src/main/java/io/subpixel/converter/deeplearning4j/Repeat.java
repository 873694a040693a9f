package io.subpixel.converter.deeplearning4j;

import java.util.Optional;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;

/** {@code [N,C]} at every one of n steps. */
final class Repeat implements LayerTranslator<RepeatVector> {
  @Override
  public Optional<long[]> takes(RepeatVector layer, Optional<long[]> next) {
    return LayerTranslator.shape(Value.UNKNOWN, Value.UNKNOWN);
  }

  @Override
  public Value translate(RepeatVector layer, Scope scope) {
    int time = layer.getDataFormat() == RNNFormat.NWC ? 1 : 2;
    Value step = Upsamplings.withAxis(scope.input(), time, scope);
    int[] times = {1, 1, 1};
    times[time] = layer.getN();
    return step.with(scope.graph().tile(step.variable(), times), time, layer.getN());
  }
}
