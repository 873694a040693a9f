package io.subpixel.converter.internal.operators;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.Elements;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.internal.graph.OnnxGraph;
import io.subpixel.converter.internal.source.Network;
import io.subpixel.converter.internal.source.Types;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.operators.UnsupportedNodeException;
import io.subpixel.converter.source.Node;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Emits a network, one operation after the other. Knows what each variable of SameDiff is in the
 * graph. Not thread-safe.
 */
public final class NetworkEmission extends Emission {
  private final Network network;
  private final boolean half;
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, Value> stored = new HashMap<>();
  private final Set<String> phantoms = new HashSet<>();
  private final Set<String> lists = new HashSet<>();
  private final Set<String> empty = new HashSet<>();
  private @Nullable Node current;
  private int depth;

  /**
   * Starts.
   *
   * @param half whether float32 becomes float16
   */
  public NetworkEmission(Network network, OnnxGraph graph, boolean half) {
    super(graph);
    this.network = network;
    this.half = half;
  }

  /** Says what an input of the network is in the graph. */
  public void feed(String input, Value value) {
    values.put(input, cast(value, precision(value.type())));
  }

  /** Says what a variable is in the graph, in place of what it was before. */
  public void bind(String variable, Value value) {
    values.put(variable, value);
  }

  /** Begins a graph within the graph, where values needn't have SameDiff's names. */
  public int begin() {
    depth++;
    return graph().size();
  }

  /** Ends it. */
  public OnnxGraph.Body end(int first, List<Value> inputs, List<Value> outputs) {
    depth--;
    return graph().body(first, inputs, outputs);
  }

  /** Hands over the results of an operation that was emitted otherwise than by a handler. */
  public void named(Node node, List<Value> results) {
    for (int i = 0; i < results.size(); i++) {
      Value result = results.get(i);
      if (depth == 0) {
        graph().rename(result, node.outputs().get(i));
      }
      values.put(node.outputs().get(i), result);
    }
  }

  /** Whether a variable is a list without any tensor. */
  public boolean isEmpty(String list) {
    return empty.contains(list);
  }

  /** Says that a variable is a list. */
  public void list(String variable) {
    lists.add(variable);
  }

  /** Whether a variable is a list, which has no value in SameDiff. */
  public boolean isList(String variable) {
    return lists.contains(variable);
  }

  /** Emits without SameDiff's names, for what is emitted several times. */
  public void unnamed(Runnable emits) {
    depth++;
    emits.run();
    depth--;
  }

  private ElementType precision(ElementType type) {
    return half && type == ElementType.FLOAT ? ElementType.FLOAT16 : type;
  }

  /**
   * Emits one operation.
   *
   * @param entry the registry's of its operator
   * @throws UnsupportedNodeException if its handler refuses it
   * @throws IllegalStateException if its handler breaks its promises
   */
  public void emit(Node node, OperatorRegistry.Entry entry) {
    current = node;
    scope(node.output());
    if (opset() < entry.since()) {
      throw new UnsupportedNodeException(
          "opset " + opset(), "export with opset " + entry.since() + " or more");
    }
    int first = graph().size();
    entry.handler().emit(this);
    Set<OnnxOperator> emitted = new HashSet<>(graph().operators(first));
    entry.emits().forEach(emitted::remove);
    emitted.removeAll(OperatorRegistry.Entry.PLUMBING);
    boolean isComplete = node.outputs().stream().allMatch(values::containsKey);
    if (!emitted.isEmpty() || !isComplete) {
      throw new IllegalStateException(
          "%s: expected all outputs from %s, received %s beside them"
              .formatted(node.operator(), entry.emits(), emitted));
    }
  }

  /**
   * Stands in for the results of an operation that couldn't be exported, so that those behind it
   * can be looked at too.
   */
  public void skip(Node node) {
    Shape shape =
        node.inputs().isEmpty()
            ? new Shape(List.of())
            : find(node.inputs().get(0)).map(Value::shape).orElse(new Shape(List.of()));
    for (String output : node.outputs()) {
      ElementType type = precision(Types.find(network.type(output)).orElse(ElementType.FLOAT));
      values.putIfAbsent(output, graph().input(graph().fresh(output), type, shape));
      phantoms.add(output);
    }
  }

