package io.subpixel.runtime.video.internal.still;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes boxes, big-endian, into memory (ISO/IEC 14496-12). */
final class BoxWriter {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** What stands in a box. */
  interface Content {
    void write(BoxWriter to);
  }

  BoxWriter u8(int number) {
    bytes.write(number);
    return this;
  }

  BoxWriter u16(int number) {
    return u8(number >> 8).u8(number);
  }

  BoxWriter u32(long number) {
    return u16((int) (number >> 16)).u16((int) number);
  }

  /** Characters without an end. */
  BoxWriter text(String text) {
    return put(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** A string that ends with a zero. */
  BoxWriter string(String text) {
    return text(text).u8(0);
  }

  BoxWriter put(byte[] data) {
    bytes.writeBytes(data);
    return this;
  }

  BoxWriter box(String type, Content content) {
    BoxWriter inside = new BoxWriter();
    content.write(inside);
    u32(8L + inside.bytes.size()).text(type);
    return put(inside.toByteArray());
  }

  /** A box with a version and flags. */
  BoxWriter fullBox(String type, int version, int flags, Content content) {
    return box(
        type,
        inside -> {
          inside.u32((long) version << 24 | flags);
          content.write(inside);
        });
  }

  byte[] toByteArray() {
    return bytes.toByteArray();
  }
}
