package io.subpixel.runtime;

import io.subpixel.runtime.OnnxGraph.Node;
import io.subpixel.runtime.OnnxGraph.Port;
import io.subpixel.runtime.OnnxGraph.Weights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lets the last convolution of a luma network for x2 compute 2x2 LR pixels at a time. It has four
 * output channels, but ONNX Runtime's kernels for x86 compute 8 or 16 and drop the rest. With
 * stride 2, a kernel one pixel larger and an output channel for each SR pixel of the four LR
 * pixels, they drop none. The weights are the same in the same order, with zeros around them, so
 * each result is the same to the bit. What follows takes ONNX Runtime several passes over the
 * picture, so it is cut off: {@link Subpixels} does it while rows are read.
 *
 * <pre>
 *   Conv k, C to 4     becomes  Conv k+1, stride 2, C to 16
 *   (Add lr)           is cut off
 *   DepthToSpace 2     is cut off
 * </pre>
 */
final class Polyphase {
  /** The last convolution of a larger model is the least of its work. */
  private static final int MAX_BYTES = 16 << 20;

  private static final int MAX_WIDTH = 1024;

  /** A smaller one has nothing to gain. */
  private static final int MIN_KERNEL = 3;

  /** From this one on, all operators of such networks mean what they do today. */
  private static final int MIN_OPSET = 11;

  private static final int GRAPH = 7;
  private static final int OPSET = 8;
  private static final int OPSET_DOMAIN = 1;
  private static final int OPSET_VERSION = 2;
  private static final int FUNCTION = 25;
  private static final int ATTRIBUTE_TYPE = 20;
  private static final int INTEGERS = 7;

  static final int SCALE = 2;
  static final int PHASES = 2;
  private static final int SIDE = SCALE * PHASES;
  private static final int CHANNELS = SCALE * SCALE;
  private static final int ALL_CHANNELS = SIDE * SIDE;

  /** Starts the names of new values. */
  private static final String NEW = "polyphase/";

  /** Those that keep a picture's size and have no graph of their own. */
  private static final Set<String> POINTWISE =
      Set.of(
          "Add",
          "BatchNormalization",
          "Clip",
          "Constant",
          "Elu",
          "HardSigmoid",
          "HardSwish",
          "Identity",
          "LeakyRelu",
          "Mul",
          "PRelu",
          "Relu",
          "Selu",
          "Sigmoid",
          "Softplus",
          "Sub",
          "Tanh");

  private final byte[] onnx;
  private final Subpixels.Ending ending;

  private Polyphase(byte[] onnx, Subpixels.Ending ending) {
    this.onnx = onnx;
    this.ending = ending;
  }

  /** Returns the rewritten model, not copied. */
  byte[] onnx() {
    return onnx;
  }

  /** Returns what it doesn't do any more. */
  Subpixels.Ending ending() {
    return ending;
  }

  /** Returns whether this machine's kernels compute more channels than such a network has. */
  static boolean pays() {
    // On ARM they compute four.
    return Set.of("amd64", "x86_64")
        .contains(System.getProperty("os.arch").toLowerCase(Locale.ROOT));
  }

  /**
   * Returns a model that computes the same, but for its end.
   *
   * @param onnx a whole ONNX file; untrusted
   * @return empty unless it ends like a luma network for x2
   */
  static Optional<Polyphase> of(byte[] onnx) {
    if (onnx.length > MAX_BYTES) {
      return Optional.empty();
    }
    List<ByteBuffer> graphs = new ArrayList<>();
    boolean[] isPlain = {true};
    Protobuf.read(
        ByteBuffer.wrap(onnx),
        (field, type, value, part) -> {
          if (field == GRAPH) {
            graphs.add(part);
          }
          isPlain[0] &= field != FUNCTION && (field != OPSET || isKnown(part));
        });
    if (graphs.size() != 1 || !isPlain[0]) {
      return Optional.empty();
    }
    ByteBuffer graph = graphs.get(0);
    // A file that is cut short must not be made whole.
    if (!isWhole(ByteBuffer.wrap(onnx)) || !isWhole(graph)) {
      return Optional.empty();
    }
    Optional<End> end = End.of(OnnxGraph.read(graph));
    if (end.isEmpty()) {
      return Optional.empty();
    }
    ProtobufWriter model = new ProtobufWriter();
    Protobuf.read(
        ByteBuffer.wrap(onnx),
        (field, type, value, part) -> {
          if (field == GRAPH) {
            model.part(GRAPH, replaced(graph, end.get()));
          } else {
            model.copy(field, type, value, part);
          }
        });
    return Optional.of(
        new Polyphase(model.toByteArray(), new Subpixels.Ending(end.get().sum() != null)));
  }

  /** Whether a message, field by field, is written as it was read. */
  private static boolean isWhole(ByteBuffer message) {
    ProtobufWriter copy = new ProtobufWriter();
    Protobuf.read(message.duplicate(), copy::copy);
    return ByteBuffer.wrap(copy.toByteArray()).equals(message);
  }

