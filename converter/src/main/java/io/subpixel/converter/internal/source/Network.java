package io.subpixel.converter.internal.source;

import io.subpixel.converter.source.Node;
import io.subpixel.converter.source.UnknownNameException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.ScalarOp;
import org.nd4j.linalg.api.ops.TransformOp;

/**
 * The part of a SameDiff graph that computes the requested outputs from the requested inputs, in an
 * order in which every node comes after those that it reads. What depends on stored arrays alone is
 * folded: it is computed once and counts as stored. Reads the graph that it is made from, never
 * changes it, and is no more thread-safe than that.
 */
public final class Network {
  private static final String CONVENTIONAL_OUTPUT = "sr";

  /** Operators whose result is a scalar only if all that they read are. */
  private static final Set<String> BY_ELEMENT =
      Set.of(
          "greater",
          "greater_equal",
          "less",
          "less_equal",
          "equals",
          "not_equals",
          "boolean_and",
          "boolean_or",
          "boolean_xor",
          "identity");

  private final SameDiff sameDiff;
  private final List<String> inputs;
  private final List<String> outputs;
  private final List<Node> nodes;
  private final List<Node> folded;
  private final Map<String, INDArray> foldedArrays;
  private final Map<String, Flow> flows = new HashMap<>();

  private Network(
      SameDiff sameDiff,
      List<String> inputs,
      List<String> outputs,
      List<Node> nodes,
      Folding folding) {
    this.sameDiff = sameDiff;
    this.inputs = List.copyOf(inputs);
    this.outputs = List.copyOf(outputs);
    this.nodes = Flows.group(nodes, outputs, new ControlDependencies(sameDiff), flows);
    this.folded = List.copyOf(folding.folded());
    this.foldedArrays = new LinkedHashMap<>(folding.arrays());
    // What only the folded ones read needn't stay in memory.
    this.foldedArrays
        .keySet()
        .retainAll(
            Stream.concat(nodes.stream().flatMap(node -> node.inputs().stream()), outputs.stream())
                .toList());
  }

  /**
   * Selects a part of {@code sameDiff}.
   *
   * @param wantedInputs placeholders, and variables to be fed instead of stored; if empty, the
   *     placeholders that the outputs need
   * @param wantedOutputs results of operators; if empty, {@code sr} where there is one, else what
   *     {@link SameDiff#outputs()} says, else what the loss compares with the labels and whatever
   *     nothing reads and needs no labels
   * @throws UnknownNameException if a name isn't there, if an input isn't needed, or if a needed
   *     placeholder isn't among the inputs
   */
  public static Network select(
      SameDiff sameDiff, List<String> wantedInputs, List<String> wantedOutputs) {
    List<String> results = results(sameDiff);
    List<String> outputs = wantedOutputs.isEmpty() ? defaultOutputs(sameDiff) : wantedOutputs;
    if (outputs.isEmpty()) {
      throw new UnknownNameException(
          "outputs", "none, and all that nothing reads is loss", results);
    }
    for (String output : outputs) {
      if (!results.contains(output)) {
        throw new UnknownNameException("outputs", output, results);
      }
    }
    List<String> feedable = feedable(sameDiff);
    for (String input : wantedInputs) {
      if (!feedable.contains(input)) {
        throw new UnknownNameException("inputs", input, feedable);
      }
    }

    List<Node> sorted = sort(sameDiff, outputs);
    Set<String> read =
        sorted.stream()
            .flatMap(node -> node.inputs().stream())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    List<String> placeholders =
        read.stream().filter(name -> sameDiff.getVariable(name).isPlaceHolder()).toList();
    List<String> inputs = wantedInputs.isEmpty() ? placeholders : wantedInputs;
    for (String placeholder : placeholders) {
      if (!inputs.contains(placeholder)) {
        throw new UnknownNameException(
            "inputs", String.join(",", inputs) + " without the needed " + placeholder, feedable);
      }
    }
    for (String input : inputs) {
      if (!read.contains(input)) {
        List<String> needed = feedable.stream().filter(read::contains).toList();
        throw new UnknownNameException("inputs", input + ", which no output needs", needed);
      }
    }

    Folding folding = new Folding(sameDiff, inputs);
    folding.run(sorted);
    Set<Node> folded = new HashSet<>(folding.folded());
    List<Node> live = sorted.stream().filter(node -> !folded.contains(node)).toList();
    return new Network(sameDiff, inputs, outputs, live, folding);
  }

  /** The graph that it is a part of. */
  public SameDiff sameDiff() {
    return sameDiff;
  }

  /** Names of the inputs, in order. */
  public List<String> inputs() {
    return inputs;
  }

  /** Names of the outputs, in order. */
  public List<String> outputs() {
    return outputs;
  }

