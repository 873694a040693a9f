package io.subpixel.converter.deeplearning4j;

import java.util.Optional;
import org.deeplearning4j.nn.conf.graph.GraphVertex;

/**
 * How one kind of vertex becomes operations of SameDiff. Stateless.
 *
 * @param <V> the vertex's configuration
 */
interface VertexTranslator<V extends GraphVertex> {
  /**
   * The shape of what the vertex takes, see {@link LayerTranslator#takes}; {@code next} is what the
   * layer behind it takes.
   */
  default Optional<long[]> takes(V vertex, Optional<long[]> next) {
    return Optional.empty();
  }

  /** Why the vertex can't be translated, as far as its configuration tells. */
  default Optional<Refusal> check(V vertex) {
    return Optional.empty();
  }

  /**
   * Adds the vertex's operations to the graph.
   *
   * @throws Unsupported if it can't be translated for these inputs
   */
  Value translate(V vertex, Scope scope);

  /** Which steps of what it gives count: as of its first input, unless it says otherwise. */
  default Optional<Mask> mask(V vertex, Scope scope) {
    return scope.mask();
  }
}
