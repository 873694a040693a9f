package io.subpixel.converter.internal.verification;

import io.subpixel.converter.internal.source.Network;
import io.subpixel.converter.source.Node;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** Numbers of partitions, which SameDiff's native code trusts: it would write elsewhere. */
final class Partitions {
  private static final String OPERATOR = "dynamic_partition";

  private Partitions() {}

  /** Which ones are outside of what there is, among values by SameDiff's names. */
  static Optional<String> outside(Network network, Map<String, Tensor> values) {
    for (Node node : network.nodes()) {
      Tensor numbers =
          node.operator().equals(OPERATOR) && node.inputs().size() == 2
              ? values.get(node.inputs().get(1))
              : null;
      long count = node.integer(0, node.outputs().size());
      if (numbers != null
          && Arrays.stream(numbers.values()).anyMatch(number -> number < 0 || number >= count)) {
        return Optional.of(node.name() + ": partitions outside of 0.." + (count - 1));
      }
    }
    return Optional.empty();
  }
}
