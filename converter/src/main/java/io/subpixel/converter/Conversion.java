package io.subpixel.converter;

import io.subpixel.converter.NodeOutcome.Refused;
import io.subpixel.converter.NodeOutcome.Refused.Kind;
import io.subpixel.converter.deeplearning4j.Deeplearning4jNetwork;
import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.internal.graph.MisfitException;
import io.subpixel.converter.internal.graph.OnnxGraph;
import io.subpixel.converter.internal.operators.NetworkEmission;
import io.subpixel.converter.internal.pixel.PixelNodes;
import io.subpixel.converter.internal.source.Flow;
import io.subpixel.converter.internal.source.Network;
import io.subpixel.converter.internal.source.Types;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.operators.UnsupportedModelException.Problem;
import io.subpixel.converter.operators.UnsupportedNodeException;
import io.subpixel.converter.source.Node;
import io.subpixel.converter.source.UnknownNameException;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.zoo.ModelCard;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * From a network to an ONNX graph. All of it is emitted, and all that can't be is collected, before
 * anybody gets to see the graph.
 */
final class Conversion {
  private static final String CONVENTIONAL_INPUT = "lr";
  private static final String CONVENTIONAL_OUTPUT = "sr";
  private static final String MASK = Deeplearning4jNetwork.maskOf("");
  private static final String PIXELS_IN = "image";
  private static final String PIXELS_OUT = "upscaled";
  private static final List<String> IMAGE = List.of("N", "C", "H", "W");
  private static final List<String> IMAGE_CHANNELS_LAST = List.of("N", "H", "W", "C");
  private static final String BATCH = "N";
  private static final String TIME = "T";
  private static final int[] TO_CHANNELS_LAST = {0, 2, 3, 1};

  private final Network network;
  private final OperatorRegistry registry;
  private final ExportOptions options;
  private final Optional<ModelCard> card;
  private final OnnxGraph graph;
  private final NetworkEmission emission;
  private final Map<Node, NodeOutcome> outcomes = new LinkedHashMap<>();
  private final List<Problem> problems = new ArrayList<>();
  private int failures;

  /** Sizes of inputs that have a name only because they need one. */
  private final Set<String> unnamed = new HashSet<>();

  /** Inputs that don't say their shape, and are taken as scalars. */
  private final List<String> shapeless = new ArrayList<>();

  private @Nullable PixelNodes pixels;

  /**
   * Converts.
   *
   * @throws InvalidInputException if the card contradicts the network
   */
  Conversion(Network network, ExportOptions options) throws InvalidInputException {
    this.network = network;
    this.options = options;
    if (options.io() != Io.PLAIN) {
      requirePicture();
    }
    this.registry = options.operators();
    this.card = options.card();
    this.graph =
        new OnnxGraph(options.name(), options.opset(), network.sameDiff().variableMap().keySet());
    this.emission = new NetworkEmission(network, graph, options.half());
    for (String shaped : options.shapes().keySet()) {
      if (!network.inputs().contains(shaped)) {
        throw new UnknownNameException("shape", shaped, network.inputs());
      }
    }
    for (String input : network.inputs()) {
      addInput(input);
    }
    network.nodes().forEach(this::emit);
    if (problems.isEmpty() && bug().isEmpty()) {
      network.outputs().forEach(this::addOutput);
      nameSizes();
      checkScale();
    }
  }

  /** Other forms than the plain one are for super-resolution models. */
  private void requirePicture() throws InvalidInputException {
    boolean isPicture =
        options.card().isPresent()
            && network.inputs().size() == 1
            && network.outputs().equals(List.of(CONVENTIONAL_OUTPUT))
            && network.sizes(network.inputs().get(0)).map(sizes -> sizes.length).orElse(0) == 4;
    if (!isPicture) {
      throw new InvalidInputException(
          "--io " + options.io().name().toLowerCase(Locale.ROOT),
          "a model with a card, one input [N,C,H,W] and the output " + CONVENTIONAL_OUTPUT,
          network.inputs()
              + " to "
              + network.outputs()
              + (options.card().isPresent() ? "" : ", no card"));
    }
  }

  /** How one operation fared; those that nobody got to are a consequence of others. */
  NodeOutcome outcome(Node node) {
    return outcomes.getOrDefault(node, Refused.CONSEQUENCE);
  }

  /** What to throw if a handler has a bug. */
  Optional<RuntimeException> bug() {
    for (Map.Entry<Node, NodeOutcome> entry : outcomes.entrySet()) {
      if (entry.getValue() instanceof NodeOutcome.Failed failed) {
        return Optional.of(new BrokenHandlerException(entry.getKey(), failed.bug()));
      }
    }
    return Optional.empty();
  }

  /** Everything that can't be exported, in the order of the graph. */
  List<Problem> problems() {
    return problems.isEmpty()
        ? List.of()
        : Stream.concat(shapeless().stream(), problems.stream()).toList();
  }

  /** What is wrong if the network can't run with scalars where it says no shape. */
  List<Problem> shapeless() {
    return shapeless.stream()
        .map(
            input ->
                new Problem(
                    input, "variable", "no shape", "give it one, with -1 for unknown sizes"))
        .toList();
  }

