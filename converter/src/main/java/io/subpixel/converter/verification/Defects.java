package io.subpixel.converter.verification;

import io.subpixel.converter.graph.Layout;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.source.Network;
import io.subpixel.converter.source.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sizes with which SameDiff M2.1 is known to compute something wrong. No trial has them. */
final class Defects {
  private static final int LARGEST_SCALAR_RANK = 2;

  private final List<Node> nodes;
  private final Map<String, Value> emitted;

  Defects(Network network, Map<String, Value> emitted) {
    this.nodes =
        network.nodes().stream().filter(node -> node.operator().equals("expand_dims")).toList();
    this.emitted = emitted;
  }

  /** Whether these sizes meet a defect: expand_dims takes {@code [1,1]} for a scalar. */
  boolean affect(Layout layout) {
    return nodes.stream().anyMatch(node -> isOneElement(node.inputs().get(0), layout));
  }

  /** What is said where sizes were left out for that. */
  String note() {
    return nodes.get(0).name()
        + ": sizes that make one element of its input are left out, for which SameDiff's"
        + " expand_dims adds no axis";
  }

  private boolean isOneElement(String variable, Layout layout) {
    String name = Optional.ofNullable(emitted.get(variable)).map(Value::name).orElse(variable);
    Shape shape = layout.shapes().get(name);
    return shape != null
        && shape.rank() > 0
        && shape.rank() <= LARGEST_SCALAR_RANK
        && shape.dims().stream().allMatch(dim -> dim.is(1));
  }
}
