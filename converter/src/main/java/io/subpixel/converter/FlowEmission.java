package io.subpixel.converter;

import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.internal.graph.OnnxGraph;
import io.subpixel.converter.internal.operators.NetworkEmission;
import io.subpixel.converter.internal.source.Flow;
import io.subpixel.converter.operators.UnsupportedNodeException;
import io.subpixel.converter.source.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Conditionals as <a href="https://onnx.ai/onnx/operators/onnx__If.html">If</a> and loops as <a
 * href="https://onnx.ai/onnx/operators/onnx__Loop.html">Loop</a>, opsets 13 and later. SameDiff
 * checks a loop's condition at the begin of a round, ONNX at its end: it is computed once before
 * the loop and again behind each round.
 */
final class FlowEmission {
  /** How often the sizes of a loop's variables may become more general. */
  private static final int MOST_TRIES = 8;

  /** Adds a tensor to a list: the list, where, the tensor, what is there already. */
  private static final String WRITE = "tensorarraywritev3";

  private static final int WRITTEN = 2;

  private final NetworkEmission e;
  private final OnnxGraph graph;
  private final Consumer<Node> nodes;
  private final BooleanSupplier failed;

  /**
   * Starts.
   *
   * @param nodes emits one of the operations inside
   * @param failed whether one of them couldn't be
   */
  FlowEmission(
      NetworkEmission emission, OnnxGraph graph, Consumer<Node> nodes, BooleanSupplier failed) {
    this.e = emission;
    this.graph = graph;
    this.nodes = nodes;
    this.failed = failed;
  }

  /**
   * Emits a conditional or a loop.
   *
   * @throws UnsupportedNodeException if it can't be, or if something inside it can't
   */
  void emit(Node node, Flow flow) {
    List<Value> made =
        flow instanceof Flow.Condition condition
            ? List.of(condition(node, condition))
            : loop(node, (Flow.Loop) flow);
    e.named(node, made);
  }

  private void requireWhole() {
    if (failed.getAsBoolean()) {
      throw new UnsupportedNodeException("a part of it can't be exported", "see the others");
    }
  }

  private Value scalar(String variable) {
    Value condition = e.value(variable);
    // One element counts as a scalar in SameDiff.
    Value scalar = condition.rank() == 0 ? condition : e.reshape(condition, new long[0]);
    return e.cast(scalar, ElementType.BOOL);
  }

  private record Branch(OnnxGraph.Body body, Value result) {}

  private Value condition(Node node, Flow.Condition condition) {
    Optional<INDArray> stored = e.stored(condition.predicate());
    if (stored.isPresent()) {
      return taken(stored.get().getDouble(0) == 0 ? condition.no() : condition.yes());
    }
    Value predicate = scalar(condition.predicate());
    Branch yes = branch(condition.yes());
    Branch no = branch(condition.no());
    Value one = yes.result;
    Value other = no.result;
    if (one.type() != other.type() || one.rank() != other.rank()) {
      throw new UnsupportedNodeException(
          "branches that give %s%s and %s%s"
              .formatted(one.type(), one.shape(), other.type(), other.shape()),
          "give both the same type and number of axes");
    }
    Value like = new Value(one.name(), one.type(), common(one.shape(), other.shape()));
    return graph
        .flow(
            OnnxOperator.IF,
            node.output(),
            List.of(predicate),
            List.of(like),
            Map.of("then_branch", yes.body, "else_branch", no.body))
        .get(0);
  }

  private Branch branch(Flow.Branch branch) {
    int first = e.begin();
    branch.bound().forEach((inner, outer) -> e.bind(inner, e.value(outer)));
    branch.nodes().forEach(nodes);
    if (failed.getAsBoolean()) {
      e.end(first, List.of(), List.of());
      requireWhole();
    }
    Value result = e.value(branch.result());
    return new Branch(e.end(first, List.of(), List.of(result)), result);
  }

