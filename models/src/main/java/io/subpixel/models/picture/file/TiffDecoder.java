package io.subpixel.models.picture.file;

import io.subpixel.models.picture.PictureLayout;
import io.subpixel.models.picture.Rows;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The TIFF that most files are: grey or RGB of 8 or 16 bits, samples of a pixel together, in strips
 * or tiles. Streams give the rows of a strip, or of the tiles side by side; none is held whole.
 */
final class TiffDecoder implements Decoder {
  private static final int MOST_TILES_ACROSS = 4096;
  private static final int BUFFER = 1 << 14;
  private static final int ASSOCIATED_ALPHA = 1;
  private static final int UNASSOCIATED_ALPHA = 2;

  private final FileChannel file;
  private final Metadata metadata;
  private final ByteOrder order;
  private final PictureLayout layout;
  private final int compression;
  private final boolean differences;
  private final boolean inverted;
  private final boolean premultiplied;
  private final int blockHeight;
  private final long[] offsets;
  private final long[] sizes;
  private final InputStream[] streams;
  private final byte[] blockRow;
  private final byte[] row;
  private int next;

  /** A decoder of a file with such a directory, or null if another has to read it. */
  static @Nullable TiffDecoder open(Path path, Ifd directory, Metadata metadata)
      throws IOException {
    int samples = (int) directory.number(TiffFile.SAMPLES, 1);
    long[] bits = directory.numbers(TiffFile.BITS);
    int depth = bits.length == 0 ? 1 : (int) bits[0];
    long extra = directory.number(TiffFile.EXTRA_SAMPLES, 0);
    int photometric = (int) directory.number(TiffFile.PHOTOMETRIC, -1);
    boolean alpha = samples == 2 || samples == 4;
    boolean fits =
        samples >= 1
            && samples <= 4
            && bits.length == samples
            && Arrays.stream(bits).allMatch(each -> each == depth)
            && (depth == 8 || depth == 16)
            && (alpha == (extra == ASSOCIATED_ALPHA || extra == UNASSOCIATED_ALPHA))
            && directory.numbers(TiffFile.EXTRA_SAMPLES).length == (alpha ? 1 : 0)
            && (samples >= 3 ? photometric == 2 : photometric == 1 || photometric == 0)
            && !(photometric == 0 && alpha)
            && directory.number(TiffFile.PLANAR, 1) == 1
            && directory.number(TiffFile.FILL_ORDER, 1) == 1
            && Arrays.stream(directory.numbers(TiffFile.SAMPLE_FORMAT)).allMatch(each -> each == 1)
            && directory.number(TiffFile.PREDICTOR, 1) <= 2
            && TiffFile.isPlainCompression(compression(directory));
    long width = directory.number(TiffFile.WIDTH, 0);
    long height = directory.number(TiffFile.HEIGHT, 0);
    boolean tiled = directory.number(TiffFile.TILE_WIDTH, 0) > 0;
    long blockWidth = tiled ? directory.number(TiffFile.TILE_WIDTH, 0) : width;
    long blockHeight =
        tiled
            ? directory.number(TiffFile.TILE_HEIGHT, 0)
            : Math.min(height, directory.number(TiffFile.ROWS_PER_STRIP, height));
    if (!fits || width < 1 || height < 1 || blockHeight < 1) {
      return null;
    }
    long across = (width + blockWidth - 1) / blockWidth;
    long down = (height + blockHeight - 1) / blockHeight;
    long[] offsets = directory.numbers(tiled ? TiffFile.TILE_OFFSETS : TiffFile.STRIP_OFFSETS);
    long[] sizes = directory.numbers(tiled ? TiffFile.TILE_BYTES : TiffFile.STRIP_BYTES);
    if (across > MOST_TILES_ACROSS
        || offsets.length < across * down
        || sizes.length < offsets.length) {
      return null;
    }
    PictureLayout layout = new PictureLayout((int) width, (int) height, samples, depth);
    return new TiffDecoder(
        path, directory, metadata, layout, (int) blockWidth, (int) blockHeight, offsets, sizes);
  }

