package io.subpixel.converter.internal.verification;

import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.internal.graph.Layout;
import io.subpixel.converter.internal.source.Network;
import io.subpixel.converter.source.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Sizes with which SameDiff M2.1 is known to compute something wrong. No trial has them. */
final class Defects {
  /**
   * One defect.
   *
   * @param operator start of the names of operators that have it
   * @param of shapes of their first input that have it
   * @param effect what goes wrong
   */
  private record Defect(String operator, Predicate<Shape> of, String effect) {}

  private static final List<Defect> KNOWN =
      List.of(
          new Defect(
              "expand_dims",
              shape -> shape.rank() <= 2 && shape.dims().stream().allMatch(dim -> dim.is(1)),
              "expand_dims adds no axis to a single element"),
          new Defect(
              "segment_",
              shape -> shape.rank() == 2 && shape.dim(0).is(1),
              "segment operators fill one element of a single row"));

  private final List<Node> nodes;
  private final Map<String, Value> emitted;

  Defects(Network network, Map<String, Value> emitted) {
    this.nodes = network.nodes();
    this.emitted = emitted;
  }

  /** What SameDiff would get wrong at these sizes; empty if nothing is known. */
  Optional<String> find(Layout layout) {
    for (Defect defect : KNOWN) {
      for (Node node : nodes) {
        if (node.operator().startsWith(defect.operator()) && isMet(defect, node, layout)) {
          return Optional.of(
              node.name() + ": sizes at which SameDiff's " + defect.effect() + " are left out");
        }
      }
    }
    return Optional.empty();
  }

  private boolean isMet(Defect defect, Node node, Layout layout) {
    String variable = node.inputs().get(0);
    String name = Optional.ofNullable(emitted.get(variable)).map(Value::name).orElse(variable);
    Shape shape = layout.shapes().get(name);
    return shape != null && shape.rank() > 0 && defect.of().test(shape);
  }
}
