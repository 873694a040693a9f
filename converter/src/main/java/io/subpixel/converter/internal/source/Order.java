package io.subpixel.converter.internal.source;

import io.subpixel.converter.source.Node;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** What is needed for some variables, in an order in which every node comes behind its needs. */
final class Order {
  private Order() {}

  /** Which node makes a variable. */
  static Map<String, Node> makers(Collection<Node> nodes) {
    Map<String, Node> makers = new LinkedHashMap<>();
    nodes.forEach(node -> node.outputs().forEach(output -> makers.put(output, node)));
    return makers;
  }

  /**
   * Sorts. A cycle, as loops make it, is entered once.
   *
   * @param wanted the variables that have to be computed; those that no node makes need nothing
   * @param needs the variables that a node needs
   */
  static List<Node> of(
      Map<String, Node> makers, Collection<String> wanted, Function<Node, Stream<String>> needs) {
    Set<Node> done = new LinkedHashSet<>();
    Set<Node> open = new HashSet<>();
    // A loop instead of recursion: deep networks would overflow the stack.
    Deque<Node> stack = new ArrayDeque<>();
    for (String name : wanted) {
      Node last = makers.get(name);
      if (last != null) {
        stack.push(last);
      }
      while (!stack.isEmpty()) {
        Node node = stack.peek();
        open.add(node);
        Optional<Node> next =
            needs
                .apply(node)
                .map(makers::get)
                .filter(maker -> maker != null && !done.contains(maker) && !open.contains(maker))
                .findFirst();
        if (next.isPresent()) {
          stack.push(next.get());
        } else {
          done.add(stack.pop());
        }
      }
    }
    return List.copyOf(done);
  }
}
