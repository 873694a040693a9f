package io.subpixel.converter.deeplearning4j;

import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.Layer;

/**
 * How one kind of layer becomes operations of SameDiff. Stateless.
 *
 * @param <L> the layer's configuration
 */
interface LayerTranslator<L extends Layer> {
  /**
   * The shape of what the layer takes, with {@link Value#UNKNOWN} where its configuration doesn't
   * say; empty if not even the rank is known. Asked of layers that read a network's input.
   *
   * @param next what the layer behind it takes
   */
  Optional<long[]> takes(L layer, Optional<long[]> next);

  /** Why the layer can't be translated, as far as its configuration tells. */
  default Optional<Refusal> check(L layer) {
    return Optional.empty();
  }

  /**
   * Adds the layer's operations to the graph.
   *
   * @return what the layer gives
   * @throws Unsupported if it can't be translated for this input
   */
  Value translate(L layer, Scope scope);

  /**
   * The mask of what the layer gives; empty if all of it counts.
   *
   * @throws Unsupported if Deeplearning4j has none that fits
   */
  default Optional<Mask> mask(L layer, Scope scope) {
    return scope.mask();
  }

  /** A shape for {@link #takes}. */
  static Optional<long[]> shape(long... sizes) {
    return Optional.of(sizes);
  }
}
