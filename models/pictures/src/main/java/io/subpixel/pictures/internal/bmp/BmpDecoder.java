package io.subpixel.pictures.internal.bmp;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.Metadata.Density;
import io.subpixel.pictures.codec.PictureDecoder;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.internal.codec.DecodeErrors;
import io.subpixel.pictures.internal.codec.GuardedInput;
import io.subpixel.pictures.internal.metadata.Icc;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * BMP of Windows and OS/2: 1 to 32 bits, palettes, masks, runs. Rows are read on demand. A
 * run-length picture is held whole, as a byte or a colour per pixel.
 */
final class BmpDecoder implements PictureDecoder {
  static final int FILE_HEADER = 14;
  static final int INFO_HEADER = 40;
  static final int V4_HEADER = 108;
  static final int BITFIELDS = 3;

  private static final int CORE_HEADER = 12;
  private static final int SHORTEST_OS2_HEADER = 16;
  private static final int OS2_HEADER = 64;
  private static final int LONGEST_HEADER = 124;
  private static final int START = 10;
  private static final int COLOUR_SPACE = 56;
  private static final int PROFILE = 112;
  private static final int EMBEDDED = 0x4d424544;
  private static final int MAX_PROFILE = 32 << 20;

  private static final long MAX_HELD = Integer.MAX_VALUE - 8;

  private static final int RGB = 0;
  private static final int RLE8 = 1;
  private static final int RLE4 = 2;
  private static final int OS2_RLE24 = 4;
  private static final int ALPHA_BITFIELDS = 6;

  private final String where;
  private final PictureSource source;
  private final SeekableByteChannel file;
  private final ByteBuffer header;
  private final int width;
  private final int height;
  private final boolean topDown;
  private final int bits;
  private final int compression;
  private final int[] masks = new int[4];
  private final int[] palette;
  private final long start;
  private final PictureLayout layout;
  private final Metadata metadata;
  private final ByteBuffer row;
  private int @Nullable [] runs;
  private int next;

