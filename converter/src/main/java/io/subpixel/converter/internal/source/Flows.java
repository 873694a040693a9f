package io.subpixel.converter.internal.source;

import io.subpixel.converter.source.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.Enter;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.Merge;

/**
 * Finds the conditionals and loops among SameDiff's switches, merges and frames, and puts one node
 * in the place of each. What forms none stays as it is.
 */
public final class Flows {
  /** The operator of a node that stands for a {@link Flow.Condition}. */
  static final String CONDITION = "if";

  /** The operator of a node that stands for a {@link Flow.Loop}. */
  static final String LOOP = "while";

  private static final String HANDED = "loop_cond";
  private static final String ENTER = "enter";
  private static final String EXIT = "exit";
  private static final String MERGE = "merge";
  private static final String NEXT = "next_iteration";
  private static final String SWITCH = "switch";
  private static final String TAKEN = "#true";
  private static final String LEFT = "#false";

  private final ControlDependencies waiting;
  private final Map<String, Flow> found;

  private Flows(ControlDependencies waiting, Map<String, Flow> found) {
    this.waiting = waiting;
    this.found = found;
  }

  /**
   * Groups nodes.
   *
   * @param wanted the variables that have to be computed
   * @param waiting tells which branch a stored array belongs to
   * @param found receives what each new node stands for, by the node's name
   */
  static List<Node> group(
      List<Node> nodes, List<String> wanted, ControlDependencies waiting, Map<String, Flow> found) {
    boolean isPlain =
        nodes.stream().noneMatch(node -> is(node, MERGE) || is(node, SWITCH) || is(node, ENTER));
    return isPlain ? nodes : new Flows(waiting, found).group(nodes, wanted);
  }

  /**
   * Says of what enters a loop without being changed there that it is constant, which SameDiff
   * forgets when it saves a network. Without it the second round would wait for it.
   */
  public static void restore(SameDiff network) {
    Set<String> changed = new HashSet<>();
    for (SameDiffOp op : network.getOps().values()) {
      if (op.getOp() instanceof Merge && op.getInputsToOp() != null) {
        changed.addAll(op.getInputsToOp());
      }
    }
    for (SameDiffOp op : network.getOps().values()) {
      if (op.getOp() instanceof Enter enter
          && op.getOutputsOfOp().stream().noneMatch(changed::contains)) {
        enter.setConstant(true);
      }
    }
  }

  static boolean isMerge(Node node) {
    return is(node, MERGE);
  }

  /** Whether a node is that operator, with as many inputs and outputs as it must have. */
  private static boolean is(Node node, String operator) {
    int inputs = operator.equals(SWITCH) || operator.equals(MERGE) ? 2 : 1;
    int outputs = operator.equals(SWITCH) ? 2 : 1;
    return node.operator().equalsIgnoreCase(operator)
        && node.inputs().size() == inputs
        && node.outputs().size() == outputs;
  }

  private List<Node> group(List<Node> nodes, List<String> wanted) {
    return ordered(conditions(loops(nodes)), wanted);
  }

  /** What is needed, each behind what it reads. */
  private static List<Node> ordered(List<Node> nodes, List<String> wanted) {
    return Order.of(Order.makers(nodes), wanted, node -> node.inputs().stream());
  }

  // Loops

  private List<Node> loops(List<Node> nodes) {
    Map<String, List<Node>> frames = new LinkedHashMap<>();
    for (Node node : nodes) {
      if (is(node, ENTER) && node.function() instanceof Enter enter) {
        frames.computeIfAbsent(enter.getFrameName(), name -> new ArrayList<>()).add(node);
      }
    }
    List<Node> left = nodes;
    Map<String, Set<String>> inside = new HashMap<>();
    frames.forEach((frame, enters) -> inside.put(frame, inside(nodes, enters)));
    for (Map.Entry<String, List<Node>> frame : frames.entrySet()) {
      boolean isOuter =
          frame.getValue().stream()
              .flatMap(enter -> enter.inputs().stream())
              .noneMatch(
                  read ->
                      inside.entrySet().stream()
                          .anyMatch(
                              other ->
                                  !other.getKey().equals(frame.getKey())
                                      && other.getValue().contains(read)));
      if (isOuter) {
        left = loop(frame.getKey(), frame.getValue(), left);
      }
    }
    return left;
  }

  /** All that is computed from what enters a frame, until it leaves it. */
  private static Set<String> inside(List<Node> nodes, List<Node> enters) {
    Set<String> inside = new HashSet<>();
    enters.forEach(enter -> inside.addAll(enter.outputs()));
    Map<String, Node> makers = Order.makers(nodes);
    boolean grows = true;
    while (grows) {
      grows = false;
      for (Node node : nodes) {
        boolean leaves = is(node, EXIT) && isOwnExit(node, makers, enters);
        if (!leaves && node.inputs().stream().anyMatch(inside::contains)) {
          grows |= inside.addAll(node.outputs());
        }
      }
    }
    return inside;
  }

