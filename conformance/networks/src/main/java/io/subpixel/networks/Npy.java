package io.subpixel.networks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Writes NumPy's format: of what ND4J's own writer leaves out, booleans and empty arrays, too. */
final class Npy {
  private Npy() {}

  static void write(Path file, INDArray value) throws IOException {
    if (value.dataType() == DataType.HALF) {
      Files.write(file, Nd4j.toNpyByteArray(value.dup('c')));
      return;
    }
    String type =
        switch (value.dataType()) {
          case FLOAT -> "<f4";
          case DOUBLE -> "<f8";
          case INT -> "<i4";
          case LONG -> "<i8";
          case SHORT -> "<i2";
          case BYTE -> "|i1";
          case UBYTE -> "|u1";
          case BOOL -> "|b1";
          default -> throw new IOException("expected a type of NumPy, received " + value.dataType());
        };
    String sizes =
        Arrays.stream(value.shape()).mapToObj(String::valueOf).collect(Collectors.joining(", "))
            + (value.rank() == 1 ? "," : "");
    String header =
        "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + sizes + "), }\n";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    bytes.writeBytes(little(2).putShort((short) header.length()).array());
    bytes.writeBytes(header.getBytes(StandardCharsets.ISO_8859_1));
    if (!value.isEmpty()) {
      INDArray flat = value.dup('c');
      for (long i = 0; i < flat.length(); i++) {
        bytes.writeBytes(element(flat, i));
      }
    }
    Files.write(file, bytes.toByteArray());
  }

  private static byte[] element(INDArray flat, long i) {
    DataType type = flat.dataType();
    return switch (type) {
      case DOUBLE -> little(8).putDouble(flat.getDouble(i)).array();
      case INT -> little(4).putInt((int) flat.getLong(i)).array();
      case LONG -> little(8).putLong(flat.getLong(i)).array();
      case SHORT -> little(2).putShort((short) flat.getLong(i)).array();
      case BYTE, UBYTE, BOOL -> new byte[] {(byte) flat.getLong(i)};
      default -> little(4).putFloat(flat.getFloat(i)).array();
    };
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
