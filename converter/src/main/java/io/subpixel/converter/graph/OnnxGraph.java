package io.subpixel.converter.graph;

import io.subpixel.converter.graph.Attribute.Real;
import io.subpixel.converter.graph.Attribute.Reals;
import io.subpixel.converter.graph.Attribute.Scalar;
import io.subpixel.converter.graph.Attribute.Text;
import io.subpixel.converter.graph.Attribute.Texts;
import io.subpixel.converter.graph.Attribute.Whole;
import io.subpixel.converter.graph.Attribute.Wholes;
import io.subpixel.converter.graph.OnnxWriter.Stored;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import onnx.Onnx;
import org.nd4j.shade.protobuf.ByteString;

/**
 * An ONNX graph under construction. Not thread-safe. Values are named once, defined before they are
 * read, and nodes are checked where they are made, their outputs' types and shapes inferred: what
 * breaks that throws {@link IllegalArgumentException}. Nodes and initializers that no output needs
 * don't get into the model.
 */
public final class OnnxGraph {
  /** How many bytes a model in one file has at most. */
  public static final long MOST_BYTES = OnnxWriter.PROTOBUF_LIMIT;

  private static final String PRODUCER = "subpixel";

  private record Node(
      OnnxOperator operator,
      List<Value> inputs,
      List<Value> outputs,
      List<Attribute> attributes,
      Map<String, Body> bodies) {}

  /** A graph within the graph, for a node that runs it; it reads the values around it freely. */
  public static final class Body {
    private final List<Node> nodes;
    private final List<Value> inputs;
    private final List<Value> outputs;

    private Body(List<Node> nodes, List<Value> inputs, List<Value> outputs) {
      this.nodes = List.copyOf(nodes);
      this.inputs = List.copyOf(inputs);
      this.outputs = List.copyOf(outputs);
    }
  }

  private final String name;
  private final Opset opset;
  private final Set<String> taken = new LinkedHashSet<>();
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, String> renamed = new HashMap<>();
  private final Set<String> axes = new LinkedHashSet<>();
  private final Contents contents = new Contents();
  private final List<Value> inputs = new ArrayList<>();
  private final Map<String, Value> outputs = new LinkedHashMap<>();
  private final Map<String, Stored> initializers = new LinkedHashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Set<String> results = new LinkedHashSet<>();

  /**
   * An empty graph.
   *
   * @param reserved names that {@link #fresh} never gives
   */
  public OnnxGraph(String name, Opset opset, Collection<String> reserved) {
    this.name = name;
    this.opset = opset;
    taken.addAll(reserved);
  }

  /** The version of the operators that may be used. */
  public Opset opset() {
    return opset;
  }

  /** A name that no value has or will have: {@code hint}, with a number behind it if need be. */
  public String fresh(String hint) {
    return fresh(hint, taken);
  }

  private static String fresh(String hint, Set<String> taken) {
    String free = hint;
    for (int i = 1; !taken.add(free); i++) {
      free = hint + "_" + i;
    }
    return free;
  }

  /** Adds a graph input. */
  public Value input(String input, ElementType type, Shape shape) {
    Value value = define(input, type, shape);
    for (Dim dim : shape.dims()) {
      if (dim instanceof Dim.Symbol symbol) {
        axes.add(symbol.name());
      }
    }
    inputs.add(value);
    return value;
  }

  /**
   * Adds a stored tensor.
   *
   * @param elements as many as {@code sizes} say
   */
  public Value initializer(String initializer, Elements elements, long... sizes) {
    if (Arrays.stream(sizes).reduce(1, Math::multiplyExact) != elements.count()) {
      throw new IllegalArgumentException(
          "%s: expected the values of %s, received %d"
              .formatted(initializer, Arrays.toString(sizes), elements.count()));
    }
    Value value = define(initializer, elements.type(), Shape.of(sizes));
    initializers.put(initializer, new Stored(value, elements));
    if (elements.type() == ElementType.INT64 && Contents.isShort(value)) {
      LongBuffer numbers = elements.bytes().asLongBuffer();
      long[] all = new long[numbers.remaining()];
      numbers.get(all);
      contents.put(value, all);
    }
    return value;
  }

  /**
   * Adds a node with one output.
   *
   * @param hint what to name it after
   */
  public Value node(
      OnnxOperator operator, String hint, List<Value> nodeInputs, Attribute... attributes) {
    return nodes(operator, hint, 1, nodeInputs, attributes).get(0);
  }

