package io.subpixel.pictures.internal.tiff;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.Metadata.Density;
import io.subpixel.pictures.codec.PictureEncoder;
import io.subpixel.pictures.codec.WriteOptions;
import io.subpixel.pictures.internal.metadata.Exif;
import io.subpixel.pictures.internal.metadata.Ifd;
import io.subpixel.pictures.internal.metadata.Photoshop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Encodes TIFF in strips, deflated after horizontal differencing (TIFF 6.0, and its Supplement 2).
 * The byte order is that of the embedded Exif, so its values needn't be swapped.
 */
final class TiffEncoder implements PictureEncoder {
  private static final int DEFLATE = 8;
  private static final int STRIP_BYTES = 1 << 18;
  private static final int HEADER = 8;
  private static final int UNASSOCIATED_ALPHA = 2;

  private final SeekableByteChannel out;
  private final PictureLayout layout;
  private final Metadata metadata;
  private final @Nullable Ifd described;
  private final ByteOrder order;
  private final Deflater deflater;
  private final int rowsPerStrip;
  private final ByteBuffer strip;
  private byte[] deflated = new byte[STRIP_BYTES];
  private final long[] offsets;
  private final long[] sizes;
  private int strips;
  private long at = HEADER;

  TiffEncoder(
      SeekableByteChannel out, PictureLayout layout, Metadata metadata, WriteOptions options)
      throws IOException {
    this.out = out;
    this.layout = layout;
    this.metadata = metadata;
    byte[] exif = metadata.exif();
    Ifd read = exif == null ? null : Ifd.ofExif(exif);
    described = read == null ? null : read.descriptive();
    order = described == null ? ByteOrder.LITTLE_ENDIAN : described.order();
    boolean fast = options.compression() == WriteOptions.Compression.FAST;
    deflater = new Deflater(fast ? 1 : 9);
    int rowBytes = Math.multiplyExact(layout.width(), layout.channels() * layout.depth() / 8);
    rowsPerStrip = Math.max(1, Math.min(layout.height(), STRIP_BYTES / rowBytes));
    strip = ByteBuffer.allocate(Math.multiplyExact(rowsPerStrip, rowBytes)).order(order);
    int count = (layout.height() + rowsPerStrip - 1) / rowsPerStrip;
    offsets = new long[count];
    sizes = new long[count];
  }

  @Override
  public void write(Rows from, int at, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      int start = (at + i) * from.rowLength();
      if (from.depth() == 8) {
        putBytes(from.bytes(), start);
      } else {
        putShorts(from.shorts(), start);
      }
      if (!strip.hasRemaining()) {
        flush();
      }
    }
  }

  private void putBytes(byte[] samples, int start) {
    int channels = layout.channels();
    int length = layout.width() * channels;
    byte[] target = strip.array();
    int to = strip.position();
    System.arraycopy(samples, start, target, to, channels);
    for (int i = channels; i < length; i++) {
      target[to + i] = (byte) (samples[start + i] - samples[start + i - channels]);
    }
    strip.position(to + length);
  }

  private void putShorts(short[] samples, int start) {
    int channels = layout.channels();
    int length = layout.width() * channels;
    for (int i = 0; i < length; i++) {
      int left = i < channels ? 0 : samples[start + i - channels];
      strip.putShort((short) (samples[start + i] - left));
    }
  }

  private void flush() throws IOException {
    deflater.reset();
    deflater.setInput(strip.array(), 0, strip.position());
    deflater.finish();
    int size = 0;
    while (!deflater.finished()) {
      if (size == deflated.length) {
        deflated = Arrays.copyOf(deflated, 2 * size);
      }
      size += deflater.deflate(deflated, size, deflated.length - size);
    }
    offsets[strips] = at;
    sizes[strips] = size;
    strips++;
    writeAll(ByteBuffer.wrap(deflated, 0, size), at);
    // The specification requires even offsets.
    at += size + size % 2;
    strip.clear();
  }

  private void writeAll(ByteBuffer bytes, long place) throws IOException {
    long to = place;
    while (bytes.hasRemaining()) {
      to += out.position(to).write(bytes);
    }
  }

  @Override
  public void finish() throws IOException {
    if (strip.position() > 0) {
      flush();
    }
    writeAll(ByteBuffer.wrap(directory().encoded(at)), at);
    ByteBuffer header = ByteBuffer.allocate(HEADER).order(order);
    header.put(Ifd.mark(order)).putShort((short) 42).putInt((int) at);
    writeAll(header.flip(), 0);
  }

  private Ifd directory() {
    Ifd directory = described == null ? new Ifd(order) : described;
    int[] bits = new int[layout.channels()];
    Arrays.fill(bits, layout.depth());
    directory
        .longs(TiffFile.WIDTH, layout.width())
        .longs(TiffFile.HEIGHT, layout.height())
        .shorts(TiffFile.BITS, bits)
        .shorts(TiffFile.COMPRESSION, DEFLATE)
        .shorts(TiffFile.PHOTOMETRIC, layout.isColour() ? 2 : 1)
        .longs(TiffFile.STRIP_OFFSETS, offsets)
        .shorts(TiffFile.SAMPLES, layout.channels())
        .longs(TiffFile.ROWS_PER_STRIP, rowsPerStrip)
        .longs(TiffFile.STRIP_BYTES, sizes)
        .shorts(TiffFile.PLANAR, 1)
        .shorts(TiffFile.PREDICTOR, 2)
        .shorts(Exif.ORIENTATION, 1);
    if (layout.hasAlpha()) {
      directory.shorts(TiffFile.EXTRA_SAMPLES, UNASSOCIATED_ALPHA);
    }
    Density density = metadata.density();
    if (density != null) {
      directory.density(density);
    }
    byte[] profile = metadata.iccProfile();
    if (profile != null) {
      directory.bytes(TiffFile.ICC, Ifd.UNDEFINED, profile);
    }
    byte[] xmp = metadata.xmp();
    if (xmp != null) {
      directory.bytes(TiffFile.XMP, Ifd.BYTE, xmp);
    }
    byte[] photoshop = metadata.photoshop();
    if (photoshop != null) {
      directory.bytes(TiffFile.PHOTOSHOP, Ifd.UNDEFINED, photoshop);
      byte[] iptc = Photoshop.iptc(photoshop);
      if (iptc != null) {
        directory.bytes(TiffFile.IPTC, Ifd.UNDEFINED, iptc);
      }
    }
    return directory;
  }

  @Override
  public void close() {
    deflater.end();
  }
}
