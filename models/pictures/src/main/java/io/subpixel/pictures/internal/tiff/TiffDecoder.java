package io.subpixel.pictures.internal.tiff;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.PictureDecoder;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.internal.codec.DecodeErrors;
import io.subpixel.pictures.internal.codec.LzwStream;
import io.subpixel.pictures.internal.codec.Samples;
import io.subpixel.pictures.internal.metadata.Ifd;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * Decodes TIFF in strips or tiles, with samples of any width, interleaved or in planes. Streams
 * give the rows of a strip, or of adjacent tiles; only JPEG blocks are held whole.
 */
final class TiffDecoder implements PictureDecoder {
  private static final int MAX_STREAMS = 4096;
  private static final int BUFFER = 1 << 14;

  private final String where;
  private final TiffForm form;
  private final SeekableByteChannel file;
  private final Metadata metadata;
  private final ByteOrder order;
  private final TiffSamples samples;
  private final TiffColours colours;
  private final PictureLayout layout;
  private final boolean stored;
  private final int[] planes;
  private final int across;
  private final int down;
  private final long[] offsets;
  private final long[] sizes;
  private final InputStream[] streams;
  private final byte[] blockRow;
  private final byte[] row;
  private final int[] values;
  private final int[] pixels;
  private final int[] opaque;
  private int next;