  private TiffDecoder(
      Path path,
      Ifd directory,
      Metadata metadata,
      PictureLayout layout,
      int blockWidth,
      int blockHeight,
      long[] offsets,
      long[] sizes)
      throws IOException {
    this.metadata = metadata;
    this.layout = layout;
    this.blockHeight = blockHeight;
    this.offsets = offsets;
    this.sizes = sizes;
    order = directory.order();
    compression = compression(directory);
    differences = directory.number(TiffFile.PREDICTOR, 1) == 2;
    inverted = directory.number(TiffFile.PHOTOMETRIC, 1) == 0;
    premultiplied =
        layout.hasAlpha() && directory.number(TiffFile.EXTRA_SAMPLES, 0) == ASSOCIATED_ALPHA;
    int pixel = layout.channels() * layout.depth() / 8;
    streams = new InputStream[(layout.width() + blockWidth - 1) / blockWidth];
    blockRow = new byte[Math.multiplyExact(blockWidth, pixel)];
    row = new byte[Math.multiplyExact(layout.width(), pixel)];
    file = FileChannel.open(path, StandardOpenOption.READ);
    for (int i = 0; i < sizes.length && i < offsets.length; i++) {
      if (offsets[i] + sizes[i] > file.size()) {
        file.close();
        throw new EOFException();
      }
    }
  }

