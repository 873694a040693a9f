package io.subpixel.converter.graph;

import io.subpixel.converter.internal.graph.ExternalData;
import io.subpixel.converter.internal.graph.OnnxGraph;
import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import onnx.Onnx;
import org.nd4j.shade.protobuf.CodedInputStream;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;
import org.nd4j.shade.protobuf.UnsafeByteOperations;

/**
 * What an ONNX file says of itself.
 *
 * @param opset version of the default domain's operators, 0 if it doesn't say
 * @param irVersion version of the file format
 * @param producer who wrote it
 * @param inputs the inputs' shapes by name, initializers left out
 * @param outputs the outputs' shapes by name
 * @param operators the operator of each node, in order
 * @param parameters how many values are stored
 * @param cost what it takes to run, as far as it can be told
 * @param metadata {@code metadata_props}
 * @since 0.1
 */
public record OnnxFile(
    long opset,
    long irVersion,
    String producer,
    Map<String, String> inputs,
    Map<String, String> outputs,
    List<String> operators,
    long parameters,
    OnnxCost cost,
    Map<String, String> metadata) {

  /**
   * Reads a file.
   *
   * @throws InvalidInputException if it is no ONNX model
   * @throws IOException if it can't be read
   */
  public static OnnxFile read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          file.toString(), "an ONNX model", Files.exists(file) ? "no file" : "nothing");
    }
    Onnx.ModelProto model;
    try {
      model = parse(file);
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidInputException(
          file.toString(), "an ONNX model", "something else or a damaged one", e);
    }
    Onnx.GraphProto graph = model.getGraph();
    if (model.getIrVersion() < 1 || graph.getNodeCount() == 0) {
      throw new InvalidInputException(file.toString(), "an ONNX model", "none with a graph");
    }
    Map<String, String> inputs = ports(graph.getInputList());
    long parameters = 0;
    for (Onnx.TensorProto tensor : graph.getInitializerList()) {
      inputs.remove(tensor.getName());
      parameters = sum(file, parameters, tensor);
    }
    ExternalData.check(file, graph);
    return new OnnxFile(
        model.getOpsetImportList().stream()
            .filter(opset -> opset.getDomain().isEmpty() || opset.getDomain().equals("ai.onnx"))
            .mapToLong(Onnx.OperatorSetIdProto::getVersion)
            .findFirst()
            .orElse(0),
        model.getIrVersion(),
        model.getProducerName(),
        inputs,
        ports(graph.getOutputList()),
        graph.getNodeList().stream().map(Onnx.NodeProto::getOpType).toList(),
        parameters,
        OnnxCost.of(graph),
        model.getMetadataPropsList().stream()
            .collect(
                Collectors.toMap(
                    Onnx.StringStringEntryProto::getKey,
                    Onnx.StringStringEntryProto::getValue,
                    (first, second) -> second)));
  }

  /** Where a model's bytes lie, stored tensors point there: weights needn't fit into the heap. */
  private static Onnx.ModelProto parse(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      if (size > OnnxGraph.MOST_BYTES) {
        throw new InvalidInputException(
            file.toString(), "an ONNX model of at most 2 GB", size + " bytes");
      }
      ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
      CodedInputStream input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
      input.enableAliasing(true);
      return Onnx.ModelProto.parseFrom(input);
    }
  }

  private static long sum(Path file, long parameters, Onnx.TensorProto tensor)
      throws InvalidInputException {
    try {
      return Math.addExact(parameters, ExternalData.count(tensor));
    } catch (ArithmeticException e) {
      throw new InvalidInputException(
          file + ": tensor " + tensor.getName(),
          "sizes of 0 or more whose product is a number",
          tensor.getDimsList().toString(),
          e);
    }
  }

  private static Map<String, String> ports(List<Onnx.ValueInfoProto> values) {
    Map<String, String> ports = new LinkedHashMap<>();
    for (Onnx.ValueInfoProto value : values) {
      ports.put(
          value.getName(),
          value.getType().getTensorType().getShape().getDimList().stream()
              .map(dim -> dim.hasDimValue() ? Long.toString(dim.getDimValue()) : dim.getDimParam())
              .collect(Collectors.joining(",", "[", "]")));
    }
    return ports;
  }
}
