package io.subpixel.conformance.matrix;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.trainer.network.Network;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import onnx.Onnx;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.DataFormat;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/**
 * Plain super-resolution models as SameDiff graphs: the shipped ones hold the collapsed weights
 * alone, so the graph that they were trained in is made of these again. Knows the operators of such
 * models; any other is refused.
 */
final class SameDiffImport {
  /** The order of ONNX's {@code [O,I,kH,kW]} in SameDiff's {@code [kH,kW,I,O]}. */
  private static final int[] TO_YXIO = {2, 3, 1, 0};

  private final String where;
  private final Onnx.GraphProto onnx;
  private final SameDiff graph = SameDiff.create();
  private final Map<String, INDArray> weights = new HashMap<>();
  private final Map<String, SDVariable> values = new HashMap<>();

  private SameDiffImport(String where, Onnx.GraphProto onnx) {
    this.where = where;
    this.onnx = onnx;
  }

  /**
   * Reads a model.
   *
   * @param where what to call it in a message
   * @throws InvalidInputException if it is no ONNX file, or has other operators
   */
  static SameDiff read(String where, byte[] model) throws InvalidInputException {
    try {
      return new SameDiffImport(where, Onnx.ModelProto.parseFrom(model).getGraph()).read();
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidInputException(where, "an ONNX model", "something else", e);
    }
  }

  private SameDiff read() throws InvalidInputException {
    for (Onnx.TensorProto initializer : onnx.getInitializerList()) {
      weights.put(initializer.getName(), array(initializer));
    }
    Onnx.ValueInfoProto input = onnx.getInput(0);
    long channels = input.getType().getTensorType().getShape().getDim(1).getDimValue();
    values.put(
        input.getName(), graph.placeHolder(Network.LR, DataType.FLOAT, -1, channels, -1, -1));
    for (Onnx.NodeProto node : onnx.getNodeList()) {
      values.put(node.getOutput(0), made(node));
    }
    value(onnx.getOutput(0).getName()).rename(Network.SR);
    return graph;
  }

  private SDVariable made(Onnx.NodeProto node) throws InvalidInputException {
    List<String> inputs = node.getInputList();
    return switch (node.getOpType()) {
      case "Conv" -> convolution(node);
      case "Relu" -> graph.nn().relu(value(inputs.get(0)), 0);
      case "LeakyRelu" ->
          graph
              .nn()
              .leakyRelu(
                  value(inputs.get(0)),
                  attribute(node, "alpha").map(Onnx.AttributeProto::getF).orElse(0.01f));
      case "Tanh" -> graph.math().tanh(value(inputs.get(0)));
      case "Add" -> value(inputs.get(0)).add(value(inputs.get(1)));
      case "Concat" ->
          graph.concat(
              (int) whole(node, "axis", 1),
              inputs.stream().map(this::value).toArray(SDVariable[]::new));
      case "DepthToSpace" -> subpixels(node);
      default ->
          throw new InvalidInputException(
              where + ": " + node.getName(),
              "Conv, Relu, LeakyRelu, Tanh, Add, Concat or DepthToSpace",
              node.getOpType());
    };
  }

  private SDVariable convolution(Onnx.NodeProto node) throws InvalidInputException {
    INDArray weight = array(node, 1);
    long kernel = weight.size(2);
    // What the shipped models have, and SameDiff calls SAME.
    long[] half = LongStream.generate(() -> kernel / 2).limit(4).toArray();
    List<Long> pads =
        attribute(node, "pads").map(Onnx.AttributeProto::getIntsList).orElse(List.of());
    if (weight.size(3) != kernel
        || kernel % 2 == 0
        || whole(node, "group", 1) != 1
        || !pads.equals(LongStream.of(half).boxed().toList())
        || !areOnes(node, "strides")
        || !areOnes(node, "dilations")) {
      throw new InvalidInputException(
          where + ": " + node.getName(),
          "an odd square kernel of stride 1 with zeros around that keep the size",
          "a kernel of " + weight.size(2) + "x" + weight.size(3) + " with pads " + pads);
    }
    Conv2DConfig config =
        Conv2DConfig.builder()
            .kH(kernel)
            .kW(kernel)
            .paddingMode(PaddingMode.SAME)
            .dataFormat("NCHW")
            .weightsFormat(WeightsFormat.YXIO)
            .build();
    String name = node.getOutput(0);
    SDVariable yxio = graph.var(name + "_weight", weight.permute(TO_YXIO).dup('c'));
    SDVariable bias = graph.var(name + "_bias", array(node, 2));
    return graph.cnn().conv2d(value(node.getInput(0)), yxio, bias, config);
  }

  /** SameDiff knows DCR alone, where all channels of a subpixel lie together. */
  private SDVariable subpixels(Onnx.NodeProto node) throws InvalidInputException {
    String mode = attribute(node, "mode").map(found -> found.getS().toStringUtf8()).orElse("DCR");
    if (!mode.equals("DCR")) {
      throw new InvalidInputException(where + ": " + node.getName(), "mode DCR", mode);
    }
    int scale = (int) whole(node, "blocksize", 1);
    return graph.cnn().depthToSpace(value(node.getInput(0)), scale, DataFormat.NCHW);
  }

  private SDVariable value(String name) {
    SDVariable found = values.get(name);
    if (found == null) {
      throw new IllegalStateException(where + ": nothing makes " + name + " before it is read");
    }
    return found;
  }

  private INDArray array(Onnx.NodeProto node, int input) throws InvalidInputException {
    INDArray found = input < node.getInputCount() ? weights.get(node.getInput(input)) : null;
    if (found == null) {
      throw new InvalidInputException(
          where + ": " + node.getName(), "weights and bias in the file", "none");
    }
    return found;
  }

  private static INDArray array(Onnx.TensorProto tensor) {
    long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
    float[] numbers = new float[(int) LongStream.of(shape).reduce(1, (a, b) -> a * b)];
    ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = raw.hasRemaining() ? raw.getFloat() : tensor.getFloatData(i);
    }
    return Nd4j.createFromArray(numbers).reshape(shape);
  }

  private static boolean areOnes(Onnx.NodeProto node, String name) {
    return attribute(node, name).stream()
        .flatMap(found -> found.getIntsList().stream())
        .allMatch(size -> size == 1);
  }

  private static long whole(Onnx.NodeProto node, String name, long otherwise) {
    return attribute(node, name).map(Onnx.AttributeProto::getI).orElse(otherwise);
  }

  private static Optional<Onnx.AttributeProto> attribute(Onnx.NodeProto node, String name) {
    return node.getAttributeList().stream().filter(a -> a.getName().equals(name)).findFirst();
  }
}