  BmpDecoder(PictureSource source, long maxPixels) throws IOException {
    where = source.where();
    this.source = source;
    file = source.open();
    boolean opened = false;
    try {
      int size = (int) Math.min(Integer.MAX_VALUE, bytes(FILE_HEADER, 4).getInt() & 0xffffffffL);
      boolean core = size == CORE_HEADER;
      boolean os2 = core || size == OS2_HEADER || size < INFO_HEADER;
      if (!core && (size < SHORTEST_OS2_HEADER || size > LONGEST_HEADER)) {
        throw new InvalidInputException(
            where, "a BMP header of 12 to 124 bytes", "one of " + size + " bytes");
      }
      // Fields that a shorter header lacks are 0.
      header = ByteBuffer.allocate(LONGEST_HEADER).order(ByteOrder.LITTLE_ENDIAN);
      header.put(bytes(FILE_HEADER, size)).rewind();
      width = core ? header.getShort(4) & 0xffff : header.getInt(4);
      int rows = core ? header.getShort(6) & 0xffff : header.getInt(8);
      topDown = rows < 0;
      height = Math.abs(rows);
      bits = header.getShort(core ? 10 : 14) & 0xffff;
      compression = core ? RGB : header.getInt(16);
      DecodeErrors.requirePixels(width, height, maxPixels, where);
      requireKnown(os2);
      boolean masked = compression == BITFIELDS || compression == ALPHA_BITFIELDS;
      int maskBytes = 0;
      if (masked && size == INFO_HEADER) {
        maskBytes = compression == BITFIELDS ? 12 : 16;
        header.position(INFO_HEADER).put(bytes(FILE_HEADER + size, maskBytes));
      }
      takeMasks(masked);
      palette = bits > 8 ? new int[0] : palette(FILE_HEADER + size, core ? 3 : 4);
      long stated = bytes(START, 4).getInt() & 0xffffffffL;
      start = stated == 0 ? (long) FILE_HEADER + size + maskBytes : stated;
      metadata = readMetadata();
      row = ByteBuffer.allocate(Math.toIntExact(rowBytes())).order(ByteOrder.LITTLE_ENDIAN);
      if (isRuns()) {
        DecodeErrors.requirePixels(width, height, MAX_HELD, where);
        DecodeErrors.requireMemory(4L * width * height, where);
      } else {
        long needed = start + (height - 1) * rowBytes() + ((long) width * bits + 7) / 8;
        DecodeErrors.requireContent(needed, file.size(), where);
      }
      boolean alpha = masks[3] != 0 && hasAlpha();
      layout = new PictureLayout(width, height, (isGrey() ? 1 : 3) + (alpha ? 1 : 0), 8);
      opened = true;
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  private void requireKnown(boolean os2) throws InvalidInputException {
    boolean isKnown =
        switch (bits) {
          case 1, 2 -> compression == RGB;
          case 4 -> compression == RGB || compression == RLE4;
          case 8 -> compression == RGB || compression == RLE8;
          case 24 -> compression == RGB || (os2 && compression == OS2_RLE24);
          case 16, 32 ->
              compression == RGB
                  || (!os2 && (compression == BITFIELDS || compression == ALPHA_BITFIELDS));
          default -> false;
        };
    if (!isKnown) {
      String packing =
          switch (compression) {
            case BITFIELDS -> os2 ? "Huffman codes" : "masks";
            case 4 -> "JPEG";
            case 5 -> "PNG";
            default -> "compression " + Integer.toUnsignedString(compression);
          };
      throw new InvalidInputException(
          where,
          "a BMP of 1, 2, 4, 8, 16, 24 or 32 bits, plain or in runs",
          "one of " + bits + " bits, " + packing);
    }
  }

  private void takeMasks(boolean stored) {
    for (int c = 0; c < masks.length; c++) {
      if (stored) {
        masks[c] = header.getInt(INFO_HEADER + 4 * c);
      } else if (bits == 16 && c < 3) {
        masks[c] = 0x1f << (10 - 5 * c);
      } else if (bits >= 24 && c < 3) {
        masks[c] = 0xff << (16 - 8 * c);
      }
    }
  }

  /** Returns the palette as 0xRRGGBB; missing colours are black. */
  private int[] palette(int at, int entryBytes) throws IOException {
    int[] colours = new int[1 << bits];
    long used = entryBytes == 3 ? 0 : header.getInt(32) & 0xffffffffL;
    int count = (int) (used == 0 ? colours.length : Math.min(used, colours.length));
    long before = bytes(START, 4).getInt() & 0xffffffffL;
    if (before > at) {
      count = (int) Math.min(count, (before - at) / entryBytes);
    }
    ByteBuffer entries = bytes(at, count * entryBytes);
    for (int i = 0; i < count; i++) {
      int from = i * entryBytes;
      colours[i] =
          (entries.get(from + 2) & 0xff) << 16
              | (entries.get(from + 1) & 0xff) << 8
              | (entries.get(from) & 0xff);
    }
    return colours;
  }

  private Metadata readMetadata() throws IOException {
    Density density = Density.ofMetre(header.getInt(24), header.getInt(28));
    Metadata found = Metadata.NONE.withDensity(density.isSane() ? density : null);
    long at = FILE_HEADER + (header.getInt(PROFILE) & 0xffffffffL);
    long size = header.getInt(PROFILE + 4) & 0xffffffffL;
    boolean embedded = header.getInt(COLOUR_SPACE) == EMBEDDED;
    return embedded && size <= MAX_PROFILE && at <= file.size() - size
        ? found.withIccProfile(bytes(at, (int) size).array())
        : found;
  }

  private boolean isRuns() {
    return compression == RLE4 || compression == RLE8 || compression == OS2_RLE24;
  }

  private long rowBytes() {
    return ((long) width * bits + 31) / 32 * 4;
  }

  /**
   * Returns whether the palette is grey. With an RGB profile it isn't, as the profile gives grey
   * another colour.
   */
  private boolean isGrey() {
    byte[] profile = metadata.iccProfile();
    boolean grey = bits <= 8 && (profile == null || Icc.fits(profile, false));
    for (int colour : palette) {
      grey &= (colour >> 16) == (colour & 0xff) && (colour >> 8 & 0xff) == (colour & 0xff);
    }
    return grey;
  }

  /**
   * Returns whether alpha carries information: many programs leave it at 0, or opaque everywhere.
   */
  private boolean hasAlpha() throws IOException {
    boolean clear = false;
    boolean visible = false;
    for (int y = 0; y < height && !(clear && visible); y++) {
      readRow(y);
      for (int x = 0; x < width; x++) {
        int alpha = pixel(x) & masks[3];
        clear |= alpha != masks[3];
        visible |= alpha != 0;
      }
    }
    return clear && visible;
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
      int to = (at + i) * into.rowLength();
      if (isRuns()) {
        int[] whole = runs == null ? runs() : runs;
        runs = whole;
        for (int x = 0; x < width; x++) {
          put(whole[next * width + x], into.bytes(), to + x * layout.channels());
        }
      } else {
        readRow(next);
        for (int x = 0; x < width; x++) {
          int place = to + x * layout.channels();
          if (bits <= 8) {
            put(palette[index(x)], into.bytes(), place);
          } else {
            putMasked(pixel(x), into.bytes(), place);
          }
        }
      }
      next++;
    }
  }

  private void put(int colour, byte[] samples, int to) {
    if (layout.channels() == 1) {
      samples[to] = (byte) colour;
    } else {
      samples[to] = (byte) (colour >> 16);
      samples[to + 1] = (byte) (colour >> 8);
      samples[to + 2] = (byte) colour;
    }
  }

  private void putMasked(int pixel, byte[] samples, int to) {
    for (int c = 0; c < layout.channels(); c++) {
      int shift = Integer.numberOfTrailingZeros(masks[c]);
      long most = masks[c] == 0 ? 1 : (masks[c] & 0xffffffffL) >> shift;
      long value = masks[c] == 0 ? 0 : (pixel & masks[c] & 0xffffffffL) >> shift;
      samples[to + c] = (byte) ((value * 255 + most / 2) / most);
    }
  }

  private int index(int x) {
    int perByte = 8 / bits;
    int shift = 8 - bits - x % perByte * bits;
    return row.get(x / perByte) >> shift & (1 << bits) - 1;
  }

  private int pixel(int x) {
    return switch (bits) {
      case 16 -> row.getShort(2 * x) & 0xffff;
      case 24 -> (row.get(3 * x + 2) & 0xff) << 16 | (row.getShort(3 * x) & 0xffff);
      default -> row.getInt(4 * x);
    };
  }

  /** Reads row {@code y}, counted from the top; the padding of the last one may be missing. */
  private void readRow(int y) throws IOException {
    long at = start + rowBytes() * (topDown ? y : height - 1 - y);
    row.clear();
    while (row.hasRemaining()) {
      int n = file.position(at).read(row);
      if (n < 0) {
        break;
      }
      at += n;
    }
    if (row.position() < ((long) width * bits + 7) / 8) {
      throw DecodeErrors.cut(where);
    }
  }

  private ByteBuffer bytes(long at, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    for (long from = at; buffer.hasRemaining(); ) {
      int n = file.position(from).read(buffer);
      if (n < 0) {
        throw DecodeErrors.cut(where);
      }
      from += n;
    }
    return buffer.flip();
  }

  /** Decodes all pixels of a run-length picture; skipped ones have the first colour. */
  private int[] runs() throws IOException {
    int[] pixels = new int[width * height];
    int first = bits == 24 ? 0 : palette[0];
    Arrays.fill(pixels, first);
    try (GuardedInput in = new GuardedInput(source)) {
      in.seek(start);
      int x = 0;
      int y = 0;
      while (y < height) {
        int count = in.readUnsignedByte();
        if (count > 0) {
          int[] colours = run(in);
          for (int i = 0; i < count; i++) {
            set(pixels, x++, y, colours[i % colours.length]);
          }
          continue;
        }
        int escape = in.readUnsignedByte();
        if (escape == 0) {
          x = 0;
          y++;
        } else if (escape == 1) {
          break;
        } else if (escape == 2) {
          x += in.readUnsignedByte();
          y += in.readUnsignedByte();
        } else {
          x = literals(in, escape, pixels, x, y);
        }
      }
    }
    return pixels;
  }

  /** Returns the colours that a run alternates between. */
  private int[] run(GuardedInput in) throws IOException {
    int value = in.readUnsignedByte();
    return switch (bits) {
      case 4 -> new int[] {palette[value >> 4], palette[value & 15]};
      case 8 -> new int[] {palette[value]};
      default -> new int[] {value | in.readUnsignedByte() << 8 | in.readUnsignedByte() << 16};
    };
  }

  private int literals(GuardedInput in, int count, int[] pixels, int x, int y) throws IOException {
    int read = 0;
    for (int i = 0; i < count; ) {
      int[] colours = run(in);
      read += bits == 24 ? 3 : 1;
      for (int k = 0; k < colours.length && i < count; k++, i++) {
        set(pixels, x + i, y, colours[k]);
      }
    }
    if (read % 2 != 0) {
      in.readUnsignedByte();
    }
    return x + count;
  }

  private void set(int[] pixels, int x, int y, int colour) {
    if (x < width) {
      pixels[(topDown ? y : height - 1 - y) * width + x] = colour;
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
