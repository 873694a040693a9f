package io.subpixel.models.picture.file;

import io.subpixel.models.picture.PictureLayout;
import io.subpixel.models.picture.Rows;
import io.subpixel.models.picture.file.Metadata.Density;
import io.subpixel.models.picture.file.Metadata.PngChunk;
import io.subpixel.models.picture.file.WriteOptions.Compression;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;

/** PNG by its specification (W3C, third edition), not interlaced. */
final class PngEncoder implements Encoder {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int[] COLOUR_TYPES = {0, 4, 2, 6};
  private static final int CHUNK = 1 << 16;

  /** One of so many pixels shows whether they are grey. */
  private static final int SAMPLED = 7;

  /** zlib's header: a window of 32 KB, the fastest compression. */
  private static final byte[] ZLIB = {0x78, 0x01};

  private final WritableByteChannel out;
  private final Compression compression;
  private @Nullable Deflation deflation;
  private byte[] row;
  private byte[] previous;
  private final RowFilter filter;

  /** Makes the stream of zlib (RFC 1950) that the chunks hold. */
  private interface Deflation {
    void add(byte[] bytes) throws IOException;

    void finish() throws IOException;

    void close();
  }

  PngEncoder(WritableByteChannel out, PictureLayout layout, Metadata metadata, WriteOptions options)
      throws IOException {
    this.out = out;
    compression = options.compression();
    int length = Math.multiplyExact(layout.width(), layout.channels() * layout.depth() / 8);
    row = new byte[length];
    previous = new byte[length];
    int pixel = layout.channels() * layout.depth() / 8;
    filter = new RowFilter(length, pixel, compression);
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
    Deflation target = deflation == null ? deflation(from, at, count) : deflation;
    deflation = target;
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
      target.add(filter.apply(row, previous));
      byte[] done = row;
      row = previous;
      previous = done;
    }
  }

  private Deflation deflation(Rows from, int at, int count) {
    return switch (compression) {
      case SMALL -> new Zlib(Deflater.BEST_COMPRESSION);
      // Each pixel says the same three times: short matches, which only zlib finds, save half.
      case FAST -> isGreyInColour(from, at, count) ? new Zlib(Deflater.BEST_SPEED) : new Fast();
    };
  }

  private static boolean isGreyInColour(Rows rows, int at, int count) {
    if (rows.channels() < 3 || count == 0) {
      return false;
    }
    for (int i = 0; i < count * rows.width(); i += SAMPLED) {
      int y = at + i / rows.width();
      int x = i % rows.width();
      int green = rows.at(y, x, 1);
      if (rows.at(y, x, 0) != green || rows.at(y, x, 2) != green) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void finish() throws IOException {
    if (deflation != null) {
      deflation.finish();
    }
    chunk("IEND", new byte[0], 0);
  }

  @Override
  public void close() {
    if (deflation != null) {
      deflation.close();
    }
  }

  /** Blocks as they are full, each a chunk. */
  private final class Fast implements Deflation {
    private final FastDeflater deflater = new FastDeflater();
    private final Adler32 sum = new Adler32();
    private final byte[] block = new byte[FastDeflater.BLOCK];
    private int held;

    Fast() {
      deflater.append(ZLIB);
    }

    @Override
    public void add(byte[] bytes) throws IOException {
      sum.update(bytes);
      for (int at = 0; at < bytes.length; ) {
        int n = Math.min(bytes.length - at, block.length - held);
        System.arraycopy(bytes, at, block, held, n);
        held += n;
        at += n;
        if (held == block.length) {
          deflater.block(block, held, false);
          flush();
        }
      }
    }

    @Override
    public void finish() throws IOException {
      deflater.block(block, held, true);
      deflater.finish();
      deflater.append(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
      flush();
    }

    private void flush() throws IOException {
      chunk("IDAT", deflater.bytes(), deflater.size());
      deflater.clear();
      held = 0;
    }

    @Override
    public void close() {}
  }

  private final class Zlib implements Deflation {
    private final Deflater deflater;
    private final byte[] deflated = new byte[CHUNK];
    private int size;

    Zlib(int level) {
      deflater = new Deflater(level);
    }

    @Override
    public void add(byte[] bytes) throws IOException {
      deflater.setInput(bytes);
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
    }

    @Override
    public void close() {
      deflater.end();
    }
  }
}