  /** The operations to convert, in order. */
  public List<Node> nodes() {
    return nodes;
  }

  /** The conditional or loop that an operation stands for. */
  public Optional<Flow> flow(Node node) {
    return Optional.ofNullable(flows.get(node.name()));
  }

  /** Whether it has a loop, which may never end. */
  public boolean hasLoop() {
    return flows.values().stream().anyMatch(flow -> flow instanceof Flow.Loop);
  }

  /**
   * Whether an input without a shape can only be a scalar: nothing but the predicate of a
   * conditional or loop comes of it, element by element.
   */
  public boolean isScalar(String input) {
    Set<String> predicates = new HashSet<>();
    Set<String> scalars = new HashSet<>();
    for (Flow flow : flows.values()) {
      predicates.add(
          flow instanceof Flow.Condition condition
              ? condition.predicate()
              : ((Flow.Loop) flow).condition());
    }
    scalars.addAll(predicates);
    List<Node> all = new ArrayList<>(nodes);
    Collections.reverse(all);
    for (Node node : all) {
      boolean isByElement =
          node.function() instanceof ScalarOp
              || node.function() instanceof TransformOp
              || BY_ELEMENT.contains(node.operator());
      if (isByElement && node.outputs().stream().anyMatch(scalars::contains)) {
        scalars.addAll(node.inputs());
      }
    }
    return scalars.contains(input);
  }

  /** The operations that were computed once and stored. */
  public List<Node> folded() {
    return folded;
  }

  /** The array of a variable that is stored or folded and no input; otherwise empty. */
  public Optional<INDArray> stored(String variable) {
    INDArray array = foldedArrays.get(variable);
    if (array != null) {
      return Optional.of(array);
    }
    SDVariable declared = sameDiff.getVariable(variable);
    boolean isStored = isStored(declared) && !inputs.contains(variable);
    return isStored ? Optional.ofNullable(declared.getArr()) : Optional.empty();
  }

  /**
   * The sizes of an input or of a stored array, -1 for unknown; empty for results and for
   * placeholders without a shape.
   */
  public Optional<long[]> sizes(String variable) {
    INDArray array = foldedArrays.get(variable);
    return Optional.ofNullable(
        array == null ? sameDiff.getVariable(variable).getShape() : array.shape());
  }

  /** The type of a variable's values. */
  public DataType type(String variable) {
    return sameDiff.getVariable(variable).dataType();
  }

  private static List<String> results(SameDiff sameDiff) {
    return sameDiff.variables().stream()
        .filter(variable -> variable.getVariableType() == VariableType.ARRAY)
        .map(SDVariable::name)
        .toList();
  }

  private static List<String> feedable(SameDiff sameDiff) {
    return sameDiff.variables().stream()
        .filter(variable -> variable.isPlaceHolder() || isStored(variable))
        .map(SDVariable::name)
        .toList();
  }

  private static boolean isStored(SDVariable variable) {
    return variable.getVariableType() == VariableType.VARIABLE
        || variable.getVariableType() == VariableType.CONSTANT;
  }

  private static List<String> defaultOutputs(SameDiff sameDiff) {
    List<String> results = results(sameDiff);
    if (results.contains(CONVENTIONAL_OUTPUT)) {
      return List.of(CONVENTIONAL_OUTPUT);
    } else if (sameDiff.outputs() != null && !sameDiff.outputs().isEmpty()) {
      return sameDiff.outputs();
    }
    return List.copyOf(new DefaultOutputs(sameDiff).find());
  }

  private static List<Node> sort(SameDiff sameDiff, List<String> outputs) {
    List<Node> nodes = new ArrayList<>();
    ControlDependencies waiting = new ControlDependencies(sameDiff);
    for (SameDiffOp op : sameDiff.getOps().values()) {
      nodes.add(
          new Node(
              op.getName(),
              op.getOp().opName(),
              op.getOp(),
              orEmpty(op.getInputsToOp()),
              orEmpty(op.getOutputsOfOp())));
    }
    Map<String, Node> makers = Order.makers(nodes);
    for (String output : outputs) {
      if (!makers.containsKey(output)) {
        throw new UnknownNameException("outputs", output, List.copyOf(makers.keySet()));
      }
    }
    return Order.of(makers, outputs, node -> needs(node, waiting));
  }

  /** What a node reads; of a merge also the switches that lead to it without being read. */
  private static Stream<String> needs(Node node, ControlDependencies waiting) {
    return Flows.isMerge(node)
        ? Stream.concat(
            node.inputs().stream(),
            node.inputs().stream().flatMap(input -> waiting.branch(input).stream()))
        : node.inputs().stream();
  }

  private static List<String> orEmpty(@Nullable Collection<String> names) {
    return names == null ? List.of() : List.copyOf(names);
  }
}