  /** The only branch that can be taken, as if there were no other. */
  private Value taken(Flow.Branch branch) {
    branch.bound().forEach((inner, outer) -> e.bind(inner, e.value(outer)));
    e.unnamed(() -> branch.nodes().forEach(nodes));
    requireWhole();
    return e.value(branch.result());
  }

  private static Shape common(Shape one, Shape other) {
    return new Shape(
        IntStream.range(0, one.rank())
            .mapToObj(
                axis -> one.dim(axis).equals(other.dim(axis)) ? one.dim(axis) : Dim.inferred())
            .toList());
  }

  private List<Value> loop(Node node, Flow.Loop loop) {
    loop.constants().forEach((inner, outer) -> e.bind(inner, e.value(outer)));
    Map<Flow.Variable, Node> written = written(loop);
    List<Flow.Variable> variables =
        loop.variables().stream().filter(one -> !written.containsKey(one)).toList();
    List<Flow.Variable> lists = List.copyOf(written.keySet());
    bind(lists, lists.stream().map(one -> e.value(one.initial())).toList());
    List<Node> rounds = loop.rounds().stream().filter(one -> !written.containsValue(one)).toList();
    List<Value> initial = variables.stream().map(one -> e.value(one.initial())).toList();
    bind(variables, initial);
    e.unnamed(() -> loop.checks().forEach(nodes));
    requireWhole();
    Value before = scalar(loop.condition());
    List<Shape> shapes = new ArrayList<>(initial.stream().map(Value::shape).toList());
    for (int i = 0; i < MOST_TRIES; i++) {
      int first = e.begin();
      List<Value> given = new ArrayList<>();
      given.add(graph.bodyInput(node.name() + "_round", ElementType.INT64, new Shape(List.of())));
      given.add(graph.bodyInput(node.name() + "_goes_on", ElementType.BOOL, new Shape(List.of())));
      List<Value> inside = new ArrayList<>();
      for (int v = 0; v < shapes.size(); v++) {
        Shape shape = symbols(shapes.get(v), node.name() + "_" + v + "_" + i);
        inside.add(graph.bodyInput(node.name() + "_in", initial.get(v).type(), shape));
      }
      given.addAll(inside);
      bind(variables, inside);
      rounds.forEach(nodes);
      List<Value> results = new ArrayList<>();
      if (!failed.getAsBoolean()) {
        List<Value> next = variables.stream().map(one -> e.value(one.next())).toList();
        boolean changed = generalize(shapes, inside, next);
        if (changed) {
          e.end(first, List.of(), List.of());
          continue;
        }
        List<Value> tensors =
            written.values().stream().map(one -> e.value(one.inputs().get(WRITTEN))).toList();
        bind(variables, next);
        loop.checks().forEach(nodes);
        results.add(scalar(loop.condition()));
        results.addAll(next);
        results.addAll(tensors);
      }
      OnnxGraph.Body body = e.end(first, given, results);
      requireWhole();
      List<Value> inputs = new ArrayList<>(List.of(Value.NONE, before));
      inputs.addAll(initial);
      List<Value> like = new ArrayList<>(results.subList(1, 1 + variables.size()));
      results.subList(1 + variables.size(), results.size()).forEach(one -> like.add(stacked(one)));
      List<Value> made =
          graph.flow(OnnxOperator.LOOP, node.name(), inputs, like, Map.of("body", body));
      List<Flow.Variable> all = new ArrayList<>(variables);
      all.addAll(lists);
      lists.forEach(one -> one.exit().ifPresent(e::list));
      return loop.variables().stream()
          .filter(one -> one.exit().isPresent())
          .map(one -> made.get(all.indexOf(one)))
          .toList();
    }
    throw new UnsupportedNodeException(
        "a variable whose number of axes changes from round to round", "keep its shape");
  }

  /** What comes out of all rounds, one behind the other. */
  private static Value stacked(Value value) {
    List<Dim> dims = new ArrayList<>(List.of(Dim.inferred()));
    dims.addAll(value.shape().dims());
    return new Value(value.name(), value.type(), new Shape(dims));
  }

