package io.subpixel.converter.internal.graph;

import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.graph.Value;
import java.util.Map;
import java.util.Optional;

/**
 * The shapes that a graph's values have for inputs of given sizes, found by arithmetic alone.
 *
 * @param shapes of inputs, stored tensors and results by {@link Value#name}, up to the first that
 *     can't be
 * @param conflict why the graph wouldn't run, or would have nothing to compute
 * @param isDangerous whether native code might crash on that instead of refusing it
 * @param isProven whether no window can be larger than what it looks at, wherever there is one
 */
public record Layout(
    Map<String, Shape> shapes, Optional<String> conflict, boolean isDangerous, boolean isProven) {
  /** Copies the map. */
  public Layout {
    shapes = Map.copyOf(shapes);
  }
}
