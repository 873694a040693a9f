package io.subpixel.converter.internal.graph;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.Attribute.Real;
import io.subpixel.converter.graph.Attribute.Reals;
import io.subpixel.converter.graph.Attribute.Scalar;
import io.subpixel.converter.graph.Attribute.Text;
import io.subpixel.converter.graph.Attribute.Texts;
import io.subpixel.converter.graph.Attribute.Whole;
import io.subpixel.converter.graph.Attribute.Wholes;
import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.Elements;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Opset;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.internal.graph.OnnxWriter.Stored;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import onnx.Onnx;
import org.jspecify.annotations.Nullable;
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
  private static final String VERSION = version();

  /** A stored shape of more elements is none of an input. */
  private static final long MOST_PROPOSED = 1 << 20;

  /** Operators whose result along an axis comes from that axis of their first input alone. */
  private static final Set<OnnxOperator> ALONG_AXES =
      EnumSet.of(
          OnnxOperator.AVERAGE_POOL,
          OnnxOperator.CONV,
          OnnxOperator.CONV_TRANSPOSE,
          OnnxOperator.LP_POOL,
          OnnxOperator.MAX_POOL,
          OnnxOperator.PAD,
          OnnxOperator.SLICE);

  private record Node(
      OnnxOperator operator,
      List<Value> inputs,
      List<Value> outputs,
      List<Attribute> attributes,
      @Nullable Call call,
      Map<String, Body> bodies) {}

  /** Learns which symbols are one. */
  private final class Learning extends Demands {
    @Override
    void same(Dim a, Dim b) {
      sizes.same(a, b);
    }

    @Override
    void alike(Dim a, Dim b) {
      // One of them may be 1, but hardly ever is.
      if (a instanceof Dim.Symbol one
          && b instanceof Dim.Symbol other
          && !(apart.contains(one.name()) && apart.contains(other.name()))) {
        sizes.same(a, b);
      }
    }

    @Override
    void window(Dim size, long padding, long reach) {
      // Says no more than how large it is at least.
    }

    @Override
    void count(List<Dim> one, List<Dim> other) {
      // Says no more than what the product is.
    }

    @Override
    void call(Dim dim, String role) {
      sizes.call(dim, role);
    }
  }

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
  private final Sizes sizes = new Sizes();
  private final Demands learning = new Learning();
  private final Set<String> apart = new HashSet<>();
  private final List<Value> inputs = new ArrayList<>();
  private final Map<String, Value> outputs = new LinkedHashMap<>();
  private final Map<String, Stored> initializers = new LinkedHashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Set<String> results = new LinkedHashSet<>();

  /** Results of nodes that read stored tensors alone, once they were computed. */
  private final Map<String, Stored> computed = new LinkedHashMap<>();

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

  /** Sizes that stay different symbols where they only meet in a broadcast. */
  public void keepApart(Collection<String> symbols) {
    apart.addAll(symbols);
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
    boolean isWhole = elements.type() == ElementType.INT64 || elements.type() == ElementType.INT32;
    if (isWhole && Contents.isShort(value)) {
      contents.put(value, wholes(elements));
    }
    return value;
  }

  private static String version() {
    Properties properties = new Properties();
    try (InputStream file = OnnxGraph.class.getResourceAsStream("producer.properties")) {
      properties.load(Objects.requireNonNull(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version", "");
  }

  private static long[] wholes(Elements elements) {
    if (elements.type() == ElementType.INT32) {
      IntBuffer numbers = elements.bytes().asIntBuffer();
      return IntStream.range(0, numbers.remaining()).mapToLong(numbers::get).toArray();
    }
    LongBuffer numbers = elements.bytes().asLongBuffer();
    return IntStream.range(0, numbers.remaining()).mapToLong(numbers::get).toArray();
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
    operator.signature().check(hint, opset, nodeInputs, List.of(attributes));
    for (Value input : nodeInputs) {
      if (input.isGiven() && !input.equals(values.get(input.name()))) {
        throw new IllegalArgumentException(
            input.name() + ": expected a value that is already defined");
      }
    }
    Map<String, Attribute> byName = new HashMap<>();
    Arrays.stream(attributes).forEach(attribute -> byName.put(attribute.name(), attribute));
    Call call =
        new Call(operator, List.copyOf(nodeInputs), byName, outputCount, contents, sizes::root);
    learning.of(call);
    List<Shape> shapes = operator.signature().shapes().shapes(call);
    List<Value> made = new ArrayList<>();
    for (int i = 0; i < outputCount; i++) {
      made.add(
          define(
              fresh(hint),
              operator.signature().result().type(call, i),
              named(shapes.get(i), hint, call)));
    }
    nodes.add(new Node(operator, call.inputs(), made, List.of(attributes), call, Map.of()));
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
    operator.signature().check(hint, opset, nodeInputs, List.of());
    List<Value> made =
        like.stream()
            .map(value -> define(fresh(hint), value.type(), named(value.shape(), hint, null)))
            .toList();
    nodes.add(
        new Node(operator, List.copyOf(nodeInputs), made, List.of(), null, Map.copyOf(bodies)));
    made.forEach(value -> results.add(value.name()));
    return made;
  }

  /**
   * Gives sizes that inference can't tell a name that no other has, unless the same was computed
   * from the same before.
   *
   * @param call what it is the result of, unless a graph within the graph gives it
   */
  private Shape named(Shape shape, String hint, @Nullable Call call) {
    Shape named = shape;
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (shape.dim(axis).equals(Dim.inferred())) {
        Optional<Dim.Symbol> origin = call == null ? Optional.empty() : origin(call, axis);
        String function = call != null && origin.isPresent() ? function(call, axis) : "";
        Optional<String> before = origin.flatMap(of -> sizes.derived(function, of));
        String legal = Dim.named(hint + "_d" + axis).name();
        String name = before.orElseGet(() -> fresh(legal, axes));
        if (before.isEmpty()) {
          origin.ifPresent(of -> sizes.derive(name, function, of));
        }
        named = named.with(axis, Dim.named(name));
      }
    }
    return named;
  }

  private static Optional<Dim.Symbol> origin(Call call, int axis) {
    boolean isAlong = ALONG_AXES.contains(call.operator()) && axis < call.shape(0).rank();
    return isAlong && call.shape(0).dim(axis) instanceof Dim.Symbol symbol
        ? Optional.of(symbol)
        : Optional.empty();
  }

  private static String function(Call call, int axis) {
    StringBuilder function = new StringBuilder(call.operator().onnxName()).append(axis);
    function.append(new TreeMap<>(call.attributes()));
    for (int i = 1; i < call.inputs().size(); i++) {
      if (call.has(i)) {
        Shape shape = call.shape(i);
        // The channels say nothing of the axes behind them.
        List<Dim> behind = shape.dims().subList(Math.min(2, shape.rank()), shape.rank());
        String numbers = call.numbers(i).map(Arrays::toString).orElse(call.input(i).name());
        function.append(behind.isEmpty() ? numbers : behind);
      }
    }
    return function.toString();
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
    return inputs.stream().map(this::sized).toList();
  }

  /** The graph outputs by name, in order. */
  public Map<String, Value> outputs() {
    Map<String, Value> sized = new LinkedHashMap<>();
    outputs.forEach((output, value) -> sized.put(output, sized(value)));
    return Collections.unmodifiableMap(sized);
  }

  private Value sized(Value value) {
    return new Value(value.name(), value.type(), shape(value));
  }

  /** The shape of a value, where sizes that turned out to be one have one name. */
  public Shape shape(Value value) {
    return sizes.root(value.shape());
  }

  /** What an unknown size is usually called, as far as operators tell: H, W, T. */
  public Optional<String> usualName(Dim.Symbol size) {
    return sizes.role(size.name());
  }

  /** Gives an unknown size another name, unless another size has that. */
  public void renameSize(Dim.Symbol size, String wanted) {
    if (axes.add(wanted)) {
      sizes.rename(size.name(), wanted);
    }
  }

  /** The whole numbers in a value that shape arithmetic alone computes; empty if others do. */
  public Optional<long[]> numbers(Value value) {
    return contents.numbers(value);
  }

  /** The sizes of stored tensors, and how many elements stored shapes ask for. */
  public Set<Long> storedSizes() {
    Set<Long> sizesOfStored = new TreeSet<>();
    for (Stored one : initializers.values()) {
      Arrays.stream(one.value().shape().sizes())
          .filter(size -> size > 0)
          .forEach(sizesOfStored::add);
      contents
          .numbers(one.value())
          .map(numbers -> Arrays.stream(numbers).filter(number -> number > 0))
          .map(numbers -> numbers.reduce(1, (a, b) -> a * b))
          .filter(product -> product > 1 && product < MOST_PROPOSED)
          .ifPresent(sizesOfStored::add);
    }
    return sizesOfStored;
  }

  /**
   * The shapes of all values, by {@link Value#name}, for inputs of given sizes.
   *
   * @param symbols the unknown sizes of the inputs
   */
  public Layout layout(Map<String, Long> symbols) {
    return layout(symbols, Map.of());
  }

  /**
   * The same where some shapes are known from a run.
   *
   * @param observed these shapes, by {@link Value#name}
   */
  public Layout layout(Map<String, Long> symbols, Map<String, Shape> observed) {
    Arithmetic arithmetic = new Arithmetic(contents.of(initializers.keySet()), symbols, observed);
    inputs.forEach(input -> arithmetic.given(input, shape(input)));
    initializers.values().forEach(one -> arithmetic.given(one.value(), one.value().shape()));
    for (Node node : nodes) {
      if (node.call == null) {
        node.outputs.forEach(output -> arithmetic.unknown(output, shape(output)));
        if (node.bodies.values().stream().anyMatch(OnnxGraph::hasWindows)) {
          arithmetic.leaveOutWindows();
        }
      } else if (!arithmetic.follow(node.call, node.outputs)) {
        break;
      }
    }
    return arithmetic.layout();
  }

  private static boolean hasWindows(Body body) {
    return body.nodes.stream()
        .anyMatch(
            node ->
                Arithmetic.isWindowed(node.operator)
                    || node.bodies.values().stream().anyMatch(OnnxGraph::hasWindows));
  }

  /** How many values the initializers of fractions hold that the model needs. */
  public long parameters() {
    Set<String> needed = needed(outputs.values(), Map.of());
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

  /**
   * The values that nodes compute from stored tensors alone and that others read: a caller that
   * knows them may {@link #store} them, and the model has no such nodes.
   *
   * @param mostElements of one value, unless as many are stored for it
   */
  public List<Value> constants(long mostElements) {
    Map<String, Long> sources = new HashMap<>();
    initializers.forEach((stored, one) -> sources.put(stored, one.elements().count()));
    Map<String, Value> candidates = new LinkedHashMap<>();
    Set<String> read = new LinkedHashSet<>();
    for (Node node : nodes) {
      Set<String> given = reads(node);
      boolean isConstant = node.bodies.isEmpty() && sources.keySet().containsAll(given);
      long source = given.stream().mapToLong(name -> sources.getOrDefault(name, 0L)).sum();
      boolean isSmall =
          node.outputs.stream()
              .allMatch(
                  output ->
                      output.shape().isFixed()
                          && elements(output.shape()) <= Math.max(mostElements, source));
      if (isConstant && isSmall) {
        for (Value output : node.outputs) {
          sources.put(output.name(), source);
          candidates.put(output.name(), output);
        }
      } else {
        read.addAll(given);
      }
    }
    Set<String> kept = outputs.values().stream().map(Value::name).collect(Collectors.toSet());
    Set<String> needed = needed(outputs.values(), computed);
    return candidates.values().stream()
        .filter(value -> read.contains(value.name()) && needed.contains(value.name()))
        .filter(value -> !kept.contains(value.name()))
        .toList();
  }

  /** Not whole, as a damaged network may have more than a long counts. */
  private static double elements(Shape shape) {
    return Arrays.stream(shape.sizes()).asDoubleStream().reduce(1, (a, b) -> a * b);
  }

  /** How many bytes are stored for these. */
  public long bytesFor(List<Value> constants) {
    return stored(constants, Map.of()).stream()
        .mapToLong(one -> one.elements().count() * one.elements().type().bytes())
        .sum();
  }

  /** A model without inputs that computes these, which read stored tensors alone. */
  public Onnx.ModelProto model(List<Value> constants) {
    Onnx.ModelProto.Builder model = model(constants, Map.of()).toBuilder();
    model.getGraphBuilder().clearInput();
    return model.build();
  }

  /** Makes the result of a node a stored tensor of the finished model; a probe computes it. */
  public void store(Value value, Elements elements) {
    Value stored = new Value(finalName(value), value.type(), value.shape());
    computed.put(value.name(), new Stored(stored, elements));
  }

  /** The finished model in memory, weights and all. For small ones. */
  public Onnx.ModelProto model() {
    return model(outputs.values(), computed);
  }

  private Onnx.ModelProto model(Collection<Value> visible, Map<String, Stored> known) {
    Onnx.ModelProto.Builder model = structure(visible, known, Map.of()).toBuilder();
    for (Stored tensor : stored(visible, known)) {
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
    write(file, outputs.values(), computed, metadata, limit);
  }

  /** The same of the graph with these values as outputs, for those who compare them. */
  public void writeProbe(Path file, Collection<Value> visible) throws IOException {
    write(file, visible, Map.of(), Map.of(), MOST_BYTES);
  }

  /** The file beside a model where weights are that don't fit into it. */
  public static Path dataOf(Path model) {
    return OnnxWriter.dataOf(model);
  }

  private void write(
      Path file,
      Collection<Value> visible,
      Map<String, Stored> known,
      Map<String, String> metadata,
      long limit)
      throws IOException {
    new OnnxWriter(structure(visible, known, metadata), stored(visible, known))
        .write(file, Math.min(limit, MOST_BYTES));
  }

  private List<Stored> stored(Collection<Value> visible, Map<String, Stored> known) {
    Set<String> needed = needed(visible, known);
    return Stream.concat(initializers.entrySet().stream(), known.entrySet().stream())
        .filter(one -> needed.contains(one.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** The model without its initializers. */
  private Onnx.ModelProto structure(
      Collection<Value> visible, Map<String, Stored> known, Map<String, String> metadata) {
    Set<String> needed = needed(visible, known);
    Onnx.GraphProto.Builder graph = Onnx.GraphProto.newBuilder().setName(name);
    inputs.forEach(input -> graph.addInput(info(input)));
    Set<String> shown = visible.stream().map(Value::name).collect(Collectors.toSet());
    new LinkedHashSet<>(visible).forEach(value -> graph.addOutput(info(value)));
    for (Node node : nodes) {
      if (isNeeded(node, needed, known)) {
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
            .setProducerVersion(VERSION)
            .addOpsetImport(
                Onnx.OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset.version()))
            .setGraph(graph);
    metadata.forEach(
        (key, value) ->
            model.addMetadataProps(
                Onnx.StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build();
  }

  private Set<String> needed(Collection<Value> visible, Map<String, Stored> known) {
    Set<String> needed = visible.stream().map(Value::name).collect(Collectors.toSet());
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (isNeeded(nodes.get(i), needed, known)) {
        needed.addAll(reads(nodes.get(i)));
      }
    }
    return needed;
  }

  /** What a node needs, and the graphs within it. */
  private static Set<String> reads(Node node) {
    Set<String> read =
        node.inputs.stream().filter(Value::isGiven).map(Value::name).collect(Collectors.toSet());
    node.bodies.values().forEach(body -> read.addAll(needed(body)));
    return read;
  }

  private static Set<String> needed(Body body) {
    Set<String> needed = body.outputs.stream().map(Value::name).collect(Collectors.toSet());
    for (int i = body.nodes.size() - 1; i >= 0; i--) {
      if (isNeeded(body.nodes.get(i), needed, Map.of())) {
        needed.addAll(reads(body.nodes.get(i)));
      }
    }
    return needed;
  }

  private static boolean isNeeded(Node node, Set<String> needed, Map<String, Stored> known) {
    return node.outputs.stream()
        .anyMatch(output -> needed.contains(output.name()) && !known.containsKey(output.name()));
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
    for (Dim dim : shape(value).dims()) {
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
        .filter(node -> isNeeded(node, needed, Map.of()))
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
