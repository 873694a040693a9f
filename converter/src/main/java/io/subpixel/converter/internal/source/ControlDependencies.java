package io.subpixel.converter.internal.source;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;

/**
 * What waits for what without reading it. TensorFlow's graphs use it for two things: a constant of
 * a branch waits for the switch that leads there, and a result waits for a check.
 */
public final class ControlDependencies {
  private static final Set<String> CHECKS = Set.of("assert", "noop");
  private static final String IDENTITY = "identity";
  private static final String MERGE = "merge";
  private static final String SWITCH = "switch";

  private final SameDiff sameDiff;
  private final Map<String, SameDiffOp> makers = new HashMap<>();

  /** Reads the network as it is now. */
  public ControlDependencies(SameDiff sameDiff) {
    this.sameDiff = sameDiff;
    for (SameDiffOp op : sameDiff.getOps().values()) {
      orEmpty(op.getOutputsOfOp()).forEach(output -> makers.put(output, op));
    }
  }

  /** What checks something and computes nothing, of all that others wait for. */
  public Set<String> checks() {
    return Stream.concat(
            sameDiff.getOps().values().stream().map(SameDiffOp::getControlDeps),
            sameDiff.getVariables().values().stream().map(Variable::getControlDeps))
        .flatMap(names -> orEmpty(names).stream())
        .filter(this::isCheck)
        .collect(Collectors.toSet());
  }

  /** Makes nothing in a network wait for its checks. */
  public static void dropChecks(SameDiff network) {
    Set<String> checks = new ControlDependencies(network).checks();
    for (SameDiffOp op : network.getOps().values()) {
      op.setControlDeps(without(op.getControlDeps(), checks));
    }
    for (Variable variable : network.getVariables().values()) {
      variable.setControlDeps(without(variable.getControlDeps(), checks));
    }
  }

  private static @Nullable List<String> without(@Nullable List<String> names, Set<String> checks) {
    return names == null ? null : names.stream().filter(name -> !checks.contains(name)).toList();
  }

  /**
   * Whether it checks something and computes nothing: an assertion, or the merge behind one that
   * runs only if its predicate is false; such a merge returns the predicate.
   */
  boolean isCheck(String name) {
    SameDiffOp op = maker(name);
    if (op == null) {
      return false;
    }
    List<String> inputs = orEmpty(op.getInputsToOp());
    return isAssertion(op)
        || (operator(op).equals(MERGE)
            && inputs.stream().allMatch(this::isPredicate)
            && inputs.stream().anyMatch(this::waitsForAssertion));
  }

  private boolean isAssertion(@Nullable SameDiffOp op) {
    return op != null && CHECKS.contains(operator(op));
  }

  private boolean waitsForAssertion(String name) {
    SameDiffOp op = maker(name);
    return op != null
        && orEmpty(op.getControlDeps()).stream().anyMatch(waited -> isAssertion(maker(waited)));
  }

  /** Whether a switch lets through its own predicate. */
  private boolean isPredicate(String name) {
    SameDiffOp op = makers.get(root(name));
    return op != null
        && operator(op).equals(SWITCH)
        && orEmpty(op.getInputsToOp()).size() == 2
        && root(op.getInputsToOp().get(0)).equals(root(op.getInputsToOp().get(1)));
  }

  /** Whether a switch lets it through on one side, which others wait for: it isn't always there. */
  boolean isInBranch(String name) {
    SameDiffOp op = makers.get(root(name));
    return op != null && operator(op).equals(SWITCH);
  }

  /** Whether it only follows from SameDiff's own counter of rounds, which no loop reads. */
  boolean isCounter(String name) {
    SameDiffOp op = makers.get(name);
    return op != null
        && orEmpty(op.getInputsToOp()).stream()
            .map(makers::get)
            .anyMatch(
                read ->
                    read != null
                        && operator(read).equals(MERGE)
                        && orEmpty(read.getInputsToOp()).stream()
                            .anyMatch(orEmpty(read.getOutputsOfOp())::contains));
  }

  /** The variable behind a chain of identities. */
  String root(String name) {
    String root = name;
    Set<String> seen = new HashSet<>();
    for (SameDiffOp op = makers.get(root);
        op != null
            && operator(op).equals(IDENTITY)
            && orEmpty(op.getInputsToOp()).size() == 1
            && seen.add(root);
        op = makers.get(root)) {
      root = op.getInputsToOp().get(0);
    }
    return root;
  }

  /**
   * The output of a switch that a stored array, or what is computed of such alone, waits for; empty
   * if it is none, or if it waits for none.
   */
  Optional<String> branch(String name) {
    Deque<String> open = new ArrayDeque<>(List.of(name));
    Set<String> seen = new LinkedHashSet<>(open);
    while (!open.isEmpty()) {
      String next = root(open.pop());
      SameDiffOp op = maker(next);
      Variable variable = sameDiff.getVariables().get(next);
      if (op != null && operator(op).equals(SWITCH)) {
        return seen.size() == 1 ? Optional.empty() : Optional.of(next);
      } else if (op != null && operator(op).equals(MERGE)) {
        return Optional.empty();
      }
      Stream.of(
              op == null ? List.<String>of() : orEmpty(op.getControlDeps()),
              op == null ? List.<String>of() : orEmpty(op.getVarControlDeps()),
              variable == null ? List.<String>of() : orEmpty(variable.getControlDeps()),
              op == null ? List.<String>of() : orEmpty(op.getInputsToOp()))
          .flatMap(List::stream)
          .filter(seen::add)
          .forEach(open::add);
    }
    return Optional.empty();
  }

  /** By the name of a result, or by its own. */
  private @Nullable SameDiffOp maker(String name) {
    SameDiffOp op = makers.get(name);
    return op == null ? sameDiff.getOps().get(name) : op;
  }

  private static String operator(SameDiffOp op) {
    return op.getOp().opName().toLowerCase(Locale.ROOT);
  }

  private static List<String> orEmpty(@Nullable Collection<String> names) {
    return names == null ? List.of() : List.copyOf(names);
  }
}