  /** What users should know of the inputs. */
  List<String> notes() {
    return shapeless.stream()
        .map(input -> input + ": no shape, exported as a scalar; --shape gives it another")
        .toList();
  }

  /** The graph; complete if there are no problems. */
  OnnxGraph graph() {
    return graph;
  }

  /** The ONNX value of every variable that an operation makes. */
  Map<String, Value> values() {
    Map<String, Value> values = new LinkedHashMap<>();
    for (Node node : network.nodes()) {
      node.outputs().stream()
          .filter(output -> !emission.isList(output))
          .forEach(output -> values.put(output, emission.value(output)));
    }
    return values;
  }

  private void emit(Node node) {
    NodeOutcome outcome = attempt(node);
    outcomes.merge(
        node, outcome, (before, now) -> before instanceof NodeOutcome.Converted ? now : before);
    outcome.problem(node).ifPresent(problems::add);
    if (!(outcome instanceof NodeOutcome.Converted)) {
      failures++;
      emission.skip(node);
    }
  }

  private NodeOutcome attempt(Node node) {
    boolean isAfterSkipped = emission.readsSkipped(node);
    Optional<Flow> flow = network.flow(node);
    Optional<OperatorRegistry.Entry> entry = registry.find(node.operator());
    if (flow.isEmpty() && entry.isEmpty()) {
      return refused(
          node,
          Kind.UNKNOWN_OPERATOR,
          "no such operator here",
          "cut it off with other outputs or register a handler");
    }
    int before = failures;
    try {
      if (flow.isPresent()) {
        new FlowEmission(emission, graph, this::emit, () -> failures > before)
            .emit(node, flow.get());
      } else {
        emission.emit(node, entry.orElseThrow());
      }
      return NodeOutcome.Converted.UNCHECKED;
    } catch (UnsupportedNodeException e) {
      // A stand-in has another type and shape than what it stands for.
      boolean isOfStandIn = isAfterSkipped && (flow.isPresent() || e.isOfType());
      return isOfStandIn || failures > before
          ? Refused.CONSEQUENCE
          : refused(node, Kind.UNSUPPORTED, String.valueOf(e.getMessage()), e.help());
    } catch (MisfitException e) {
      return isAfterSkipped || failures > before
          ? Refused.CONSEQUENCE
          : refused(
              node,
              Kind.MISFIT,
              "inputs or settings that its operator doesn't take, " + e.getMessage(),
              "check that SameDiff runs it");
    } catch (RuntimeException e) {
      return isAfterSkipped || failures > before ? Refused.CONSEQUENCE : new NodeOutcome.Failed(e);
    }
  }

  private Refused refused(Node node, Kind kind, String reason, String help) {
    String inputs = node.inputs().stream().map(this::described).collect(Collectors.joining(", "));
    String where = inputs.isEmpty() ? "" : " (" + inputs + ")";
    return new Refused(kind, reason + where, help);
  }

  private String described(String input) {
    try {
      return input + emission.find(input).map(v -> " " + v.type() + v.shape()).orElse("");
    } catch (MisfitException e) {
      // Such as a stored array that ONNX has no type or no shape for.
      return input;
    }
  }

  private void addInput(String input) throws InvalidInputException {
    DataType dataType = network.type(input);
    Optional<ElementType> type = Types.find(dataType);
    if (type.isEmpty()) {
      problems.add(new Problem(input, "variable", "type " + dataType, "use a numeric one"));
    }
    Optional<long[]> sizes =
        Optional.ofNullable(options.shapes().get(input))
            .map(Conversion::sizes)
            .or(() -> network.sizes(input).filter(known -> isShape(input, known)));
    if (sizes.isEmpty()) {
      shapeless.add(input);
    }
    ElementType elements = type.orElse(ElementType.FLOAT);
    Shape shape = inputShape(input, sizes.orElse(new long[0]));
    emission.feed(
        input,
        switch (options.io()) {
          case PLAIN -> graph.input(input, elements, shape);
          case NHWC ->
              emission.channelsFirst(
                  graph.input(input, elements, shape.transposed(TO_CHANNELS_LAST)));
          case RGB8 -> pixels(shape).planes();
        });
  }

  /** The nodes around the network, which read the pixels. */
  private PixelNodes pixels(Shape lr) {
    Shape image = Shape.of(lr.dim(0), lr.dim(2), lr.dim(3), Dim.of(3));
    ModelCard model = card.orElseThrow();
    pixels =
        new PixelNodes(
            emission,
            graph.input(PIXELS_IN, ElementType.UINT8, image),
            model.colour(),
            model.scale());
    return pixels;
  }

  private void addOutput(String output) {
    Value value = emission.value(output);
    ElementType declared = Types.find(network.type(output)).orElseThrow();
    Value typed = emission.cast(value, declared);
    if (!typed.equals(value) || options.io() != Io.PLAIN) {
      graph.release(value);
    }
    switch (options.io()) {
      case PLAIN -> graph.output(output, typed);
      case NHWC -> graph.output(output, emission.channelsLast(typed));
      case RGB8 -> graph.output(PIXELS_OUT, Objects.requireNonNull(pixels).bytes(typed));
    }
  }

