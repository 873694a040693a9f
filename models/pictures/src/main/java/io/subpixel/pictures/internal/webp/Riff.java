package io.subpixel.pictures.internal.webp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Builds a WebP container (RFC 9649). */
public final class Riff {
  static final int HEADER = 12;
  public static final int ALPHA = 0x10;
  static final int ICC = 0x20;
  static final int EXIF = 0x08;
  static final int XMP = 0x04;
  static final int ANIMATION = 0x02;

  private final ByteArrayOutputStream chunks = new ByteArrayOutputStream();

  public Riff chunk(String type, byte[] data) {
    ByteBuffer head = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    head.put(type.getBytes(StandardCharsets.US_ASCII)).putInt(data.length);
    chunks.writeBytes(head.array());
    chunks.writeBytes(data);
    if (data.length % 2 != 0) {
      chunks.write(0);
    }
    return this;
  }

  /** Adds the chunk that announces the others. */
  public Riff extended(int flags, int width, int height) {
    ByteBuffer data = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
    data.putInt(flags);
    put24(data, width - 1);
    put24(data, height - 1);
    return chunk("VP8X", data.array());
  }

  private static void put24(ByteBuffer data, int value) {
    data.putShort((short) value).put((byte) (value >> 16));
  }

  public byte[] encoded() {
    ByteBuffer file = ByteBuffer.allocate(HEADER + chunks.size()).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(4 + chunks.size());
    file.put("WEBP".getBytes(StandardCharsets.US_ASCII)).put(chunks.toByteArray());
    return file.array();
  }
}
