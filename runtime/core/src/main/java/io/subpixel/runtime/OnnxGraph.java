package io.subpixel.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What {@link Polyphase} must know of a graph: its nodes, the shapes of its float weights, its
 * inputs and outputs. Reads untrusted bytes.
 *
 * @param nodes in the file's order
 * @param weights by name: those whose float32 values are in the file, as raw data
 * @param inputs without weights
 * @param outputs of the graph
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a> for the
 *     field numbers
 */
record OnnxGraph(
    List<Node> nodes, Map<String, Weights> weights, List<Port> inputs, List<Port> outputs) {
  static final int NODE = 1;
  static final int INITIALIZER = 5;
  private static final int INPUT = 11;
  static final int OUTPUT = 12;
  static final int VALUE = 13;

  /** Reads a graph. */
  static OnnxGraph read(ByteBuffer graph) {
    OnnxGraph read =
        new OnnxGraph(new ArrayList<>(), new HashMap<>(), new ArrayList<>(), new ArrayList<>());
    List<String> initialized = new ArrayList<>();
    Protobuf.read(
        graph.duplicate(),
        (field, type, value, part) -> {
          switch (field) {
            case NODE -> read.nodes.add(Node.read(part));
            case INITIALIZER -> {
              Weights weights = Weights.read(part);
              initialized.add(weights.name);
              if (weights.isWhole()) {
                read.weights.put(weights.name, weights);
              }
            }
            case INPUT -> read.inputs.add(Port.read(part));
            case OUTPUT -> read.outputs.add(Port.read(part));
            default -> {}
          }
        });
    // Older files list weights among the inputs, too.
    read.inputs.removeIf(port -> initialized.contains(port.name));
    return read;
  }

  private static String text(ByteBuffer part) {
    return StandardCharsets.UTF_8.decode(part.duplicate()).toString();
  }

  /** Adds one integer, or several that are packed. */
  private static void addIntegers(int type, long value, ByteBuffer part, List<Long> to) {
    if (type == Protobuf.VARINT) {
      to.add(value);
    } else {
      ByteBuffer packed = part.duplicate();
      while (packed.hasRemaining()) {
        to.add(Protobuf.varint(packed));
      }
    }
  }

  /**
   * A node.
   *
   * @param inputs names; empty for one that is left out
   * @param integers its attributes of this kind, one or several
   * @param texts its attributes of this kind
   */
  record Node(
      List<String> inputs,
      List<String> outputs,
      String operator,
      String domain,
      Map<String, List<Long>> integers,
      Map<String, String> texts) {
    static final int INPUT = 1;
    static final int OUTPUT = 2;
    static final int OPERATOR = 4;
    static final int ATTRIBUTE = 5;
    private static final int DOMAIN = 7;
    static final int ATTRIBUTE_NAME = 1;
    static final int ATTRIBUTE_INTEGER = 3;
    private static final int ATTRIBUTE_TEXT = 4;
    static final int ATTRIBUTE_INTEGERS = 8;

    static Node read(ByteBuffer node) {
      List<String> inputs = new ArrayList<>();
      List<String> outputs = new ArrayList<>();
      Map<String, List<Long>> integers = new HashMap<>();
      Map<String, String> texts = new HashMap<>();
      String[] names = {"", ""};
      Protobuf.read(
          node.duplicate(),
          (field, type, value, part) -> {
            switch (field) {
              case INPUT -> inputs.add(text(part));
              case OUTPUT -> outputs.add(text(part));
              case OPERATOR -> names[0] = text(part);
              case ATTRIBUTE -> readAttribute(part, integers, texts);
              case DOMAIN -> names[1] = text(part);
              default -> {}
            }
          });
      return new Node(inputs, outputs, names[0], names[1], integers, texts);
    }

    private static void readAttribute(
        ByteBuffer attribute, Map<String, List<Long>> integers, Map<String, String> texts) {
      String[] name = {""};
      List<Long> numbers = new ArrayList<>();
      List<String> text = new ArrayList<>();
      Protobuf.read(
          attribute,
          (field, type, value, part) -> {
            switch (field) {
              case ATTRIBUTE_NAME -> name[0] = text(part);
              case ATTRIBUTE_INTEGER, ATTRIBUTE_INTEGERS -> addIntegers(type, value, part, numbers);
              case ATTRIBUTE_TEXT -> text.add(text(part));
              default -> {}
            }
          });
      integers.put(name[0], numbers);
      text.forEach(each -> texts.put(name[0], each));
    }

    /** Whether it is an operator of ONNX itself. */
    boolean is(String wanted) {
      return operator.equals(wanted) && isStandard();
    }

    boolean isStandard() {
      return domain.isEmpty() || domain.equals("ai.onnx");
    }

    /** Returns an input's name; empty if there is none. */
    String input(int i) {
      return i < inputs.size() ? inputs.get(i) : "";
    }

    /** Returns an attribute's integers, or n times {@code other} if it isn't stated. */
    List<Long> integers(String name, int n, long other) {
      List<Long> stated = integers.getOrDefault(name, List.of());
      return stated.isEmpty() ? Collections.nCopies(n, other) : stated;
    }
  }

  /**
   * Float weights.
   *
   * @param raw little-endian float32
   */
  record Weights(String name, List<Long> shape, boolean isFloat, ByteBuffer raw) {
    static final int DIMENSION = 1;
    static final int TYPE = 2;
    static final int NAME = 8;
    static final int RAW = 9;
    static final int FLOAT = 1;
    private static final int LONGEST = 1 << 24;

    static Weights read(ByteBuffer tensor) {
      List<Long> shape = new ArrayList<>();
      String[] name = {""};
      long[] dataType = {0};
      ByteBuffer[] raw = {ByteBuffer.allocate(0)};
      Protobuf.read(
          tensor.duplicate(),
          (field, type, value, part) -> {
            switch (field) {
              case DIMENSION -> addIntegers(type, value, part, shape);
              case TYPE -> dataType[0] = value;
              case NAME -> name[0] = text(part);
              case RAW -> raw[0] = part;
              default -> {}
            }
          });
      return new Weights(name[0], shape, dataType[0] == FLOAT, raw[0]);
    }

    /** Whether the file holds a value for each element. */
    private boolean isWhole() {
      long elements = 1;
      for (long side : shape) {
        if (side < 1 || side > LONGEST || elements > LONGEST) {
          return false;
        }
        elements *= side;
      }
      return isFloat && raw.remaining() == Float.BYTES * elements;
    }

    float[] values() {
      float[] values = new float[raw.remaining() / Float.BYTES];
      raw.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return values;
    }
  }

  /**
   * An input or output of the graph.
   *
   * @param shape its sides; empty for those that may vary
   */
  record Port(String name, List<Optional<Long>> shape) {
    private static final int NAME = 1;
    private static final int TYPE = 2;
    private static final int TENSOR_TYPE = 1;
    private static final int SHAPE = 2;
    private static final int DIMENSION = 1;
    private static final int DIMENSION_VALUE = 1;
    private static final int ELEMENT_TYPE = 1;

    /** Returns a port of floats, without a shape, as it is in a file. */
    static byte[] floats(String name) {
      byte[] tensor = new ProtobufWriter().integer(ELEMENT_TYPE, Weights.FLOAT).toByteArray();
      byte[] type = new ProtobufWriter().part(TENSOR_TYPE, tensor).toByteArray();
      return new ProtobufWriter().text(NAME, name).part(TYPE, type).toByteArray();
    }

    static Port read(ByteBuffer port) {
      String[] name = {""};
      List<Optional<Long>> shape = new ArrayList<>();
      Protobuf.read(
          port.duplicate(),
          (field, type, value, part) -> {
            if (field == NAME) {
              name[0] = text(part);
            } else if (field == TYPE) {
              within(part, TENSOR_TYPE, tensor -> within(tensor, SHAPE, s -> read(s, shape)));
            }
          });
      return new Port(name[0], shape);
    }

    private static void read(ByteBuffer shape, List<Optional<Long>> to) {
      within(
          shape,
          DIMENSION,
          dimension -> {
            List<Long> value = new ArrayList<>();
            Protobuf.read(
                dimension,
                (field, type, number, part) -> {
                  if (field == DIMENSION_VALUE && type == Protobuf.VARINT) {
                    value.add(number);
                  }
                });
            to.add(value.stream().findFirst());
          });
    }

    private static void within(ByteBuffer message, int wanted, Consumer<ByteBuffer> inner) {
      Protobuf.read(
          message.duplicate(),
          (field, type, value, part) -> {
            if (field == wanted) {
              inner.accept(part);
            }
          });
    }
  }
}