  /** SameDiff gives a placeholder that was made without a shape the one of a scalar. */
  private boolean isShape(String input, long[] sizes) {
    return sizes.length > 0
        || !network.sameDiff().getVariable(input).isPlaceHolder()
        || network.isScalar(input);
  }

  /** With -1 for unknown ones. */
  static long[] sizes(Shape shape) {
    return shape.dims().stream().mapToLong(dim -> dim.isFixed() ? dim.size() : -1).toArray();
  }

  /** What the user calls an axis, if they do. */
  private Optional<Dim> namedSize(String input, int axis) {
    return Optional.ofNullable(options.shapes().get(input))
        .map(shape -> shape.dim(axis))
        .filter(dim -> !dim.isFixed() && !dim.equals(Dim.inferred()));
  }

  /**
   * Calls sizes what they are: N, H, W or T where operators say so, N where it is an input's first
   * axis, T where it is the time of a sequence; what the user named keeps its name.
   */
  private void nameSizes() {
    nameSizes((input, axis, size) -> graph.usualName(size));
    nameSizes((input, axis, size) -> axis == 0 ? Optional.of(BATCH) : Optional.empty());
    nameSizes((input, axis, size) -> input.rank() == 3 ? Optional.of(TIME) : Optional.empty());
  }

  private void nameSizes(Naming naming) {
    for (Value input : graph.inputs()) {
      for (int axis = 0; axis < input.rank(); axis++) {
        if (input.dim(axis) instanceof Dim.Symbol size
            && size.factor() == 1
            && unnamed.contains(size.name())) {
          naming.name(input, axis, size).ifPresent(name -> graph.renameSize(size, name));
        }
      }
    }
  }

  /** What to call an axis of an input. */
  @FunctionalInterface
  private interface Naming {
    Optional<String> name(Value input, int axis, Dim.Symbol size);
  }

  private Shape inputShape(String input, long[] sizes) throws InvalidInputException {
    boolean channelsLast = sizes.length == 4 && sizes[1] < 0 && sizes[3] >= 0;
    List<String> names = channelsLast ? IMAGE_CHANNELS_LAST : IMAGE;
    boolean isImage = isImage(input, sizes);
    List<Dim> dims = new ArrayList<>();
    for (int axis = 0; axis < sizes.length; axis++) {
      if (sizes[axis] >= 0) {
        dims.add(Dim.of(sizes[axis]));
      } else if (namedSize(input, axis).isPresent()) {
        Dim size = namedSize(input, axis).orElseThrow();
        dims.add(size);
        graph.keepApart(List.of(size.label()));
      } else {
        Dim.Symbol size = Dim.named(isImage ? names.get(axis) : sizeName(input, axis));
        dims.add(size);
        if (!isImage) {
          unnamed.add(size.name());
        }
      }
    }
    if (isImage && card.isPresent()) {
      int axis = names.indexOf("C");
      Dim channels = Dim.of(card.get().channels());
      if (sizes[axis] >= 0 && !dims.get(axis).equals(channels)) {
        throw new InvalidInputException(
            "the card's channels", sizes[axis] + " as " + input + " has", channels.label());
      }
      dims.set(axis, channels);
    }
    return new Shape(dims);
  }

  /** The mask of a sequence has the sizes of its examples and steps. */
  private String sizeName(String input, int axis) {
    String sequence =
        input.endsWith(MASK) ? input.substring(0, input.length() - MASK.length()) : "";
    if (network.type(input) != DataType.BOOL || !network.inputs().contains(sequence)) {
      return input + "_d" + axis;
    }
    long[] sizes = network.sizes(sequence).orElse(new long[0]);
    boolean isTimeLast = sizes.length == 3 && sizes[2] < 0;
    return sequence + "_d" + (axis == 1 && isTimeLast ? 2 : axis);
  }

  /** The input {@code lr}, or the only placeholder, if it has four axes and not all are known. */
  private boolean isImage(String input, long[] sizes) {
    long placeholders =
        network.inputs().stream()
            .filter(name -> network.sameDiff().getVariable(name).isPlaceHolder())
            .count();
    return sizes.length == 4
        && Arrays.stream(sizes).anyMatch(size -> size < 0)
        && network.sameDiff().getVariable(input).isPlaceHolder()
        && (input.equals(CONVENTIONAL_INPUT) || placeholders == 1);
  }

  private void checkScale() throws InvalidInputException {
    for (Map.Entry<String, Value> made : graph.outputs().entrySet()) {
      String output = made.getKey();
      Shape shape = made.getValue().shape();
      boolean isPicture =
          card.isPresent()
              && output.equals(CONVENTIONAL_OUTPUT)
              && shape.rank() == 4
              && shape.dim(2) instanceof Dim.Symbol height
              && height.name().equals("H");
      if (isPicture && !shape.dim(2).equals(new Dim.Symbol("H", card.get().scale()))) {
        throw new InvalidInputException(
            "the card's scale",
            "that of " + output + " " + shape,
            Integer.toString(card.get().scale()));
      }
    }
  }
}
