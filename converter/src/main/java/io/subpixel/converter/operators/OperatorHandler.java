package io.subpixel.converter.operators;

import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.source.Network;
import io.subpixel.converter.source.Node;
import java.util.List;
import java.util.Optional;

/** How one operator of SameDiff becomes nodes of ONNX. Stateless. */
public interface OperatorHandler {
  /** The ONNX operators that it may emit, the essential one first. */
  List<OnnxOperator> emits();

  /** What of the operator is not supported, for the table of operators; empty if all is. */
  default String limits() {
    return "";
  }

  /** Whether {@code node} can't be exported; asked of every node before any is emitted. */
  default Optional<Refusal> check(Node node, Network network) {
    return Optional.empty();
  }

  /** Emits a node that passed the check: every output that it has, by SameDiff's name. */
  void emit(Node node, Emission emission);
}