  private static int compression(Ifd directory) {
    return (int) directory.number(TiffFile.COMPRESSION, TiffFile.NOT_COMPRESSED);
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
      if (next % blockHeight == 0) {
        openBlocks(next / blockHeight);
      }
      for (int block = 0; block < streams.length; block++) {
        if (streams[block].readNBytes(blockRow, 0, blockRow.length) < blockRow.length) {
          throw new EOFException();
        }
        if (differences) {
          sum();
        }
        int start = block * blockRow.length;
        System.arraycopy(blockRow, 0, row, start, Math.min(blockRow.length, row.length - start));
      }
      put(into, (at + i) * into.rowLength());
      next++;
    }
  }

  private void openBlocks(int blockRowIndex) throws IOException {
    closeBlocks();
    for (int i = 0; i < streams.length; i++) {
      int block = blockRowIndex * streams.length + i;
      InputStream part = new Part(offsets[block], sizes[block]);
      streams[i] =
          switch (compression) {
            case TiffFile.NOT_COMPRESSED -> new BufferedInputStream(part, BUFFER);
            case TiffFile.LZW -> new LzwStream(new BufferedInputStream(part, BUFFER));
            case TiffFile.PACK_BITS -> new PackBitsStream(new BufferedInputStream(part, BUFFER));
            default ->
                new InflaterInputStream(part, new Inflater(), BUFFER) {
                  @Override
                  public void close() {
                    inf.end();
                  }
                };
          };
    }
  }

  private void closeBlocks() throws IOException {
    for (InputStream stream : streams) {
      if (stream != null) {
        stream.close();
      }
    }
  }

  /** Samples from differences to the pixel on the left. */
  private void sum() {
    int channels = layout.channels();
    if (layout.depth() == 8) {
      for (int i = channels; i < blockRow.length; i++) {
        blockRow[i] += blockRow[i - channels];
      }
      return;
    }
    int high = order == ByteOrder.BIG_ENDIAN ? 0 : 1;
    for (int i = 2 * channels; i < blockRow.length; i += 2) {
      int value = sample(blockRow, i, high) + sample(blockRow, i - 2 * channels, high);
      blockRow[i + high] = (byte) (value >> 8);
      blockRow[i + 1 - high] = (byte) value;
    }
  }

  private static int sample(byte[] bytes, int at, int high) {
    return (bytes[at + high] & 0xff) << 8 | (bytes[at + 1 - high] & 0xff);
  }

  private void put(Rows into, int to) {
    int n = into.rowLength();
    if (layout.depth() == 8) {
      byte[] samples = into.bytes();
      System.arraycopy(row, 0, samples, to, n);
      for (int i = to; inverted && i < to + n; i++) {
        samples[i] = (byte) ~samples[i];
      }
    } else {
      short[] samples = into.shorts();
      int high = order == ByteOrder.BIG_ENDIAN ? 0 : 1;
      for (int i = 0; i < n; i++) {
        int value = sample(row, 2 * i, high);
        samples[to + i] = (short) (inverted ? ~value : value);
      }
    }
    if (premultiplied) {
      Samples.divide(into, to, n);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      closeBlocks();
    } finally {
      file.close();
    }
  }

  /** Some bytes of the file. */
  private final class Part extends InputStream {
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
      int n = file.read(ByteBuffer.wrap(bytes, offset, most), at);
      at += Math.max(0, n);
      left -= Math.max(0, n);
      return n;
    }
  }

  /** Runs and literals (TIFF 6.0, section 9). */
  private static final class PackBitsStream extends InputStream {
    private final InputStream in;
    private int literals;
    private int repeats;
    private byte repeated;

    PackBitsStream(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
      if (count == 0) {
        return 0;
      }
      while (literals == 0 && repeats == 0) {
        int head = in.read();
        if (head < 0) {
          return -1;
        } else if (head < 128) {
          literals = head + 1;
        } else if (head > 128) {
          repeats = 257 - head;
          repeated = (byte) in.read();
        }
      }
      if (literals > 0) {
        int n = in.read(bytes, offset, Math.min(count, literals));
        literals -= Math.max(0, n);
        return n;
      }
      int n = Math.min(count, repeats);
      Arrays.fill(bytes, offset, offset + n, repeated);
      repeats -= n;
      return n;
    }
  }

  /** Codes of 9 to 12 bits, the first bit on top (TIFF 6.0, section 13). */
  private static final class LzwStream extends InputStream {
    private static final int CLEAR = 256;
    private static final int END = 257;
    private static final int MOST = 4096;

    private final InputStream in;
    private final short[] before = new short[MOST];
    private final byte[] last = new byte[MOST];
    private final short[] length = new short[MOST];
    private final byte[] text = new byte[MOST];
    private int textAt = MOST;
    private int size = END + 1;
    private int width = 9;
    private int previous = -1;
    private int bits;
    private int held;

    LzwStream(InputStream in) {
      this.in = in;
      for (int i = 0; i < CLEAR; i++) {
        last[i] = (byte) i;
        length[i] = 1;
      }
    }

    @Override
    public int read() throws IOException {
      return textAt < MOST || fill() ? text[textAt++] & 0xff : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
      if (count == 0) {
        return 0;
      } else if (textAt == MOST && !fill()) {
        return -1;
      }
      int n = Math.min(count, MOST - textAt);
      System.arraycopy(text, textAt, bytes, offset, n);
      textAt += n;
      return n;
    }

    /** Puts the next string at the end of {@link #text}; false where there is none. */
    private boolean fill() throws IOException {
      int code = code();
      while (code == CLEAR) {
        size = END + 1;
        width = 9;
        previous = -1;
        code = code();
      }
      if (code < 0 || code == END) {
        return false;
      }
      boolean isNew = code == size && previous >= 0;
      if (code >= size && !isNew) {
        throw new IOException("a code of LZW that stands for nothing");
      }
      int at = MOST;
      if (isNew) {
        at--;
      }
      for (int c = isNew ? previous : code, n = length[c]; n > 0; n--) {
        if (at == 0) {
          throw new IOException("a string of LZW that is too long");
        }
        text[--at] = last[c];
        c = before[c];
      }
      if (isNew) {
        text[MOST - 1] = text[at];
      }
      if (previous >= 0 && size < MOST) {
        before[size] = (short) previous;
        last[size] = text[at];
        length[size] = (short) (length[previous] + 1);
        size++;
        // Codes get wider one early.
        width = size >= (1 << width) - 1 && width < 12 ? width + 1 : width;
      }
      previous = code;
      textAt = at;
      return true;
    }

    private int code() throws IOException {
      while (bits < width) {
        int b = in.read();
        if (b < 0) {
          return -1;
        }
        held = held << 8 | b;
        bits += 8;
      }
      bits -= width;
      return held >> bits & ((1 << width) - 1);
    }
  }
}