  /** Adds a node with several outputs. */
  public List<Value> nodes(
      OnnxOperator operator,
      String hint,
      int outputCount,
      List<Value> nodeInputs,
      Attribute... attributes) {
    operator.check(hint, opset, nodeInputs, List.of(attributes));
    for (Value input : nodeInputs) {
      if (input.isGiven() && !input.equals(values.get(input.name()))) {
        throw new IllegalArgumentException(
            input.name() + ": expected a value that is already defined");
      }
    }
    Map<String, Attribute> byName = new HashMap<>();
    Arrays.stream(attributes).forEach(attribute -> byName.put(attribute.name(), attribute));
    Call call = new Call(operator, List.copyOf(nodeInputs), byName, outputCount, contents);
    List<Shape> shapes = operator.signature().shapes().shapes(call);
    List<Value> made = new ArrayList<>();
    for (int i = 0; i < outputCount; i++) {
      made.add(
          define(
              fresh(hint),
              operator.signature().result().type(call, i),
              named(shapes.get(i), hint)));
    }
    nodes.add(new Node(operator, call.inputs(), made, List.of(attributes), Map.of()));
    made.forEach(value -> results.add(value.name()));
    contents.follow(call, made.get(0));
    return List.copyOf(made);
  }

  /** Defines a value that a {@link Body} is given. */
  public Value bodyInput(String hint, ElementType type, Shape shape) {
    return define(fresh(hint), type, shape);
  }

  /**
   * Takes all nodes from {@code first} on into a graph within the graph.
   *
   * @param bodyInputs what it is given
   * @param bodyOutputs what it gives
   */
  public Body body(int first, List<Value> bodyInputs, List<Value> bodyOutputs) {
    List<Value> given = new ArrayList<>();
    Set<String> own = new LinkedHashSet<>();
    nodes
        .subList(first, nodes.size())
        .forEach(node -> node.outputs.forEach(output -> own.add(output.name())));
    for (Value output : bodyOutputs) {
      // What comes out has to be made inside, once.
      boolean isOwn = own.contains(output.name()) && !given.contains(output);
      given.add(isOwn ? output : node(OnnxOperator.IDENTITY, output.name(), List.of(output)));
    }
    List<Node> inner = nodes.subList(first, nodes.size());
    Body body = new Body(inner, bodyInputs, given);
    inner.clear();
    return body;
  }

  /**
   * Adds a node that runs graphs within the graph.
   *
   * @param like the types and shapes of its outputs
   * @param bodies by the names of their attributes
   */
  public List<Value> flow(
      OnnxOperator operator,
      String hint,
      List<Value> nodeInputs,
      List<Value> like,
      Map<String, Body> bodies) {
    operator.check(hint, opset, nodeInputs, List.of());
    List<Value> made =
        like.stream()
            .map(value -> define(fresh(hint), value.type(), named(value.shape(), hint)))
            .toList();
    nodes.add(new Node(operator, List.copyOf(nodeInputs), made, List.of(), Map.copyOf(bodies)));
    made.forEach(value -> results.add(value.name()));
    return made;
  }