  TiffDecoder(PictureSource source, TiffForm form, Metadata metadata) throws IOException {
    where = source.where();
    this.form = form;
    this.metadata = metadata;
    Ifd directory = form.directory();
    order = directory.order();
    samples = new TiffSamples(form);
    colours = TiffColours.of(form, samples.greatest(form.photometric().colours()), where);
    boolean alpha = form.alpha() >= 0;
    layout =
        new PictureLayout(
            form.width(), form.height(), colours.channels() + (alpha ? 1 : 0), colours.depth());
    stored = isStored();
    across = blocks(form.width(), form.blockWidth());
    planes = form.isPlanar() ? samples.kept() : new int[] {0};
    down = blocks(form.height(), form.blockHeight());
    boolean tiled = directory.has(TiffFile.TILE_OFFSETS);
    offsets = directory.numbers(tiled ? TiffFile.TILE_OFFSETS : TiffFile.STRIP_OFFSETS);
    long[] stated = directory.numbers(tiled ? TiffFile.TILE_BYTES : TiffFile.STRIP_BYTES);
    long blocks = (long) across * down * (form.isPlanar() ? form.samples() : 1);
    if ((long) across * planes.length > MAX_STREAMS) {
      throw new InvalidInputException(
          where,
          "at most " + MAX_STREAMS + " tiles side by side",
          Long.toString((long) across * planes.length));
    }
    if (offsets.length < blocks) {
      throw DecodeErrors.cut(where);
    }
    streams = new InputStream[across * planes.length];
    blockRow = new byte[samples.rowBytes(form.blockWidth())];
    row = new byte[stored ? samples.rowBytes(form.width()) : 0];
    int kept = samples.kept().length;
    values = new int[stored ? 0 : Math.multiplyExact(form.width(), kept)];
    pixels = new int[stored ? 0 : Math.multiplyExact(form.width(), layout.channels())];
    opaque = new int[stored ? 0 : Math.multiplyExact(form.width(), colours.channels())];
    file = source.open();
    boolean opened = false;
    try {
      sizes = sizes(stated, file.size());
      opened = true;
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  private static int blocks(int side, int blockSide) {
    return (side - 1) / blockSide + 1;
  }

  /** Returns whether rows are stored exactly as they are returned. */
  private boolean isStored() {
    boolean plain =
        switch (form.photometric()) {
          case BLACK_IS_ZERO, RGB -> true;
          case WHITE_IS_ZERO -> form.alpha() < 0;
          default -> false;
        };
    boolean even = true;
    for (int sample = 0; sample < form.samples(); sample++) {
      even &= form.bits(sample) == layout.depth();
    }
    return plain
        && even
        && !form.isPlanar()
        && !form.isFloat()
        && !form.isSigned(0)
        && form.samples() == layout.channels();
  }

  /** Returns the bytes of each block, which extends to the end of the file if unspecified. */
  private long[] sizes(long[] stated, long length) throws EOFException {
    long[] sizes = new long[offsets.length];
    for (int i = 0; i < sizes.length; i++) {
      long size = i < stated.length && stated[i] > 0 ? stated[i] : length - offsets[i];
      if (offsets[i] > length || size > length - offsets[i]) {
        throw new EOFException();
      }
      sizes[i] = size;
    }
    return sizes;
  }

  @Override
  public PictureLayout layout() {
    return layout;
  }

  @Override
  public Metadata metadata() {
    return metadata;
  }

  @Override
  public void read(Rows into, int at, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      if (next % form.blockHeight() == 0) {
        openBlocks(next / form.blockHeight());
      }
      for (int stream = 0; stream < streams.length; stream++) {
        int plane = planes[stream / across];
        int length = samples.rowBytes(form.blockWidth(), plane);
        if (streams[stream].readNBytes(blockRow, 0, length) < length) {
          throw new EOFException();
        }
        samples.undoPredictor(blockRow, length);
        int x = stream % across * form.blockWidth();
        int columns = Math.min(form.blockWidth(), form.width() - x);
        if (stored) {
          int start = samples.rowBytes(x);
          System.arraycopy(blockRow, 0, row, start, Math.min(length, row.length - start));
        } else {
          samples.unpack(blockRow, plane, values, x, columns);
        }
      }
      int to = (at + i) * into.rowLength();
      if (stored) {
        put(into, to);
      } else {
        convert(into, to);
      }
      if (form.isPremultiplied()) {
        Samples.divide(into, to, into.rowLength());
      }
      next++;
    }
    if (next == layout.height()) {
      samples.requireRange(where);
    }
  }

  private void openBlocks(int blockRowIndex) throws IOException {
    closeBlocks();
    for (int i = 0; i < streams.length; i++) {
      int plane = planes[i / across];
      streams[i] = open((plane * down + blockRowIndex) * across + i % across, plane);
    }
  }

  private InputStream open(int block, int plane) throws IOException {
    InputStream part = new Part(offsets[block], sizes[block]);
    return switch (form.compression()) {
      case TiffForm.NOT_COMPRESSED -> new BufferedInputStream(part, BUFFER);
      case TiffForm.LZW -> lzw(new BufferedInputStream(part, BUFFER));
      case TiffForm.PACK_BITS -> new PackBitsStream(new BufferedInputStream(part, BUFFER));
      case TiffForm.JPEG -> TiffJpeg.rows(form, part, sizes[block], plane, where);
      default ->
          new InflaterInputStream(part, new Inflater(), BUFFER) {
            @Override
            public void close() {
              inf.end();
            }
          };
    };
  }

  /** Opens LZW. The first code clears the table; in the old variant its low bits come first. */
  private static InputStream lzw(BufferedInputStream in) throws IOException {
    in.mark(2);
    int first = in.read();
    boolean old = first == 0 && (in.read() & 1) == 1;
    in.reset();
    return old ? LzwStream.ofOldTiff(in) : LzwStream.ofTiff(in);
  }

  private void closeBlocks() throws IOException {
    for (InputStream stream : streams) {
      if (stream != null) {
        stream.close();
      }
    }
  }

  private void put(Rows into, int to) {
    int n = into.rowLength();
    boolean inverted = form.photometric() == TiffForm.Photometric.WHITE_IS_ZERO;
    if (layout.depth() == 8) {
      byte[] bytes = into.bytes();
      System.arraycopy(row, 0, bytes, to, n);
      for (int i = to; inverted && i < to + n; i++) {
        bytes[i] = (byte) ~bytes[i];
      }
    } else {
      short[] shorts = into.shorts();
      int high = order == ByteOrder.BIG_ENDIAN ? 0 : 1;
      for (int i = 0; i < n; i++) {
        int value = (row[2 * i + high] & 0xff) << 8 | (row[2 * i + 1 - high] & 0xff);
        shorts[to + i] = (short) (inverted ? ~value : value);
      }
    }
  }

  private void convert(Rows into, int to) throws IOException {
    int step = samples.kept().length;
    int n = colours.channels();
    int width = layout.width();
    if (form.alpha() < 0) {
      colours.convert(values, step, width, pixels);
    } else {
      colours.convert(values, step, width, opaque);
      int most = samples.maxOf(form.alpha());
      for (int x = 0; x < width; x++) {
        System.arraycopy(opaque, n * x, pixels, (n + 1) * x, n);
        int alpha = values[step * x + step - 1];
        pixels[(n + 1) * x + n] = TiffColours.scaled(alpha, most, into.greatest());
      }
    }
    Samples.put(pixels, into, to);
  }

  @Override
  public void close() throws IOException {
    try {
      closeBlocks();
    } finally {
      file.close();
    }
  }

  /** Reads a range of bytes with the first bit as the highest. */
  private final class Part extends InputStream {
    private final boolean reversed = form.isReversed();
    private long at;
    private long left;

    Part(long at, long size) {
      this.at = at;
      left = size;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int most = (int) Math.min(length, left);
      if (most == 0) {
        return length == 0 ? 0 : -1;
      }
      int n = file.position(at).read(ByteBuffer.wrap(bytes, offset, most));
      for (int i = 0; reversed && i < n; i++) {
        bytes[offset + i] = (byte) (Integer.reverse(bytes[offset + i]) >>> 24);
      }
      at += Math.max(0, n);
      left -= Math.max(0, n);
      return n;
    }
  }
}
