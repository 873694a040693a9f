package io.subpixel.converter.graph;

import io.subpixel.converter.graph.Attribute.Real;
import io.subpixel.converter.graph.Attribute.Text;
import io.subpixel.converter.graph.Attribute.Whole;
import io.subpixel.converter.graph.Attribute.Wholes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import onnx.Onnx;
import org.nd4j.shade.protobuf.ByteString;

/**
 * An ONNX graph under construction; all values are float32. Not thread-safe. Values are named once,
 * defined before they are read, and nodes are checked where they are made: what breaks that throws
 * {@link IllegalArgumentException}.
 */
public final class OnnxGraph {
  private static final String PRODUCER = "subpixel";

  private final Opset opset;
  private final Map<String, Shape> shapes = new LinkedHashMap<>();
  private final Set<String> reserved = new LinkedHashSet<>();
  private final Set<String> nodeNames = new LinkedHashSet<>();
  private final Set<String> initializers = new LinkedHashSet<>();
  private final List<String> inputs = new ArrayList<>();
  private final List<String> outputs = new ArrayList<>();
  private final Onnx.GraphProto.Builder graph = Onnx.GraphProto.newBuilder();

  /**
   * An empty graph.
   *
   * @param reserved names that {@link #fresh} never gives
   */
  public OnnxGraph(String name, Opset opset, Collection<String> reserved) {
    this.opset = opset;
    this.reserved.addAll(reserved);
    graph.setName(name);
  }

  /** A name that no value has or will have: {@code hint}, with a number behind it if need be. */
  public String fresh(String hint) {
    String name = hint;
    for (int i = 1; !reserved.add(name); i++) {
      name = hint + "_" + i;
    }
    return name;
  }

  /** Adds a graph input. */
  public String input(String name, Shape shape) {
    define(name, shape);
    inputs.add(name);
    return name;
  }

  /**
   * Adds a stored array.
   *
   * @param values as many as {@code sizes} say, the last axis contiguous
   */
  public String initializer(String name, float[] values, long... sizes) {
    if (Arrays.stream(sizes).reduce(1, Math::multiplyExact) != values.length) {
      throw new IllegalArgumentException(
          "%s: expected the values of %s, received %d"
              .formatted(name, Arrays.toString(sizes), values.length));
    }
    define(name, Shape.of(sizes));
    initializers.add(name);
    // ONNX stores raw data in little-endian order.
    ByteBuffer raw =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    Onnx.TensorProto.Builder tensor =
        Onnx.TensorProto.newBuilder()
            .setName(name)
            .setDataType(Onnx.TensorProto.DataType.FLOAT_VALUE)
            .setRawData(ByteString.copyFrom(raw));
    Arrays.stream(sizes).forEach(tensor::addDims);
    graph.addInitializer(tensor);
    return name;
  }

  /**
   * Adds a node with one output, named like it.
   *
   * @param output the name of its value
   * @param shape of its value
   * @return {@code output}
   */
  public String node(
      OnnxOperator operator,
      String output,
      Shape shape,
      List<String> nodeInputs,
      Attribute... attributes) {
    operator.check(output, nodeInputs, List.of(attributes));
    for (String input : nodeInputs) {
      shape(input);
    }
    define(output, shape);
    nodeNames.add(output);
    Onnx.NodeProto.Builder node =
        Onnx.NodeProto.newBuilder()
            .setName(output)
            .setOpType(operator.onnxName())
            .addAllInput(nodeInputs)
            .addOutput(output);
    for (Attribute attribute : attributes) {
      node.addAttribute(proto(attribute));
    }
    graph.addNode(node);
    return output;
  }

  /** Makes a value a graph output. */
  public void output(String name) {
    if (!nodeNames.contains(name) || outputs.contains(name)) {
      throw new IllegalArgumentException(name + ": expected the output of a node, once");
    }
    outputs.add(name);
  }

  /** The shape of a value that is there already. */
  public Shape shape(String value) {
    Shape shape = shapes.get(value);
    if (shape == null) {
      throw new IllegalArgumentException(value + ": expected a value that is already defined");
    }
    return shape;
  }

  /** Names of the graph inputs, in order. */
  public List<String> inputs() {
    return List.copyOf(inputs);
  }

  /** Names of the graph outputs, in order. */
  public List<String> outputs() {
    return List.copyOf(outputs);
  }

  /** How many values the initializers hold. */
  public long parameters() {
    long sum = 0;
    for (String name : initializers) {
      long size = 1;
      for (Dim dim : shape(name).dims()) {
        size *= ((Dim.Fixed) dim).size();
      }
      sum += size;
    }
    return sum;
  }

  /** The finished model, with {@code metadata_props}. */
  public Onnx.ModelProto model(Map<String, String> metadata) {
    return model(outputs, metadata);
  }

  /** The same graph with every node's value as an output, for those who compare them. */
  public Onnx.ModelProto probe() {
    return model(nodeNames, Map.of());
  }

  private Onnx.ModelProto model(Collection<String> visible, Map<String, String> metadata) {
    Onnx.GraphProto.Builder whole = graph.clone();
    inputs.forEach(name -> whole.addInput(info(name)));
    visible.forEach(name -> whole.addOutput(info(name)));
    nodeNames.stream()
        .filter(name -> !visible.contains(name))
        .forEach(name -> whole.addValueInfo(info(name)));
    Onnx.ModelProto.Builder model =
        Onnx.ModelProto.newBuilder()
            .setIrVersion(opset.irVersion())
            .setProducerName(PRODUCER)
            .addOpsetImport(
                Onnx.OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset.version()))
            .setGraph(whole);
    metadata.forEach(
        (key, value) ->
            model.addMetadataProps(
                Onnx.StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build();
  }

  private void define(String name, Shape shape) {
    if (name.isEmpty() || shapes.putIfAbsent(name, shape) != null) {
      throw new IllegalArgumentException("\"" + name + "\": expected a name that no value has yet");
    }
    reserved.add(name);
  }

  private Onnx.ValueInfoProto info(String name) {
    Onnx.TensorShapeProto.Builder dims = Onnx.TensorShapeProto.newBuilder();
    for (Dim dim : shape(name).dims()) {
      Onnx.TensorShapeProto.Dimension.Builder axis = Onnx.TensorShapeProto.Dimension.newBuilder();
      dims.addDim(
          dim instanceof Dim.Fixed fixed
              ? axis.setDimValue(fixed.size())
              : axis.setDimParam(dim.label()));
    }
    return Onnx.ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            Onnx.TypeProto.newBuilder()
                .setTensorType(
                    Onnx.TypeProto.Tensor.newBuilder()
                        .setElemType(Onnx.TensorProto.DataType.FLOAT_VALUE)
                        .setShape(dims)))
        .build();
  }

  private static Onnx.AttributeProto proto(Attribute attribute) {
    Onnx.AttributeProto.Builder proto = Onnx.AttributeProto.newBuilder().setName(attribute.name());
    if (attribute instanceof Whole whole) {
      proto.setType(Onnx.AttributeProto.AttributeType.INT).setI(whole.value());
    } else if (attribute instanceof Wholes wholes) {
      proto.setType(Onnx.AttributeProto.AttributeType.INTS).addAllInts(wholes.values());
    } else if (attribute instanceof Real real) {
      proto.setType(Onnx.AttributeProto.AttributeType.FLOAT).setF(real.value());
    } else {
      Text text = (Text) attribute;
      proto
          .setType(Onnx.AttributeProto.AttributeType.STRING)
          .setS(ByteString.copyFromUtf8(text.value()));
    }
    return proto.build();
  }
}
