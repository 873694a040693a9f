package io.subpixel.pictures.file;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** PNG files by the specification, for the colour types and depths that ImageIO doesn't write. */
final class Png {
  static final int GREY = 0;
  static final int RGB = 2;
  static final int PALETTE = 3;
  static final int GREY_ALPHA = 4;
  static final int RGB_ALPHA = 6;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  Png(int width, int height, int depth, int colourType) {
    out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    chunk(
        "IHDR",
        ByteBuffer.allocate(13)
            .putInt(width)
            .putInt(height)
            .put((byte) depth)
            .put((byte) colourType)
            .array());
  }

  Png chunk(String type, byte... data) {
    byte[] typed = ByteBuffer.allocate(4 + data.length).put(ascii(type)).put(data).array();
    CRC32 crc = new CRC32();
    crc.update(typed);
    out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    out.writeBytes(typed);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    return this;
  }

  /** The whole file: rows of {@code rowLength} bytes, unfiltered. */
  byte[] pixels(int rowLength, byte... bytes) {
    ByteArrayOutputStream filtered = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; at += rowLength) {
      filtered.write(0);
      filtered.write(bytes, at, rowLength);
    }
    Deflater deflater = new Deflater();
    deflater.setInput(filtered.toByteArray());
    deflater.finish();
    byte[] deflated = new byte[filtered.size() + 64];
    int length = deflater.deflate(deflated);
    deflater.end();
    return chunk("IDAT", ByteBuffer.allocate(length).put(deflated, 0, length).array()).end();
  }

  /** The whole file, of chunks alone. */
  byte[] end() {
    chunk("IEND");
    return out.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
