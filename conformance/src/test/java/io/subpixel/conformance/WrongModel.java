package io.subpixel.conformance;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import onnx.Onnx;
import org.nd4j.shade.protobuf.ByteString;

/** A model that almost computes what another one does. */
public final class WrongModel {
  private WrongModel() {}

  /** The same ONNX file but for one weight, which is a hundredth off. */
  public static byte[] of(byte[] model) throws IOException {
    Onnx.ModelProto.Builder file = Onnx.ModelProto.parseFrom(model).toBuilder();
    Onnx.TensorProto.Builder weight =
        file.getGraphBuilder().getInitializerBuilderList().stream()
            .filter(tensor -> tensor.getDimsCount() == 4 && tensor.getDims(1) > 1)
            .findFirst()
            .orElseThrow();
    ByteBuffer values =
        ByteBuffer.wrap(weight.getRawData().toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    values.putFloat(0, values.getFloat(0) + 1e-2f);
    weight.setRawData(ByteString.copyFrom(values.array()));
    return file.build().toByteArray();
  }
}