  private static boolean isKnown(ByteBuffer opset) {
    boolean[] isOnnx = {true};
    long[] version = {0};
    Protobuf.read(
        opset,
        (field, type, value, part) -> {
          if (field == OPSET_DOMAIN) {
            isOnnx[0] =
                Set.of("", "ai.onnx").contains(StandardCharsets.UTF_8.decode(part).toString());
          } else if (field == OPSET_VERSION) {
            version[0] = value;
          }
        });
    return !isOnnx[0] || version[0] >= MIN_OPSET;
  }

  /**
   * The last nodes of a network.
   *
   * @param convolution to four channels
   * @param weights of it
   * @param bias of it, if it has one
   * @param sum of its output and {@code lr}, if there is one
   * @param shuffle of the channels into pixels
   */
  private record End(
      Node convolution, Weights weights, @Nullable Weights bias, @Nullable Node sum, Node shuffle) {
    /** Returns the end of a graph; empty if it is another one, or if sizes change within it. */
    static Optional<End> of(OnnxGraph graph) {
      if (graph.inputs().size() != 1 || graph.outputs().size() != 1 || !isLuma(graph)) {
        return Optional.empty();
      }
      String lr = graph.inputs().get(0).name();
      String sr = graph.outputs().get(0).name();
      Map<String, Node> makers = onlyUsedOnce(graph);
      Node shuffle = makers.get(sr);
      if (shuffle == null
          || !shuffle.is("DepthToSpace")
          || !shuffle.integers("blocksize", 1, 0).equals(List.of((long) SCALE))
          || graph.nodes().stream()
              .anyMatch(node -> !node.equals(shuffle) && !keepsSize(node, graph))) {
        return Optional.empty();
      }
      Node before = makers.get(shuffle.input(0));
      Node sum = before != null && before.is("Add") && before.inputs().contains(lr) ? before : null;
      Node convolution =
          sum == null ? before : makers.get(sum.input(sum.input(0).equals(lr) ? 1 : 0));
      return convolution != null && convolution.is("Conv")
          ? of(graph, convolution, sum, shuffle)
          : Optional.empty();
    }

    private static Optional<End> of(
        OnnxGraph graph, Node convolution, @Nullable Node sum, Node shuffle) {
      Weights weights = graph.weights().get(convolution.input(1));
      Weights bias = graph.weights().get(convolution.input(2));
      boolean hasBias = !convolution.input(2).isEmpty();
      boolean fits =
          weights != null
              && weights.shape().get(0) == CHANNELS
              && weights.shape().get(1) <= MAX_WIDTH
              && weights.shape().get(2) >= MIN_KERNEL
              && weights.shape().get(2).equals(weights.shape().get(3))
              && convolution.integers("group", 1, 1).equals(List.of(1L))
              && convolution.integers("dilations", 2, 1).equals(List.of(1L, 1L))
              && (!hasBias || (bias != null && bias.shape().equals(List.of((long) CHANNELS))));
      return weights != null && fits
          ? Optional.of(new End(convolution, weights, hasBias ? bias : null, sum, shuffle))
          : Optional.empty();
    }

    /** Whether the input has one channel, so that adding it to four repeats it. */
    private static boolean isLuma(OnnxGraph graph) {
      Port lr = graph.inputs().get(0);
      return lr.shape().size() == 4 && lr.shape().get(1).equals(Optional.of(1L));
    }

    /** Returns the nodes whose one output has one use, or none, by its name. */
    private static Map<String, Node> onlyUsedOnce(OnnxGraph graph) {
      Map<String, Node> makers = new HashMap<>();
      graph.nodes().forEach(node -> node.outputs().forEach(name -> makers.put(name, node)));
      Map<String, Integer> uses = new HashMap<>();
      Stream.concat(
              graph.nodes().stream().flatMap(node -> node.inputs().stream()),
              graph.outputs().stream().map(Port::name))
          .forEach(name -> uses.merge(name, 1, Integer::sum));
      makers.keySet().removeIf(name -> uses.getOrDefault(name, 0) > 1);
      makers.values().removeIf(node -> node.outputs().size() != 1);
      return makers;
    }

    private static boolean keepsSize(Node node, OnnxGraph graph) {
      boolean isNew = node.outputs().stream().anyMatch(name -> name.startsWith(NEW));
      if (!node.isStandard() || isNew) {
        return false;
      }
      return switch (node.operator()) {
        case "Conv" -> isSame(node, graph.weights().get(node.input(1)));
        case "Concat" -> node.integers("axis", 1, 0).equals(List.of(1L));
        default -> POINTWISE.contains(node.operator());
      };
    }

    private static boolean isSame(Node node, @Nullable Weights weights) {
      boolean isPlain =
          weights != null
              && weights.shape().size() == 4
              && node.texts().getOrDefault("auto_pad", "NOTSET").equals("NOTSET")
              && node.integers("strides", 2, 1).equals(List.of(1L, 1L));
      if (weights == null || !isPlain) {
        return false;
      }
      List<Long> dilations = node.integers("dilations", 2, 1);
      List<Long> pads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        // Top, left, bottom, right.
        long more = weights.shape().get(2 + i % 2) - 1;
        if (dilations.size() != 2 || more % 2 != 0) {
          return false;
        }
        pads.add(more / 2 * dilations.get(i % 2));
      }
      return node.integers("pads", 4, 0).equals(pads);
    }