  /** Gives sizes that inference can't tell a name that no other has. */
  private Shape named(Shape shape, String hint) {
    Shape named = shape;
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (shape.dim(axis).equals(Dim.inferred())) {
        String legal = ((Dim.Symbol) Dim.named(hint + "_d" + axis)).name();
        named = named.with(axis, Dim.named(fresh(legal, axes)));
      }
    }
    return named;
  }

  /**
   * Names the result of a node, once.
   *
   * @return whether it has that name now; inputs, stored tensors and what was named already keep
   *     theirs
   */
  public boolean rename(Value value, String wanted) {
    if (!results.contains(value.name()) || renamed.containsKey(value.name())) {
      return false;
    }
    renamed.put(value.name(), wanted);
    taken.add(wanted);
    return true;
  }

  /** Takes back the name that {@link #rename} gave, for another value to have it. */
  public void release(Value value) {
    renamed.remove(value.name());
  }

  /** Makes a value a graph output of that name. */
  public void output(String output, Value value) {
    Value result = value;
    if (!finalName(value).equals(output) && !rename(value, output)) {
      result = node(OnnxOperator.IDENTITY, output + "_out", List.of(value));
      rename(result, output);
    }
    if (!results.contains(result.name()) || outputs.putIfAbsent(output, result) != null) {
      throw new IllegalArgumentException(output + ": expected the output of a node, once");
    }
  }

  /** The name that a value has in the model. */
  public String finalName(Value value) {
    return renamed.getOrDefault(value.name(), value.name());
  }

  /** The graph inputs, in order. */
  public List<Value> inputs() {
    return List.copyOf(inputs);
  }

  /** The graph outputs by name, in order. */
  public Map<String, Value> outputs() {
    return Collections.unmodifiableMap(outputs);
  }

  /** How many values the initializers of fractions hold that the model needs. */
  public long parameters() {
    Set<String> needed = needed(outputs.values());
    return initializers.values().stream()
        .filter(stored -> needed.contains(stored.value().name()))
        .filter(stored -> stored.value().type().isFloating())
        .mapToLong(stored -> stored.elements().count())
        .sum();
  }

  /** How many nodes were made so far, the unneeded ones too. */
  public int size() {
    return nodes.size();
  }

  /** The operators of the nodes from {@code first} on. */
  public List<OnnxOperator> operators(int first) {
    return nodes.subList(first, nodes.size()).stream().map(Node::operator).toList();
  }

  /** The finished model in memory, weights and all. For small ones. */
  public Onnx.ModelProto model() {
    Onnx.ModelProto.Builder model = structure(outputs.values(), Map.of()).toBuilder();
    for (Stored tensor : stored(outputs.values())) {
      Onnx.TensorProto.Builder proto =
          Onnx.TensorProto.newBuilder()
              .setName(tensor.value().name())
              .setDataType(tensor.value().type().number())
              .setRawData(ByteString.copyFrom(tensor.elements().bytes()));
      Arrays.stream(tensor.value().shape().sizes()).forEach(proto::addDims);
      model.getGraphBuilder().addInitializer(proto);
    }
    return model.build();
  }

  /**
   * Writes the finished model. If it is too large for one file, its weights are in {@link #dataOf}.
   *
   * @param metadata {@code metadata_props}
   * @param limit how many bytes the model may have before its weights get a file of their own, at
   *     most {@link #MOST_BYTES}
   */
  public void write(Path file, Map<String, String> metadata, long limit) throws IOException {
    write(file, outputs.values(), metadata, limit);
  }

  /** The same of the graph with these values as outputs, for those who compare them. */
  public void writeProbe(Path file, Collection<Value> visible) throws IOException {
    write(file, visible, Map.of(), MOST_BYTES);
  }

  /** The file beside a model where weights are that don't fit into it. */
  public static Path dataOf(Path model) {
    return OnnxWriter.dataOf(model);
  }

  private void write(Path file, Collection<Value> visible, Map<String, String> metadata, long limit)
      throws IOException {
    new OnnxWriter(structure(visible, metadata), stored(visible))
        .write(file, Math.min(limit, MOST_BYTES));
  }

  private List<Stored> stored(Collection<Value> visible) {
    Set<String> needed = needed(visible);
    return initializers.values().stream()
        .filter(one -> needed.contains(one.value().name()))
        .toList();
  }

  /** The model without its initializers. */
  private Onnx.ModelProto structure(Collection<Value> visible, Map<String, String> metadata) {
    Set<String> needed = needed(visible);
    Onnx.GraphProto.Builder graph = Onnx.GraphProto.newBuilder().setName(name);
    inputs.forEach(input -> graph.addInput(info(input)));
    Set<String> shown = visible.stream().map(Value::name).collect(Collectors.toSet());
    new LinkedHashSet<>(visible).forEach(value -> graph.addOutput(info(value)));
    for (Node node : nodes) {
      if (isNeeded(node, needed)) {
        graph.addNode(proto(node));
        node.outputs.stream()
            .filter(output -> !shown.contains(output.name()))
            .forEach(output -> graph.addValueInfo(info(output)));
      }
    }
    Onnx.ModelProto.Builder model =
        Onnx.ModelProto.newBuilder()
            .setIrVersion(opset.irVersion())
            .setProducerName(PRODUCER)
            .addOpsetImport(
                Onnx.OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset.version()))
            .setGraph(graph);
    metadata.forEach(
        (key, value) ->
            model.addMetadataProps(
                Onnx.StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build();
  }

  private Set<String> needed(Collection<Value> visible) {
    Set<String> needed = visible.stream().map(Value::name).collect(Collectors.toSet());
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (isNeeded(nodes.get(i), needed)) {
        addReads(nodes.get(i), needed);
      }
    }
    return needed;
  }

  private static void addReads(Node node, Set<String> needed) {
    node.inputs.forEach(input -> needed.add(input.name()));
    node.bodies.values().forEach(body -> needed.addAll(needed(body)));
  }

  private static Set<String> needed(Body body) {
    Set<String> needed = body.outputs.stream().map(Value::name).collect(Collectors.toSet());
    for (int i = body.nodes.size() - 1; i >= 0; i--) {
      if (isNeeded(body.nodes.get(i), needed)) {
        addReads(body.nodes.get(i), needed);
      }
    }
    return needed;
  }

  private static boolean isNeeded(Node node, Set<String> needed) {
    return node.outputs.stream().anyMatch(output -> needed.contains(output.name()));
  }

  private Value define(String wanted, ElementType type, Shape shape) {
    Value value = new Value(wanted, type, shape);
    if (wanted.isEmpty() || values.putIfAbsent(wanted, value) != null) {
      throw new IllegalArgumentException(
          "\"" + wanted + "\": expected a name that no value has yet");
    }
    taken.add(wanted);
    return value;
  }

  private Onnx.ValueInfoProto info(Value value) {
    Onnx.TensorShapeProto.Builder dims = Onnx.TensorShapeProto.newBuilder();
    for (Dim dim : value.shape().dims()) {
      Onnx.TensorShapeProto.Dimension.Builder axis = Onnx.TensorShapeProto.Dimension.newBuilder();
      dims.addDim(
          dim instanceof Dim.Fixed fixed
              ? axis.setDimValue(fixed.size())
              : axis.setDimParam(dim.label()));
    }
    return Onnx.ValueInfoProto.newBuilder()
        .setName(finalName(value))
        .setType(
            Onnx.TypeProto.newBuilder()
                .setTensorType(
                    Onnx.TypeProto.Tensor.newBuilder()
                        .setElemType(value.type().number())
                        .setShape(dims)))
        .build();
  }

  private Onnx.NodeProto proto(Node node) {
    Onnx.NodeProto.Builder proto =
        Onnx.NodeProto.newBuilder()
            .setName(finalName(node.outputs.get(0)))
            .setOpType(node.operator.onnxName());
    node.inputs.forEach(input -> proto.addInput(finalName(input)));
    node.outputs.forEach(output -> proto.addOutput(finalName(output)));
    node.attributes.forEach(attribute -> proto.addAttribute(proto(attribute)));
    new TreeMap<>(node.bodies)
        .forEach(
            (attribute, body) ->
                proto.addAttribute(
                    Onnx.AttributeProto.newBuilder()
                        .setName(attribute)
                        .setType(Onnx.AttributeProto.AttributeType.GRAPH)
                        .setG(proto(body, attribute))));
    return proto.build();
  }

  private Onnx.GraphProto proto(Body body, String bodyName) {
    Set<String> needed = needed(body);
    Onnx.GraphProto.Builder inner = Onnx.GraphProto.newBuilder().setName(bodyName);
    body.inputs.forEach(input -> inner.addInput(info(input)));
    body.outputs.forEach(output -> inner.addOutput(info(output)));
    body.nodes.stream()
        .filter(node -> isNeeded(node, needed))
        .forEach(node -> inner.addNode(proto(node)));
    return inner.build();
  }

  private static Onnx.AttributeProto proto(Attribute attribute) {
    Onnx.AttributeProto.Builder proto = Onnx.AttributeProto.newBuilder().setName(attribute.name());
    if (attribute instanceof Whole whole) {
      proto.setType(Onnx.AttributeProto.AttributeType.INT).setI(whole.value());
    } else if (attribute instanceof Wholes wholes) {
      proto.setType(Onnx.AttributeProto.AttributeType.INTS).addAllInts(wholes.values());
    } else if (attribute instanceof Real real) {
      proto.setType(Onnx.AttributeProto.AttributeType.FLOAT).setF(real.value());
    } else if (attribute instanceof Reals reals) {
      proto.setType(Onnx.AttributeProto.AttributeType.FLOATS).addAllFloats(reals.values());
    } else if (attribute instanceof Texts texts) {
      proto.setType(Onnx.AttributeProto.AttributeType.STRINGS);
      texts.values().forEach(text -> proto.addStrings(ByteString.copyFromUtf8(text)));
    } else if (attribute instanceof Scalar scalar) {
      Elements one = Elements.of(scalar.type(), scalar.value());
      proto
          .setType(Onnx.AttributeProto.AttributeType.TENSOR)
          .setT(
              Onnx.TensorProto.newBuilder()
                  .addDims(1)
                  .setDataType(scalar.type().number())
                  .setRawData(ByteString.copyFrom(one.bytes())));
    } else {
      Text text = (Text) attribute;
      proto
          .setType(Onnx.AttributeProto.AttributeType.STRING)
          .setS(ByteString.copyFromUtf8(text.value()));
    }
    return proto.build();
  }
}
