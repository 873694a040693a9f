package io.subpixel.models.picture.file;

import io.subpixel.models.picture.PictureLayout;
import io.subpixel.models.picture.Rows;
import io.subpixel.models.picture.file.Metadata.Density;
import io.subpixel.models.picture.file.Metadata.PngChunk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** PNG by its specification (W3C, third edition), not interlaced. */
final class PngEncoder implements Encoder {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int[] COLOUR_TYPES = {0, 4, 2, 6};
  private static final int CHUNK = 1 << 16;
  private static final int UP = 2;

  private final WritableByteChannel out;
  private final Deflater deflater;
  private final byte[] deflated = new byte[CHUNK];
  private int size;
  private byte[] row;
  private byte[] previous;
  private final byte[] filtered;

  PngEncoder(WritableByteChannel out, PictureLayout layout, Metadata metadata, WriteOptions options)
      throws IOException {
    this.out = out;
    boolean fast = options.compression() == WriteOptions.Compression.FAST;
    deflater = new Deflater(fast ? 1 : 6);
    int length = Math.multiplyExact(layout.width(), layout.channels() * layout.depth() / 8);
    row = new byte[length];
    previous = new byte[length];
    filtered = new byte[1 + length];
    out.write(ByteBuffer.wrap(SIGNATURE));
    ByteBuffer header = ByteBuffer.allocate(13).putInt(layout.width()).putInt(layout.height());
    header.put((byte) layout.depth()).put((byte) COLOUR_TYPES[layout.channels() - 1]);
    chunk("IHDR", header.array(), 13);
    metadata(metadata);
  }

  private void metadata(Metadata metadata) throws IOException {
    for (PngChunk chunk : metadata.pngChunks()) {
      chunk(chunk.type(), chunk.data(), chunk.data().length);
    }
    byte[] profile = metadata.iccProfile();
    if (profile != null) {
      ByteArrayOutputStream data = new ByteArrayOutputStream();
      data.writeBytes("ICC profile\0\0".getBytes(StandardCharsets.ISO_8859_1));
      try (DeflaterOutputStream deflating = new DeflaterOutputStream(data)) {
        deflating.write(profile);
      }
      chunk("iCCP", data.toByteArray(), data.size());
    }
    Density density = metadata.density();
    if (density != null) {
      ByteBuffer data = ByteBuffer.allocate(9);
      data.putInt(density.perMetreX()).putInt(density.perMetreY()).put((byte) 1);
      chunk("pHYs", data.array(), 9);
    }
    byte[] exif = metadata.exif();
    if (exif != null) {
      chunk("eXIf", exif, exif.length);
    }
    byte[] xmp = metadata.xmp();
    if (xmp != null) {
      ByteArrayOutputStream data = new ByteArrayOutputStream();
      data.writeBytes(
          (PngDecoder.XMP_KEYWORD + "\0\0\0\0\0").getBytes(StandardCharsets.ISO_8859_1));
      data.writeBytes(xmp);
      chunk("iTXt", data.toByteArray(), data.size());
    }
  }

  private void chunk(String type, byte[] data, int length) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data, 0, length);
    writeAll(ByteBuffer.allocate(8).putInt(length).put(name).flip());
    writeAll(ByteBuffer.wrap(data, 0, length));
    writeAll(ByteBuffer.allocate(4).putInt((int) crc.getValue()).flip());
  }

  private void writeAll(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  @Override
  public void write(Rows from, int at, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      int start = (at + i) * from.rowLength();
      if (from.depth() == 8) {
        System.arraycopy(from.bytes(), start, row, 0, row.length);
      } else {
        short[] samples = from.shorts();
        for (int k = 0; k < row.length; k += 2) {
          short sample = samples[start + k / 2];
          row[k] = (byte) (sample >> 8);
          row[k + 1] = (byte) sample;
        }
      }
      filtered[0] = UP;
      for (int k = 0; k < row.length; k++) {
        filtered[1 + k] = (byte) (row[k] - previous[k]);
      }
      deflate();
      byte[] done = row;
      row = previous;
      previous = done;
    }
  }

  private void deflate() throws IOException {
    deflater.setInput(filtered);
    while (!deflater.needsInput()) {
      collect();
    }
  }

  private void collect() throws IOException {
    size += deflater.deflate(deflated, size, deflated.length - size);
    if (size == deflated.length) {
      chunk("IDAT", deflated, size);
      size = 0;
    }
  }

  @Override
  public void finish() throws IOException {
    deflater.finish();
    while (!deflater.finished()) {
      collect();
    }
    if (size > 0) {
      chunk("IDAT", deflated, size);
    }
    chunk("IEND", new byte[0], 0);
  }

  @Override
  public void close() {
    deflater.end();
  }
}