    int kernel() {
      return Math.toIntExact(weights.shape().get(2));
    }

    boolean has(Node node) {
      return node.equals(convolution) || node.equals(sum) || node.equals(shuffle);
    }
  }

  private static byte[] replaced(ByteBuffer from, End end) {
    ProtobufWriter graph = new ProtobufWriter();
    Protobuf.read(
        from.duplicate(),
        (field, type, value, part) -> {
          boolean isEnd =
              switch (field) {
                case OnnxGraph.NODE -> end.has(Node.read(part));
                // Shapes, which ONNX Runtime finds by itself.
                case OnnxGraph.VALUE, OnnxGraph.OUTPUT -> true;
                default -> false;
              };
          if (!isEnd) {
            graph.copy(field, type, value, part);
          }
        });
    Additions to = new Additions(graph);
    int kernel = end.kernel() + PHASES - 1;
    int pad = end.kernel() / 2;
    List<String> inputs = new ArrayList<>();
    inputs.add(end.convolution.input(0));
    inputs.add(to.floats("weights", weights(end), ALL_CHANNELS, channels(end), kernel, kernel));
    if (end.bias != null) {
      inputs.add(to.floats("bias", bias(end.bias), ALL_CHANNELS));
    }
    String sr = end.shuffle.outputs().get(0);
    to.convolution(sr, inputs, kernel, List.of(pad, pad, pad + 1, pad + 1));
    graph.part(OnnxGraph.OUTPUT, OnnxGraph.Port.floats(sr));
    return graph.toByteArray();
  }

  private static int channels(End end) {
    return Math.toIntExact(end.weights.shape().get(1));
  }

  /** Returns the channel of an SR pixel: one of {@link #CHANNELS} of one of 2x2 LR pixels. */
  private static int channel(int phase, int channel) {
    int y = SCALE * (phase / PHASES) + channel / SCALE;
    int x = SCALE * (phase % PHASES) + channel % SCALE;
    return SIDE * y + x;
  }

  private static float[] weights(End end) {
    int inputs = channels(end);
    int kernel = end.kernel();
    int side = kernel + PHASES - 1;
    float[] from = end.weights.values();
    float[] to = new float[ALL_CHANNELS * inputs * side * side];
    for (int phase = 0; phase < PHASES * PHASES; phase++) {
      for (int row = 0; row < CHANNELS * inputs * kernel; row++) {
        int channel = row / kernel / inputs;
        int plane = channel(phase, channel) * inputs + row / kernel % inputs;
        int y = row % kernel + phase / PHASES;
        System.arraycopy(
            from, row * kernel, to, (plane * side + y) * side + phase % PHASES, kernel);
      }
    }
    return to;
  }

  private static float[] bias(Weights bias) {
    float[] from = bias.values();
    float[] to = new float[ALL_CHANNELS];
    for (int i = 0; i < ALL_CHANNELS; i++) {
      to[channel(i / CHANNELS, i % CHANNELS)] = from[i % CHANNELS];
    }
    return to;
  }

  private static byte[] integers(String attribute, List<Integer> values) {
    ProtobufWriter to = new ProtobufWriter().text(Node.ATTRIBUTE_NAME, attribute);
    values.forEach(value -> to.integer(Node.ATTRIBUTE_INTEGERS, value));
    return to.integer(ATTRIBUTE_TYPE, INTEGERS).toByteArray();
  }

  /** Adds to a graph, and returns the names of what it has added. */
  private record Additions(ProtobufWriter graph) {
    String floats(String name, float[] values, int... shape) {
      byte[] raw = new byte[values.length * Float.BYTES];
      ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
      ProtobufWriter tensor = new ProtobufWriter();
      for (int side : shape) {
        tensor.integer(Weights.DIMENSION, side);
      }
      tensor
          .integer(Weights.TYPE, Weights.FLOAT)
          .text(Weights.NAME, NEW + name)
          .part(Weights.RAW, raw);
      graph.part(OnnxGraph.INITIALIZER, tensor.toByteArray());
      return NEW + name;
    }

    void convolution(String output, List<String> inputs, int kernel, List<Integer> pads) {
      ProtobufWriter node = new ProtobufWriter();
      inputs.forEach(each -> node.text(Node.INPUT, each));
      node.text(Node.OUTPUT, output)
          .text(Node.OPERATOR, "Conv")
          .part(Node.ATTRIBUTE, integers("kernel_shape", List.of(kernel, kernel)))
          .part(Node.ATTRIBUTE, integers("strides", List.of(PHASES, PHASES)))
          .part(Node.ATTRIBUTE, integers("pads", pads));
      graph.part(OnnxGraph.NODE, node.toByteArray());
    }
  }
}
