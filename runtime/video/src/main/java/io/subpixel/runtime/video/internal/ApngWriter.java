package io.subpixel.runtime.video.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes whole frames of 8 bits as APNG (PNG, third edition), fast rather than small. */
final class ApngWriter {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int RGB = 2;
  private static final int RGBA = 6;
  private static final int FILTER_UP = 2;
  private static final int BUFFER = 1 << 16;
  private static final int MAX_DELAY = 0xffff;

  /** What browsers take for a frame without a duration. */
  private static final int DEFAULT_MILLISECONDS = 100;

  private final OutputStream out;
  private final int width;
  private final int height;
  private final boolean opaque;
  private final byte[] row;
  private final byte[] buffer = new byte[BUFFER];
  private int sequence;
  private long bytes;

  ApngWriter(OutputStream out, int width, int height, boolean opaque) {
    this.out = out;
    this.width = width;
    this.height = height;
    this.opaque = opaque;
    row = new byte[1 + width * (opaque ? 3 : 4)];
  }

  void begin(int frames) throws IOException {
    put(SIGNATURE);
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    chunk("IHDR", header.put((byte) 8).put((byte) (opaque ? RGB : RGBA)).array(), 13);
    chunk("acTL", ByteBuffer.allocate(8).putInt(frames).array(), 8);
  }

  /** Writes a frame of pixels, from the highest byte on alpha, R, G, B. */
  void frame(int[] pixels, int milliseconds) throws IOException {
    int delay = milliseconds == 0 ? DEFAULT_MILLISECONDS : milliseconds;
    int unit = 1000;
    for (; delay > MAX_DELAY && unit > 1; unit /= 10) {
      delay /= 10;
    }
    boolean first = sequence == 0;
    ByteBuffer control = ByteBuffer.allocate(26).putInt(sequence++).putInt(width).putInt(height);
    control.putInt(0).putInt(0).putShort((short) Math.min(MAX_DELAY, delay)).putShort((short) unit);
    chunk("fcTL", control.array(), 26);
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try {
      for (int y = 0; y < height; y++) {
        load(pixels, y);
        deflater.setInput(row);
        while (!deflater.needsInput()) {
          flush(deflater, first);
        }
      }
      deflater.finish();
      while (!deflater.finished()) {
        flush(deflater, first);
      }
    } finally {
      deflater.end();
    }
  }

  private void load(int[] pixels, int y) {
    row[0] = FILTER_UP;
    int at = 1;
    for (int i = y * width; i < (y + 1) * width; i++) {
      int pixel = pixels[i];
      int above = y == 0 ? 0 : pixels[i - width];
      row[at++] = (byte) ((pixel >> 16) - (above >> 16));
      row[at++] = (byte) ((pixel >> 8) - (above >> 8));
      row[at++] = (byte) (pixel - above);
      if (!opaque) {
        row[at++] = (byte) ((pixel >>> 24) - (above >>> 24));
      }
    }
  }

  private void flush(Deflater deflater, boolean first) throws IOException {
    // The first frame is the picture that others see; later chunks begin with a number.
    int start = first ? 0 : 4;
    int size = deflater.deflate(buffer, start, buffer.length - start);
    if (size > 0) {
      if (!first) {
        ByteBuffer.wrap(buffer).putInt(sequence++);
      }
      chunk(first ? "IDAT" : "fdAT", buffer, start + size);
    }
  }

  void end() throws IOException {
    chunk("IEND", buffer, 0);
  }

  /** Returns how many bytes were written. */
  long bytes() {
    return bytes;
  }

  private void chunk(String type, byte[] data, int length) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data, 0, length);
    put(ByteBuffer.allocate(8).putInt(length).put(name).array());
    out.write(data, 0, length);
    bytes += length;
    put(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }

  private void put(byte[] all) throws IOException {
    out.write(all);
    bytes += all.length;
  }
}