  /** Whether an exit leaves the frame of these: exit, switch, merge, enter. */
  private static boolean isOwnExit(Node exit, Map<String, Node> makers, List<Node> enters) {
    return maker(exit, 0, makers)
        .flatMap(switcher -> maker(switcher, 0, makers))
        .filter(merge -> is(merge, MERGE))
        .filter(merge -> entering(merge, makers, enters).isPresent())
        .isPresent();
  }

  private static Optional<Node> maker(Node node, int input, Map<String, Node> makers) {
    return input < node.inputs().size()
        ? Optional.ofNullable(makers.get(node.inputs().get(input)))
        : Optional.empty();
  }

  private static Optional<Node> entering(Node merge, Map<String, Node> makers, List<Node> enters) {
    return merge.inputs().stream()
        .map(makers::get)
        .filter(maker -> maker != null && enters.contains(maker))
        .findFirst();
  }

  private List<Node> loop(String frame, List<Node> enters, List<Node> nodes) {
    Map<String, Node> makers = Order.makers(nodes);
    Set<String> inside = inside(nodes, enters);
    List<Flow.Variable> variables = new ArrayList<>();
    Set<Node> own = new HashSet<>(enters);
    Set<Node> entered = new HashSet<>();
    Set<String> conditions = new LinkedHashSet<>();
    for (Node merge : nodes) {
      Optional<Node> enter = is(merge, MERGE) ? entering(merge, makers, enters) : Optional.empty();
      Optional<Node> next =
          merge.inputs().stream()
              .map(makers::get)
              .filter(maker -> maker != null && is(maker, NEXT))
              .findFirst();
      if (enter.isEmpty() || next.isEmpty()) {
        continue;
      }
      Optional<Node> switcher =
          nodes.stream()
              .filter(node -> is(node, SWITCH) && node.inputs().get(0).equals(merge.output()))
              .findFirst();
      Optional<Node> exit =
          switcher.flatMap(
              found ->
                  nodes.stream()
                      .filter(node -> is(node, EXIT) && node.inputs().get(0).equals(found.output()))
                      .findFirst());
      switcher.ifPresent(found -> conditions.add(found.inputs().get(1)));
      own.add(merge);
      own.add(next.get());
      switcher.ifPresent(own::add);
      exit.ifPresent(own::add);
      entered.add(enter.get());
      variables.add(
          new Flow.Variable(
              enter.get().inputs().get(0),
              merge.output(),
              switcher.map(found -> found.outputs().get(1)),
              next.get().inputs().get(0),
              exit.map(Node::output)));
    }
    if (conditions.size() != 1 || variables.stream().allMatch(v -> v.exit().isEmpty())) {
      return nodes;
    }
    String last = conditions.iterator().next();
    // Graphs of TensorFlow hand the condition on by a node of its own.
    Optional<Node> handed =
        Optional.ofNullable(makers.get(last)).filter(maker -> is(maker, HANDED));
    handed.ifPresent(own::add);
    String condition = handed.map(node -> node.inputs().get(0)).orElse(last);
    Map<String, String> constants = new LinkedHashMap<>();
    enters.stream()
        .filter(enter -> !entered.contains(enter))
        .forEach(enter -> constants.put(enter.output(), enter.inputs().get(0)));
    List<Node> rest =
        nodes.stream()
            .filter(node -> !own.contains(node))
            .filter(node -> node.inputs().stream().anyMatch(inside::contains))
            .toList();
    List<String> results = variables.stream().map(Flow.Variable::next).toList();
    List<Node> checks = group(rest, List.of(condition));
    List<Node> rounds = group(rest, results);
    Flow.Loop loop = new Flow.Loop(frame, variables, constants, condition, checks, rounds);
    List<String> exits = variables.stream().flatMap(v -> v.exit().stream()).toList();
    Set<String> reads = new LinkedHashSet<>(constants.values());
    variables.forEach(variable -> reads.add(variable.initial()));
    Set<String> bound = new HashSet<>(constants.keySet());
    variables.forEach(
        variable -> {
          bound.add(variable.merged());
          variable.inside().ifPresent(bound::add);
        });
    Stream.concat(
            Stream.of(checks, rounds).flatMap(List::stream).flatMap(node -> node.inputs().stream()),
            Stream.concat(results.stream(), Stream.of(condition)))
        .filter(
            name ->
                !bound.contains(name)
                    && Stream.of(checks, rounds)
                        .flatMap(List::stream)
                        .noneMatch(node -> node.outputs().contains(name)))
        .forEach(reads::add);
    Node first = enters.get(0);
    Node node = new Node(frame, LOOP, first.function(), List.copyOf(reads), exits);
    found.put(node.name(), loop);
    Predicate<Node> isOwn = one -> own.contains(one) || rest.contains(one);
    List<Node> left = new ArrayList<>(nodes.stream().filter(isOwn.negate()).toList());
    left.add(node);
    return left;
  }

  // Conditionals

