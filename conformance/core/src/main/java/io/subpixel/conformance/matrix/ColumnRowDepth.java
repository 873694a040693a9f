package io.subpixel.conformance.matrix;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import onnx.Onnx;
import org.nd4j.shade.protobuf.ByteString;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/**
 * The same model with DepthToSpace in the mode CRD (column, row, depth), which PyTorch's pixel
 * shuffle is and SameDiff lacks: the channels of the convolution before it change places. In DCR
 * colour c of subpixel i is channel {@code i C + c}, in CRD {@code c s s + i}.
 */
final class ColumnRowDepth {
  private ColumnRowDepth() {}

  /** Of a model whose DepthToSpace follows a convolution directly. */
  static byte[] of(byte[] model) throws InvalidProtocolBufferException {
    Onnx.ModelProto.Builder file = Onnx.ModelProto.parseFrom(model).toBuilder();
    Onnx.GraphProto.Builder graph = file.getGraphBuilder();
    Map<String, Integer> makers = new HashMap<>();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      makers.put(graph.getNode(i).getOutput(0), i);
    }
    for (Onnx.NodeProto.Builder node : graph.getNodeBuilderList()) {
      if (!node.getOpType().equals("DepthToSpace")) {
        continue;
      }
      int scale = 0;
      for (Onnx.AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
        if (attribute.getName().equals("mode")) {
          attribute.setS(ByteString.copyFromUtf8("CRD"));
        } else {
          scale = (int) attribute.getI();
        }
      }
      Onnx.NodeProto convolution = graph.getNode(makers.getOrDefault(node.getInput(0), 0));
      if (!convolution.getOpType().equals("Conv")) {
        throw new IllegalArgumentException(
            "DepthToSpace: expected Conv before it, received " + convolution.getOpType());
      }
      reorder(graph, convolution.getInputList().subList(1, 3), scale * scale);
    }
    return file.build().toByteArray();
  }

  /** Weights and bias alike have the output channels as their first axis. */
  private static void reorder(Onnx.GraphProto.Builder graph, List<String> names, int subpixels) {
    for (Onnx.TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
      if (!names.contains(tensor.getName())) {
        continue;
      }
      byte[] dcr = tensor.getRawData().toByteArray();
      int outputs = (int) tensor.getDims(0);
      int channels = outputs / subpixels;
      int each = dcr.length / outputs;
      byte[] crd = new byte[dcr.length];
      IntStream.range(0, outputs)
          .forEach(
              o ->
                  System.arraycopy(
                      dcr, o * each, crd, (o % channels * subpixels + o / channels) * each, each));
      tensor.setRawData(ByteString.copyFrom(crd));
    }
  }
}
