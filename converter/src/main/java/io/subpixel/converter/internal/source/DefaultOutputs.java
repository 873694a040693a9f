package io.subpixel.converter.internal.source;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What a network computes for others when it doesn't say: what a loss compares with labels, and
 * whatever nothing reads. Losses, what needs labels, and checks without a result aren't among it.
 */
final class DefaultOutputs {
  /** Operators that are run for what they refuse, print or keep, or to lead others. */
  private static final Set<String> WITHOUT_RESULT =
      Set.of(
          "noop",
          "assert",
          "create_list",
          "scatter_list",
          "tensorarraywritev3",
          "print_variable",
          "print_affinity",
          "switch",
          "enter",
          "next_iteration",
          "loop_cond");

  /** What a variable is computed from. */
  private record Sources(Set<String> placeholders, boolean hasWeights) {}

  private final SameDiff sameDiff;
  private final Map<String, SameDiffOp> makers = new HashMap<>();
  private final Map<String, Sources> sources = new HashMap<>();
  private final Set<String> labels = new HashSet<>();
  private final Set<String> compared = new LinkedHashSet<>();

  DefaultOutputs(SameDiff sameDiff) {
    this.sameDiff = sameDiff;
    for (SameDiffOp op : sameDiff.getOps().values()) {
      orEmpty(op.getOutputsOfOp()).forEach(output -> makers.put(output, op));
    }
  }

  /** Their names, in order. */
  Collection<String> find() {
    Set<String> losses = new LinkedHashSet<>(orEmpty(sameDiff.getLossVariables()));
    losses.forEach(this::compare);
    Set<String> ends = new TreeSet<>();
    for (SDVariable variable : sameDiff.variables()) {
      if (variable.getVariableType() == VariableType.ARRAY) {
        ends.add(variable.name());
      }
    }
    for (SameDiffOp op : sameDiff.getOps().values()) {
      ends.removeAll(orEmpty(op.getInputsToOp()));
      // What others only wait for is no result.
      ends.removeAll(orEmpty(op.getControlDeps()));
      ends.removeAll(orEmpty(op.getVarControlDeps()));
      if (WITHOUT_RESULT.contains(op.getOp().opName().toLowerCase(Locale.ROOT))) {
        ends.removeAll(orEmpty(op.getOutputsOfOp()));
      }
    }
    ControlDependencies waiting = new ControlDependencies(sameDiff);
    ends.removeIf(end -> waiting.isCheck(end) || waiting.isInBranch(end) || waiting.isCounter(end));
    // Text is what a check says if it fails.
    ends.removeIf(end -> sameDiff.getVariable(end).dataType() == DataType.UTF8);
    ends.removeAll(losses);
    ends.removeIf(end -> sources(end).placeholders().stream().anyMatch(labels::contains));
    Set<String> outputs = new TreeSet<>(compared);
    outputs.removeIf(output -> isReadFor(output, ends));
    outputs.addAll(ends);
    return outputs;
  }

  /** Follows a loss back to where a prediction meets what comes from no weights: the labels. */
  private void compare(String loss) {
    Set<String> seen = new HashSet<>();
    Set<String> open = new LinkedHashSet<>(Set.of(loss));
    while (!open.isEmpty()) {
      String name = open.iterator().next();
      open.remove(name);
      SameDiffOp maker = makers.get(name);
      if (maker == null || !seen.add(name)) {
        continue;
      }
      List<String> inputs = orEmpty(maker.getInputsToOp());
      List<String> predictions = inputs.stream().filter(this::isPrediction).toList();
      List<String> data =
          inputs.stream()
              .filter(input -> !isPrediction(input))
              .filter(input -> !sources(input).placeholders().isEmpty())
              .toList();
      if (data.isEmpty()) {
        open.addAll(predictions);
      } else {
        compared.addAll(predictions);
        predictions.forEach(labelled -> addLabels(data, sources(labelled).placeholders()));
      }
    }
  }

  private void addLabels(List<String> data, Set<String> read) {
    for (String each : data) {
      sources(each).placeholders().stream()
          .filter(placeholder -> !read.contains(placeholder))
          .forEach(labels::add);
    }
  }

  /** Whether it is computed from inputs by weights. */
  private boolean isPrediction(String variable) {
    Sources from = sources(variable);
    return makers.containsKey(variable) && from.hasWeights() && !from.placeholders().isEmpty();
  }

  /** Whether an output is on the way to another, which then stands for it. */
  private boolean isReadFor(String output, Set<String> ends) {
    return ends.stream().anyMatch(end -> isBefore(output, end));
  }

  private boolean isBefore(String output, String end) {
    Set<String> seen = new HashSet<>();
    Set<String> open = new LinkedHashSet<>(Set.of(end));
    while (!open.isEmpty()) {
      String name = open.iterator().next();
      open.remove(name);
      if (name.equals(output)) {
        return true;
      }
      SameDiffOp maker = makers.get(name);
      if (maker != null && seen.add(name)) {
        open.addAll(orEmpty(maker.getInputsToOp()));
      }
    }
    return false;
  }

  private Sources sources(String variable) {
    Sources known = sources.get(variable);
    if (known != null) {
      return known;
    }
    Set<String> placeholders = new HashSet<>();
    boolean hasWeights = false;
    Set<String> seen = new HashSet<>();
    Set<String> open = new LinkedHashSet<>(Set.of(variable));
    while (!open.isEmpty()) {
      String name = open.iterator().next();
      open.remove(name);
      SDVariable found = sameDiff.getVariable(name);
      if (found == null || !seen.add(name)) {
        continue;
      } else if (found.isPlaceHolder()) {
        placeholders.add(name);
      }
      hasWeights |= found.getVariableType() == VariableType.VARIABLE;
      SameDiffOp maker = makers.get(name);
      if (maker != null) {
        open.addAll(orEmpty(maker.getInputsToOp()));
      }
    }
    Sources result = new Sources(placeholders, hasWeights);
    sources.put(variable, result);
    return result;
  }

  private static List<String> orEmpty(@Nullable Collection<String> names) {
    return names == null ? List.of() : List.copyOf(names);
  }
}
