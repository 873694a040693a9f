package io.subpixel.runtime;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes what {@link Protobuf} reads. */
final class ProtobufWriter {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  ProtobufWriter integer(int field, long value) {
    varint(((long) field << 3) | Protobuf.VARINT);
    varint(value);
    return this;
  }

  ProtobufWriter text(int field, String value) {
    return part(field, value.getBytes(StandardCharsets.UTF_8));
  }

  ProtobufWriter part(int field, byte[] content) {
    varint(((long) field << 3) | Protobuf.LENGTH_DELIMITED);
    varint(content.length);
    bytes.writeBytes(content);
    return this;
  }

  /** Writes a field as {@link Protobuf.Fields} receives it. */
  void copy(int field, int type, long value, ByteBuffer part) {
    byte[] content = new byte[part.remaining()];
    part.get(part.position(), content);
    switch (type) {
      case Protobuf.VARINT -> integer(field, value);
      case Protobuf.LENGTH_DELIMITED -> part(field, content);
      default -> {
        varint(((long) field << 3) | type);
        bytes.writeBytes(content);
      }
    }
  }

  private void varint(long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      bytes.write((int) ((left & 0x7f) | 0x80));
      left >>>= 7;
    }
    bytes.write((int) left);
  }

  byte[] toByteArray() {
    return bytes.toByteArray();
  }
}
