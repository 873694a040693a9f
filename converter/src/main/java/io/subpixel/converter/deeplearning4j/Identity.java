package io.subpixel.converter.deeplearning4j;

import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.Layer;

/** Layers that do nothing at inference, or nothing without a mask. */
final class Identity implements LayerTranslator<Layer> {
  @Override
  public Optional<long[]> takes(Layer layer, Optional<long[]> next) {
    return next;
  }

  @Override
  public Value translate(Layer layer, Scope scope) {
    return scope.input();
  }
}
