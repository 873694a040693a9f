package io.subpixel.pictures.internal.png;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.Metadata.Density;
import io.subpixel.pictures.codec.Metadata.PngChunk;
import io.subpixel.pictures.codec.PictureEncoder;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.pictures.codec.WriteOptions.Compression;
import io.subpixel.pictures.internal.metadata.Photoshop;
import io.subpixel.pictures.internal.png.RowFilter.Choice;
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

/** Encodes PNG (W3C, third edition), not interlaced. */
final class PngEncoder implements PictureEncoder {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int[] COLOUR_TYPES = {0, 4, 2, 6};
  private static final int CHUNK = 1 << 16;

  /** Bytes sampled to choose a method for fast compression. */
  private static final int SAMPLE = 1 << 15;

  /** Bytes sampled to choose a method for small files. */
  private static final int LARGE_SAMPLE = FastDeflater.BLOCK;

  /** The number of places in a band that are sampled. */
  private static final int PLACES = 4;

  /** zlib takes several times as long, so it must save a tenth. */
  private static final double WORTH_ZLIB = 0.9;

  /** zlib's highest level takes 3 to 13 times as long and saves 1 to 8 % of a photograph. */
  private static final int SMALL_LEVEL = 6;

  private static final Choice[] FAST_CHOICES = {Choice.NONE, Choice.PAETH};
  private static final int[] FAST_STRATEGIES = {Deflater.DEFAULT_STRATEGY};
  private static final int[] STRATEGIES = {Deflater.DEFAULT_STRATEGY, Deflater.FILTERED};

  /** zlib's header: a window of 32 KB, the fastest compression. */
  private static final byte[] ZLIB = {0x78, 0x01};

  private final WritableByteChannel out;
  private final Compression compression;
  private @Nullable Way way;
  private byte[] row;
  private byte[] previous;

  /** Produces the zlib stream (RFC 1950) of the chunks. */
  private interface Deflation {
    void add(byte[] bytes) throws IOException;

    void finish() throws IOException;

    void close();
  }

  /** A method to compress rows. */
  private record Way(RowFilter filter, Deflation deflation) {}

  PngEncoder(WritableByteChannel out, PictureLayout layout, Metadata metadata, WriteOptions options)
      throws IOException {
    this.out = out;
    compression = options.compression();
    int length = Math.multiplyExact(layout.width(), layout.channels() * layout.depth() / 8);
    row = new byte[length];
    previous = new byte[length];
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
    texts(metadata);
  }

  /** Writes metadata without a PNG chunk of its own as text, as other programs do. */
  private void texts(Metadata metadata) throws IOException {
    byte[] photoshop = metadata.photoshop();
    if (photoshop != null) {
      ByteArrayOutputStream data = new ByteArrayOutputStream();
      data.writeBytes("Raw profile type iptc\0\0".getBytes(StandardCharsets.ISO_8859_1));
      try (DeflaterOutputStream deflating = new DeflaterOutputStream(data)) {
        deflating.write(Photoshop.asText(photoshop));
      }
      chunk("zTXt", data.toByteArray(), data.size());
    }
    for (byte[] comment : metadata.comments()) {
      ByteArrayOutputStream data = new ByteArrayOutputStream();
      data.writeBytes("Comment\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1));
      // The decoder replaces what isn't UTF-8. A text ends at a byte of 0.
      String text = new String(comment, StandardCharsets.UTF_8).replace("\0", "");
      data.writeBytes(text.getBytes(StandardCharsets.UTF_8));
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
    if (count == 0) {
      return;
    }
    Way chosen = way == null ? way(from, at, count) : way;
    way = chosen;
    for (int i = 0; i < count; i++) {
      load(from, at + i, row);
      chosen.deflation.add(chosen.filter.apply(row, previous));
      byte[] done = row;
      row = previous;
      previous = done;
    }
  }

  private static void load(Rows from, int y, byte[] row) {
    int start = y * from.rowLength();
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
  }

  /**
   * Chooses filter and compression by trial. Photographs suit {@link FastDeflater}. Only zlib finds
   * the repetitions of drawings, and of grey stored in colour.
   */
  private Way way(Rows from, int at, int count) {
    boolean isFast = compression == Compression.FAST;
    int level = isFast ? Deflater.BEST_SPEED : SMALL_LEVEL;
    int length = isFast ? SAMPLE : LARGE_SAMPLE;
    Fast fast = new Fast();
    Way best = new Way(filter(Choice.PAETH, from), fast);
    double least = fast.deflater.size(sample(best.filter, from, at, count, length));
    least *= isFast ? WORTH_ZLIB : 1;
    for (Choice choice : isFast ? FAST_CHOICES : Choice.values()) {
      RowFilter filter = filter(choice, from);
      byte[] sample = sample(filter, from, at, count, length);
      for (int strategy : isFast ? FAST_STRATEGIES : STRATEGIES) {
        Zlib zlib = new Zlib(level, strategy);
        int size = zlib.size(sample);
        if (size < least) {
          least = size;
          best.deflation.close();
          best = new Way(filter, zlib);
        } else {
          zlib.close();
        }
      }
    }
    return best;
  }

  private RowFilter filter(Choice choice, Rows rows) {
    return new RowFilter(row.length, rows.channels() * rows.depth() / 8, choice);
  }

  /** Filters sample rows from several places of a band. */
  private byte[] sample(RowFilter filter, Rows from, int at, int count, int length) {
    int rows = Math.min(count, (length + row.length - 1) / row.length);
    int places = Math.min(rows, PLACES);
    byte[] sample = new byte[Math.min(length, rows * (1 + row.length))];
    byte[] above = new byte[row.length];
    byte[] here = new byte[row.length];
    int size = 0;
    for (int place = 0; place < places; place++) {
      // Rows are consecutive, as zlib exploits that.
      int first = at + (int) ((long) place * count / places);
      int until = (int) ((place + 1L) * sample.length / places);
      if (first > at) {
        load(from, first - 1, above);
      }
      for (int y = first; size < until; y++) {
        load(from, y, here);
        byte[] filtered = filter.apply(here, above);
        int n = Math.min(filtered.length, until - size);
        System.arraycopy(filtered, 0, sample, size, n);
        size += n;
        byte[] done = here;
        here = above;
        above = done;
      }
    }
    return sample;
  }

  @Override
  public void finish() throws IOException {
    if (way != null) {
      way.deflation.finish();
    }
    chunk("IEND", new byte[0], 0);
  }

  @Override
  public void close() {
    if (way != null) {
      way.deflation.close();
    }
  }

  /** Writes each full block as a chunk. */
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

    Zlib(int level, int strategy) {
      deflater = new Deflater(level);
      deflater.setStrategy(strategy);
    }

    /** Returns the compressed size of these bytes. To be called before anything is added. */
    int size(byte[] bytes) {
      deflater.setInput(bytes);
      deflater.finish();
      int whole = 0;
      while (!deflater.finished()) {
        whole += deflater.deflate(deflated);
      }
      deflater.reset();
      return whole;
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