  /** Lists to which every round adds one tensor, with the nodes that add it. */
  private Map<Flow.Variable, Node> written(Flow.Loop loop) {
    Map<Flow.Variable, Node> written = new LinkedHashMap<>();
    for (Flow.Variable variable : loop.variables()) {
      loop.rounds().stream()
          .filter(node -> node.outputs().contains(variable.next()))
          .filter(node -> node.operator().equals(WRITE) && node.inputs().size() > WRITTEN + 1)
          .filter(node -> e.isEmpty(variable.initial()))
          .filter(node -> isInside(variable, node.inputs().get(WRITTEN + 1), loop))
          .filter(node -> isRound(node.inputs().get(1), loop))
          .findFirst()
          .ifPresent(node -> written.put(variable, node));
    }
    return written;
  }

  private static boolean isInside(Flow.Variable variable, String name, Flow.Loop loop) {
    return variable.inside().filter(root(name, loop)::equals).isPresent();
  }

  /** The variable behind a chain of identities. */
  private static String root(String name, Flow.Loop loop) {
    String root = name;
    // Backwards, as nodes are behind what they read: no more steps than nodes.
    for (int i = loop.rounds().size() - 1; i >= 0; i--) {
      Node node = loop.rounds().get(i);
      if (node.operator().equals("identity") && node.output().equals(root)) {
        root = node.inputs().get(0);
      }
    }
    return root;
  }

  /** Whether it is how many rounds there were: from 0 on, one more behind each. */
  private boolean isRound(String name, Flow.Loop loop) {
    return loop.variables().stream()
        .filter(one -> isInside(one, name, loop))
        .filter(one -> is(one.initial(), 0))
        .flatMap(
            one ->
                loop.rounds().stream()
                    .filter(node -> node.outputs().contains(one.next()))
                    .filter(node -> node.operator().equals("add") && node.inputs().size() == 2)
                    .filter(
                        node ->
                            (isInside(one, node.inputs().get(0), loop)
                                    && isOne(node.inputs().get(1), loop))
                                || (isInside(one, node.inputs().get(1), loop)
                                    && isOne(node.inputs().get(0), loop))))
        .findFirst()
        .isPresent();
  }

  private boolean isOne(String name, Flow.Loop loop) {
    return is(loop.constants().getOrDefault(name, name), 1);
  }

  private boolean is(String variable, double number) {
    return e.stored(variable)
        .filter(array -> array.length() == 1 && array.getDouble(0) == number)
        .isPresent();
  }

  private void bind(List<Flow.Variable> variables, List<Value> values) {
    for (int i = 0; i < variables.size(); i++) {
      Value value = values.get(i);
      e.bind(variables.get(i).merged(), value);
      variables.get(i).inside().ifPresent(name -> e.bind(name, value));
    }
  }

  private static Shape symbols(Shape shape, String hint) {
    Shape named = shape;
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (shape.dim(axis).equals(Dim.inferred())) {
        named = named.with(axis, Dim.named(hint + "_d" + axis));
      }
    }
    return named;
  }

  /** Whether a round changes types, which it mustn't, or sizes, which then are left open. */
  private static boolean generalize(List<Shape> shapes, List<Value> before, List<Value> after) {
    boolean changed = false;
    for (int i = 0; i < shapes.size(); i++) {
      Value one = before.get(i);
      Value other = after.get(i);
      if (one.type() != other.type() || one.rank() != other.rank()) {
        throw new UnsupportedNodeException(
            "a variable that is %s%s before a round and %s%s behind it"
                .formatted(one.type(), one.shape(), other.type(), other.shape()),
            "keep its type and its number of axes");
      }
      for (int axis = 0; axis < one.rank(); axis++) {
        boolean isOpen = shapes.get(i).dim(axis).equals(Dim.inferred());
        if (!isOpen && !one.dim(axis).equals(other.dim(axis))) {
          shapes.set(i, shapes.get(i).with(axis, Dim.inferred()));
          changed = true;
        }
      }
    }
    return changed;
  }
}