  /** Whether an operation depends, directly or not, on one that was skipped. */
  public boolean readsSkipped(Node node) {
    return node.inputs().stream().anyMatch(phantoms::contains);
  }

  /** The ONNX value of a variable of SameDiff that was emitted or is stored. */
  public Value value(String variable) {
    return find(variable)
        .orElseThrow(
            () -> new IllegalStateException(variable + ": expected a variable that is defined"));
  }

  /** The same, empty if it is neither. */
  public Optional<Value> find(String variable) {
    Value value = values.get(variable);
    if (value != null) {
      return Optional.of(value);
    }
    // ND4J's empty array without axes is nothing that ONNX has.
    Optional<INDArray> array =
        network.stored(variable).filter(found -> found.rank() > 0 || !found.isEmpty());
    array.ifPresent(
        found -> values.put(variable, initializer(graph().fresh(variable), found, found.shape())));
    return Optional.ofNullable(values.get(variable));
  }

  // What handlers read

  @Override
  public Node node() {
    if (current == null) {
      throw new IllegalStateException("no operation is being emitted");
    }
    return current;
  }

  @Override
  public Value in(int index) {
    return value(variable(index));
  }

  @Override
  public Optional<INDArray> stored(int index) {
    return has(index) ? network.stored(variable(index)) : Optional.empty();
  }

  /** The array of a variable that is stored; empty if it is computed or fed. */
  public Optional<INDArray> stored(String variable) {
    return network.stored(variable);
  }

  @Override
  public Value transposed(int index, int... order) {
    Optional<INDArray> array = stored(index);
    if (array.isEmpty()) {
      return transpose(in(index), order);
    }
    String variable = variable(index);
    return stored.computeIfAbsent(
        variable + Arrays.toString(order),
        key -> {
          INDArray permuted = array.get().permute(order);
          return initializer(graph().fresh(variable + "_transposed"), permuted, permuted.shape());
        });
  }

  @Override
  public Value flat(int index) {
    Optional<INDArray> array = stored(index);
    Value whole = in(index);
    if (whole.rank() == 1) {
      return whole;
    } else if (array.isEmpty()) {
      return reshape(whole, -1);
    }
    String variable = variable(index);
    return stored.computeIfAbsent(
        variable,
        key -> initializer(graph().fresh(variable + "_vector"), array.get(), array.get().length()));
  }

  @Override
  public Value stored(INDArray array) {
    return initializer(graph().fresh(node().output() + "_const"), array, array.shape());
  }

  @Override
  public boolean isEmptyList(int index) {
    return isEmpty(variable(index));
  }

  private String variable(int index) {
    if (!has(index)) {
      throw new UnsupportedNodeException(
          "%d inputs, where at least %d are read".formatted(inputCount(), index + 1),
          "make it with SameDiff's own methods");
    }
    return node().inputs().get(index);
  }

  // What handlers write

  @Override
  public ElementType outType(int index) {
    DataType type = network.type(node().outputs().get(index));
    return Types.find(type)
        .map(this::precision)
        .orElseThrow(() -> UnsupportedNodeException.ofType(type));
  }

  @Override
  public void out(List<Value> results) {
    List<String> outputs = node().outputs();
    if (results.size() < outputs.size()) {
      throw new UnsupportedNodeException(
          "%d results, of which %d can be exported".formatted(outputs.size(), results.size()),
          "use only the first");
    }
    for (int i = 0; i < outputs.size(); i++) {
      Value typed = cast(results.get(i), outType(i));
      if (depth == 0) {
        graph().rename(typed, outputs.get(i));
      }
      values.put(outputs.get(i), typed);
    }
  }

  @Override
  public void outAsIs(List<Value> results) {
    named(node(), results);
  }

  @Override
  public void outLists(List<Value> contents) {
    lists.addAll(node().outputs());
    outAsIs(contents);
  }

  @Override
  public void outEmptyLists() {
    outLists(node().outputs().stream().map(output -> index(0)).toList());
    empty.addAll(node().outputs());
  }

  private Value initializer(String name, INDArray array, long... sizes) {
    boolean isReduced = half && array.dataType() == DataType.FLOAT;
    Elements elements = Types.view(isReduced ? array.castTo(DataType.FLOAT16) : array);
    return graph().initializer(name, elements, sizes);
  }
}