  private List<Node> conditions(List<Node> nodes) {
    List<Node> left = new ArrayList<>(nodes);
    Map<String, Set<String>> guards = new HashMap<>();
    for (Node node : ordered(nodes, nodes.stream().flatMap(n -> n.outputs().stream()).toList())) {
      Node placed = node;
      Set<String> guard = new LinkedHashSet<>();
      node.inputs().forEach(input -> guard.addAll(guards.getOrDefault(input, Set.of())));
      if (is(node, SWITCH)) {
        String predicate = waiting.root(node.inputs().get(1));
        guards.put(node.outputs().get(0), plus(guard, predicate + LEFT));
        guards.put(node.outputs().get(1), plus(guard, predicate + TAKEN));
        continue;
      } else if (is(node, MERGE)) {
        placed = condition(node, left, guards);
        if (found.get(placed.name()) instanceof Flow.Condition condition) {
          String predicate = waiting.root(condition.predicate());
          guard.remove(predicate + TAKEN);
          guard.remove(predicate + LEFT);
          left.set(left.indexOf(node), placed);
        }
      }
      placed.outputs().forEach(output -> guards.put(output, guard));
    }
    return left;
  }

  private static Set<String> plus(Set<String> some, String one) {
    Set<String> all = new LinkedHashSet<>(some);
    all.add(one);
    return all;
  }

  /** A conditional instead of its merge; the merge itself if it is none. */
  private Node condition(Node merge, List<Node> nodes, Map<String, Set<String>> guards) {
    String one = merge.inputs().get(0);
    String other = merge.inputs().get(1);
    Set<String> ofOne = guards(one, nodes, guards);
    Set<String> ofOther = guards(other, nodes, guards);
    for (String guard : ofOne) {
      boolean isTaken = guard.endsWith(TAKEN);
      String predicate = guard.substring(0, guard.length() - (isTaken ? TAKEN : LEFT).length());
      if (!ofOther.contains(predicate + (isTaken ? LEFT : TAKEN))) {
        continue;
      }
      Flow.Branch yes = branch(isTaken ? one : other, predicate, true, nodes, guards);
      Flow.Branch no = branch(isTaken ? other : one, predicate, false, nodes, guards);
      // What is folded has no root any more; a switch reads one that is there.
      String read =
          nodes.stream()
              .filter(node -> is(node, SWITCH))
              .map(node -> node.inputs().get(1))
              .filter(name -> waiting.root(name).equals(predicate))
              .findFirst()
              .orElse(predicate);
      Set<String> reads = new LinkedHashSet<>(List.of(read));
      for (Flow.Branch branch : List.of(yes, no)) {
        reads.addAll(branch.bound().values());
        Set<String> made = new HashSet<>(branch.bound().keySet());
        branch.nodes().forEach(node -> made.addAll(node.outputs()));
        Stream.concat(
                branch.nodes().stream().flatMap(node -> node.inputs().stream()),
                Stream.of(branch.result()))
            .filter(name -> !made.contains(name))
            .forEach(reads::add);
      }
      Node node =
          new Node(
              merge.name(),
              CONDITION,
              merge.function(),
              List.copyOf(reads),
              List.of(merge.output()));
      found.put(node.name(), new Flow.Condition(read, yes, no));
      return node;
    }
    return merge;
  }

  /** The guards of what is computed; of what is stored, the branch that it waits for. */
  private Set<String> guards(String name, List<Node> nodes, Map<String, Set<String>> guards) {
    Set<String> known = guards.getOrDefault(name, Set.of());
    if (!known.isEmpty()) {
      return known;
    }
    Optional<String> branch = waiting.branch(name);
    return branch
        .flatMap(
            output ->
                nodes.stream()
                    .filter(node -> is(node, SWITCH) && node.outputs().contains(output))
                    .findFirst())
        .map(
            node ->
                Set.of(
                    waiting.root(node.inputs().get(1))
                        + (node.output().equals(branch.orElseThrow()) ? LEFT : TAKEN)))
        .orElse(Set.of());
  }

  private Flow.Branch branch(
      String result,
      String predicate,
      boolean isTaken,
      List<Node> nodes,
      Map<String, Set<String>> guards) {
    String side = predicate + (isTaken ? TAKEN : LEFT);
    Map<String, Node> makers = Order.makers(nodes);
    Map<String, String> bound = new LinkedHashMap<>();
    List<Node> inner = new ArrayList<>();
    Deque<String> open = new ArrayDeque<>(List.of(result));
    Set<String> seen = new HashSet<>();
    while (!open.isEmpty()) {
      String name = open.pop();
      Node maker = makers.get(name);
      if (maker != null && seen.add(name) && guards.getOrDefault(name, Set.of()).contains(side)) {
        if (is(maker, SWITCH) && waiting.root(maker.inputs().get(1)).equals(predicate)) {
          bound.put(name, maker.inputs().get(0));
        } else if (!inner.contains(maker)) {
          inner.add(maker);
          maker.inputs().forEach(open::push);
        }
      }
    }
    return new Flow.Branch(bound, ordered(inner, List.of(result)), result);
  }
}
