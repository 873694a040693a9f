package io.subpixel.trainer.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.zoo.ModelCard;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import onnx.Onnx;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/**
 * The weights of an ONNX file under the names that the trainer's networks give them: a convolution
 * is named by its output, and has {@code NAME_weight} {@code [kH,kW,I,O]} and {@code NAME_bias}
 * {@code [O]}; a PReLU, which is a ReLU plus a multiple of the rest, has {@code NAME_slope};
 * anything else keeps its name.
 *
 * @param byVariable float32
 * @param operators the types of its nodes
 * @param card that of the file's metadata
 */
record OnnxWeights(
    Map<String, INDArray> byVariable, Set<String> operators, Optional<ModelCard> card) {
  /** The order of ONNX's {@code [O,I,kH,kW]} in {@code [kH,kW,I,O]}. */
  private static final int[] TO_YXIO = {2, 3, 1, 0};

  /** What an {@link INDArray} can have. */
  private static final int MOST_AXES = 32;

  /**
   * Reads a file.
   *
   * @param where what to call it in a message
   * @throws InvalidInputException if it is no ONNX file, or its weights or its card aren't valid
   */
  static OnnxWeights read(String where, byte[] onnx) throws InvalidInputException {
    if (onnx.length == 0) {
      throw new InvalidInputException(where, "an ONNX model", "an empty file");
    }
    Onnx.ModelProto model;
    try {
      model = Onnx.ModelProto.parseFrom(onnx);
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidInputException(where, "an ONNX model", "something else", e);
    }
    Map<String, INDArray> weights = new HashMap<>();
    for (Onnx.TensorProto tensor : model.getGraph().getInitializerList()) {
      INDArray values = values(where, tensor);
      if (values != null) {
        weights.put(tensor.getName(), values);
      }
    }
    Set<String> operators = new HashSet<>();
    for (Onnx.NodeProto node : model.getGraph().getNodeList()) {
      operators.add(node.getOpType());
      if (node.getOpType().equals("Conv") && node.getOutputCount() == 1) {
        name(weights, node);
      }
    }
    nameSlopes(weights, model.getGraph().getNodeList());
    return new OnnxWeights(weights, operators, card(where, model));
  }

  private static void name(Map<String, INDArray> weights, Onnx.NodeProto convolution) {
    List<String> inputs = convolution.getInputList();
    String name = convolution.getOutput(0);
    INDArray kernel = inputs.size() > 1 ? weights.get(inputs.get(1)) : null;
    INDArray bias = inputs.size() > 2 ? weights.get(inputs.get(2)) : null;
    if (kernel != null && kernel.rank() == TO_YXIO.length) {
      weights.put(name + "_weight", kernel.permute(TO_YXIO).dup('c'));
    }
    if (bias != null) {
      weights.put(name + "_bias", bias);
    }
  }

  private static void nameSlopes(Map<String, INDArray> weights, List<Onnx.NodeProto> nodes) {
    Map<String, Onnx.NodeProto> makers = new HashMap<>();
    nodes.forEach(node -> node.getOutputList().forEach(output -> makers.put(output, node)));
    for (Onnx.NodeProto sum : nodes) {
      if (!isBinary(sum, "Add") || !is(makers.get(sum.getInput(0)), "Relu")) {
        continue;
      }
      Onnx.NodeProto product = makers.get(sum.getInput(1));
      if (product != null
          && isBinary(product, "Mul")
          && is(makers.get(product.getInput(0)), "Sub")
          && weights.containsKey(product.getInput(1))) {
        weights.put(sum.getOutput(0) + "_slope", weights.get(product.getInput(1)));
      }
    }
  }

  private static boolean isBinary(Onnx.NodeProto node, String operator) {
    return is(node, operator) && node.getInputCount() == 2 && node.getOutputCount() == 1;
  }

  private static boolean is(Onnx.@Nullable NodeProto node, String operator) {
    return node != null && node.getOpType().equals(operator);
  }

  /** Returns null for another type, and for a scalar or nothing, which no weight is. */
  private static @Nullable INDArray values(String where, Onnx.TensorProto tensor)
      throws InvalidInputException {
    if (tensor.getDataType() == Onnx.TensorProto.DataType.FLOAT16_VALUE) {
      throw new InvalidInputException(
          where + ": " + tensor.getName(), "float32 weights", "float16 ones");
    }
    boolean isFloat = tensor.getDataType() == Onnx.TensorProto.DataType.FLOAT_VALUE;
    if (!isFloat || tensor.getDimsCount() == 0 || tensor.getDimsList().equals(List.of(0L))) {
      return null;
    }
    String place = where + ": " + tensor.getName();
    if (tensor.getDataLocation() == Onnx.TensorProto.DataLocation.EXTERNAL) {
      throw new InvalidInputException(place, "weights in the file itself", "external data");
    }
    ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    int count = raw.hasRemaining() ? raw.remaining() / Float.BYTES : tensor.getFloatDataCount();
    long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
    if (raw.remaining() % Float.BYTES != 0 || shape.length > MOST_AXES || !fills(count, shape)) {
      throw new InvalidInputException(
          place, "float32 values that fill its shape", count + " for " + tensor.getDimsList());
    }
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = raw.hasRemaining() ? raw.getFloat() : tensor.getFloatData(i);
    }
    return Nd4j.createFromArray(numbers).reshape(shape);
  }

  /** Each size divides what is left, so a product that wraps around can't pass. */
  private static boolean fills(int count, long[] shape) {
    long left = count;
    for (long size : shape) {
      if (size <= 0 || left % size != 0) {
        return false;
      }
      left /= size;
    }
    return left == 1;
  }

  private static Optional<ModelCard> card(String where, Onnx.ModelProto model)
      throws InvalidInputException {
    for (Onnx.StringStringEntryProto entry : model.getMetadataPropsList()) {
      if (entry.getKey().equals(ModelCard.METADATA_KEY)) {
        return Optional.of(ModelCard.fromJson(entry.getValue(), where));
      }
    }
    return Optional.empty();
  }
}
