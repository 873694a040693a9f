package io.subpixel.pictures.internal.png;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.codec.Metadata;
import io.subpixel.pictures.codec.Metadata.Density;
import io.subpixel.pictures.codec.Metadata.PngChunk;
import io.subpixel.pictures.codec.PictureDecoder;
import io.subpixel.pictures.codec.PictureSource;
import io.subpixel.pictures.internal.codec.DecodeErrors;
import io.subpixel.pictures.internal.metadata.Icc;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Decodes PNG (W3C, third edition). Rows are inflated on demand; only an interlaced picture is held
 * whole.
 */
final class PngDecoder implements PictureDecoder {
  static final String XMP_KEYWORD = "XML:com.adobe.xmp";

  /** Ancillary chunks that remain valid when the picture is resized. */
  private static final Set<String> KEPT =
      Set.of("gAMA", "cHRM", "sRGB", "cICP", "mDCV", "cLLI", "tEXt", "zTXt", "iTXt");

  private static final int GREY = 0;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int GREY_ALPHA = 4;
  private static final int RGB_ALPHA = 6;
  private static final int SIGNATURE = 8;
  private static final int MAX_CHUNKS = 1 << 20;
  private static final int MAX_METADATA = 32 << 20;

  /** The best ratio of deflate, with a margin for its headers. */
  private static final int DEFLATE_RATIO = 1040;

  /** Adam7: first column and row, and steps, of each pass. */
  private static final int[][] PASSES = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  private final String where;
  private final SeekableByteChannel file;
  private final Inflater inflater = new Inflater();
  private final ByteBuffer header;

  private int width;
  private int height;
  private int bits;
  private int colourType;
  private boolean interlaced;
  private byte @Nullable [] palette;
  private byte @Nullable [] transparency;
  private Metadata metadata = Metadata.NONE;
  private final PictureLayout layout;
  private final boolean greyPalette;

  private final byte[] input = new byte[1 << 16];
  private long at;
  private long firstData = -1;
  private long dataBytes;
  private int chunkLeft;
  private byte[] row;
  private byte[] previous;
  private int next;
  private @Nullable Rows whole;

  PngDecoder(PictureSource source, long maxPixels) throws IOException {
    where = source.where();
    file = source.open();
    header = ByteBuffer.allocate(8);
    boolean opened = false;
    try {
      readChunks(maxPixels);
      boolean isPalette = colourType == PALETTE;
      greyPalette = isPalette && isGreyPalette();
      boolean colour = colourType == RGB || colourType == RGB_ALPHA || (isPalette && !greyPalette);
      boolean alpha = colourType == GREY_ALPHA || colourType == RGB_ALPHA || transparency != null;
      layout =
          new PictureLayout(width, height, (colour ? 3 : 1) + (alpha ? 1 : 0), bits == 16 ? 16 : 8);
      row = new byte[1 + rowBytes(width)];
      previous = new byte[row.length];
      at = firstData;
      opened = true;
    } finally {
      if (!opened) {
        close();
      }
    }
  }

  @Override
  public PictureLayout layout() {
    return layout;
  }

  @Override
  public Metadata metadata() {
    return metadata;
  }

  /** Reads all chunks, except the data of pixel chunks. */
  private void readChunks(long maxPixels) throws IOException {
    at = SIGNATURE;
    ByteBuffer start = chunk("IHDR", 13);
    width = start.getInt();
    height = start.getInt();
    bits = start.get();
    colourType = start.get();
    interlaced = start.get(12) == 1;
    if (width < 1
        || height < 1
        || !isDepth(bits, colourType)
        || start.getShort(10) != 0
        || start.get(12) < 0
        || start.get(12) > 1) {
      throw new InvalidInputException(
          where,
          "a PNG of a known kind",
          "one of " + width + "x" + height + ", colour type " + colourType + ", " + bits + " bits");
    }
    DecodeErrors.requirePixels(width, height, maxPixels, where);
    List<PngChunk> kept = new ArrayList<>();
    long budget = MAX_METADATA;
    for (int chunks = 0; ; chunks++) {
      if (chunks > MAX_CHUNKS) {
        throw new InvalidInputException(where, "a PNG of fewer chunks", "more than " + chunks);
      }
      if (!fill(header)) {
        break;
      }
      int length = header.getInt();
      String type = StandardCharsets.ISO_8859_1.decode(header).toString();
      if (type.equals("IEND") || length < 0) {
        break;
      } else if (type.equals("IDAT")) {
        firstData = firstData < 0 ? at - SIGNATURE : firstData;
        dataBytes += length;
      } else if (isOurs(type)) {
        budget -= length;
        if (budget < 0) {
          throw new InvalidInputException(
              where, "metadata of at most " + MAX_METADATA + " bytes", "more");
        }
        at -= SIGNATURE;
        take(type, chunk(type, length).array(), kept);
        continue;
      }
      at += length + 4L;
    }
    metadata = metadata.withPngChunks(kept);
    boolean lacksPalette = colourType == PALETTE && palette == null;
    if (firstData < 0 || lacksPalette) {
      throw DecodeErrors.cut(where);
    }
    long raw = (long) height * rowBytes(width);
    DecodeErrors.requireContent(raw / DEFLATE_RATIO, Math.min(dataBytes, file.size()), where);
  }

  private static boolean isDepth(int bits, int colourType) {
    return switch (colourType) {
      case GREY -> bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16;
      case PALETTE -> bits == 1 || bits == 2 || bits == 4 || bits == 8;
      case RGB, GREY_ALPHA, RGB_ALPHA -> bits == 8 || bits == 16;
      default -> false;
    };
  }

  private boolean isOurs(String type) {
    return switch (type) {
      case "PLTE", "tRNS", "acTL", "iCCP", "eXIf", "pHYs" -> true;
      default -> KEPT.contains(type);
    };
  }

  private void take(String type, byte[] data, List<PngChunk> kept) throws IOException {
    switch (type) {
      case "PLTE" -> palette = data.length % 3 == 0 && data.length > 0 ? data : null;
      case "tRNS" -> takeTransparency(data);
      case "acTL" -> {
        if (data.length >= 4 && ByteBuffer.wrap(data).getInt() > 1) {
          throw DecodeErrors.animated(
              where, "an animation of " + ByteBuffer.wrap(data).getInt() + " frames");
        }
      }
      case "iCCP" -> {
        int name = indexOf(data, 0);
        if (name >= 0 && name + 2 < data.length) {
          metadata = metadata.withIccProfile(inflated(data, name + 2));
        }
      }
      case "eXIf" -> metadata = metadata.withExif(data);
      case "pHYs" -> {
        if (data.length == 9 && data[8] == 1) {
          ByteBuffer values = ByteBuffer.wrap(data);
          Density density =
              Density.ofMetre(
                  (double) Integer.toUnsignedLong(values.getInt()),
                  (double) Integer.toUnsignedLong(values.getInt()));
          metadata = metadata.withDensity(density.isSane() ? density : null);
        }
      }
      default -> {
        byte[] xmp = type.equals("iTXt") ? xmp(data) : null;
        if (xmp != null) {
          metadata = metadata.withXmp(xmp);
        } else {
          kept.add(new PngChunk(type, data));
        }
      }
    }
  }

  private void takeTransparency(byte[] data) {
    boolean fits =
        switch (colourType) {
          case GREY -> data.length == 2;
          case RGB -> data.length == 6;
          case PALETTE -> data.length > 0;
          default -> false;
        };
    transparency = fits ? data : null;
  }

  /** Returns the XMP packet of an international text chunk, or null. */
  private static byte @Nullable [] xmp(byte[] data) throws IOException {
    byte[] keyword = (XMP_KEYWORD + "\0").getBytes(StandardCharsets.ISO_8859_1);
    if (!Arrays.equals(Arrays.copyOf(data, keyword.length), keyword)
        || data.length < keyword.length + 4) {
      return null;
    }
    boolean compressed = data[keyword.length] == 1;
    int language = indexOf(data, keyword.length + 2);
    int translated = language < 0 ? -1 : indexOf(data, language + 1);
    if (translated < 0) {
      return null;
    }
    return compressed
        ? inflated(data, translated + 1)
        : Arrays.copyOfRange(data, translated + 1, data.length);
  }

  private static int indexOf(byte[] data, int from) {
    for (int i = from; i < data.length; i++) {
      if (data[i] == 0) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Inflates the data of a chunk; null if it is broken or too long, in which case it is ignored.
   */
  private static byte @Nullable [] inflated(byte[] data, int from) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(data, from, data.length - from);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] part = new byte[1 << 14];
      while (!inflater.finished()) {
        int n = inflater.inflate(part);
        if (n == 0 || out.size() > MAX_METADATA) {
          return null;
        }
        out.write(part, 0, n);
      }
      return out.toByteArray();
    } catch (DataFormatException e) {
      return null;
    } finally {
      inflater.end();
    }
  }

  /** Reads the chunk at {@link #at} and advances. */
  private ByteBuffer chunk(String type, int length) throws IOException {
    if (length > file.size()) {
      throw new EOFException();
    }
    if (!fill(header)) {
      throw new EOFException();
    }
    byte[] data = new byte[length];
    ByteBuffer sum = ByteBuffer.allocate(4);
    if (header.getInt() != length
        || !StandardCharsets.ISO_8859_1.decode(header).toString().equals(type)
        || !fill(ByteBuffer.wrap(data))
        || !fill(sum)) {
      throw new EOFException();
    }
    CRC32 crc = new CRC32();
    crc.update(type.getBytes(StandardCharsets.ISO_8859_1));
    crc.update(data);
    if (Character.isUpperCase(type.charAt(0)) && (int) crc.getValue() != sum.getInt()) {
      throw new InvalidInputException(
          where, "a whole image", "a broken one (the checksum of " + type + " doesn't match)");
    }
    return ByteBuffer.wrap(data);
  }

  /** Fills a buffer from {@link #at} on and flips it; returns false if the file ends first. */
  private boolean fill(ByteBuffer buffer) throws IOException {
    buffer.clear();
    while (buffer.hasRemaining()) {
      int n = file.position(at).read(buffer);
      if (n < 0) {
        return false;
      }
      at += n;
    }
    buffer.flip();
    return true;
  }

  /**
   * Returns whether the palette is grey. With an RGB profile it isn't, as the profile gives grey
   * another colour.
   */
  private boolean isGreyPalette() {
    byte[] profile = metadata.iccProfile();
    byte[] colours = palette;
    if (colours == null || (profile != null && !Icc.fits(profile, false))) {
      return false;
    }
    for (int i = 0; i < colours.length; i += 3) {
      if (colours[i] != colours[i + 1] || colours[i + 1] != colours[i + 2]) {
        return false;
      }
    }
    return true;
  }

  private int samples() {
    return switch (colourType) {
      case RGB -> 3;
      case GREY_ALPHA -> 2;
      case RGB_ALPHA -> 4;
      default -> 1;
    };
  }

  private int rowBytes(int columns) {
    return Math.toIntExact(((long) columns * samples() * bits + 7) / 8);
  }

  @Override
  public void read(Rows into, int atRow, int count) throws IOException {
    if (interlaced) {
      if (whole == null) {
        whole = deinterlaced();
      }
      whole.copyTo(next, into, atRow, count);
      next += count;
    } else {
      for (int i = 0; i < count; i++) {
        nextRow(width);
        expand(width, into, atRow + i, 0, 1);
        next++;
      }
    }
    if (next == height) {
      finish();
    }
  }

  private Rows deinterlaced() throws IOException {
    DecodeErrors.requireMemory(
        (long) height * width * layout.channels() * layout.depth() / 8, where);
    Rows rows = new Rows(height, layout);
    for (int[] pass : PASSES) {
      int columns = (width - pass[0] + pass[2] - 1) / pass[2];
      if (columns < 1) {
        continue;
      }
      Arrays.fill(previous, (byte) 0);
      for (int y = pass[1]; y < height; y += pass[3]) {
        nextRow(columns);
        expand(columns, rows, y, pass[0], pass[2]);
      }
    }
    return rows;
  }

  /** Inflates a row into {@link #previous}, where it serves as the previous row of the next. */
  private void nextRow(int columns) throws IOException {
    int length = 1 + rowBytes(columns);
    inflate(row, length);
    unfilter(row[0], length, Math.max(1, samples() * bits / 8));
    byte[] done = row;
    row = previous;
    previous = done;
  }

  private void inflate(byte[] target, int length) throws IOException {
    try {
      for (int have = 0; have < length; ) {
        int n = inflater.inflate(target, have, length - have);
        if (n == 0) {
          if (inflater.finished() || inflater.needsDictionary() || !feed()) {
            throw new EOFException();
          }
        }
        have += n;
      }
    } catch (DataFormatException e) {
      throw new IOException("its data can't be decompressed", e);
    }
  }

  /** Verifies the checksum of all pixels, unless the file ends before it or has surplus data. */
  private void finish() throws IOException {
    try {
      byte[] beyond = new byte[64];
      while (!inflater.finished()) {
        int surplus = inflater.inflate(beyond);
        if (surplus > 0 || (!inflater.finished() && !feed())) {
          return;
        }
      }
    } catch (DataFormatException e) {
      throw new IOException("the checksum of its pixels doesn't match", e);
    }
  }

  /** Feeds the inflater more of the file; returns false at the end. */
  private boolean feed() throws IOException {
    while (chunkLeft == 0) {
      if (!fill(header)) {
        return false;
      }
      chunkLeft = header.getInt();
      if (chunkLeft < 0 || !StandardCharsets.ISO_8859_1.decode(header).toString().equals("IDAT")) {
        chunkLeft = 0;
        return false;
      }
      at += chunkLeft == 0 ? 4 : 0;
    }
    int n = file.position(at).read(ByteBuffer.wrap(input, 0, Math.min(input.length, chunkLeft)));
    if (n <= 0) {
      return false;
    }
    at += n;
    chunkLeft -= n;
    at += chunkLeft == 0 ? 4 : 0;
    inflater.setInput(input, 0, n);
    return true;
  }

  private void unfilter(int filter, int length, int step) throws IOException {
    byte[] line = row;
    byte[] above = previous;
    switch (filter) {
      case 0 -> {}
      case 1 -> {
        for (int i = 1 + step; i < length; i++) {
          line[i] += line[i - step];
        }
      }
      case 2 -> {
        for (int i = 1; i < length; i++) {
          line[i] += above[i];
        }
      }
      case 3 -> {
        for (int i = 1; i < length; i++) {
          int left = i > step ? line[i - step] & 0xff : 0;
          line[i] += (byte) ((left + (above[i] & 0xff)) >> 1);
        }
      }
      case 4 -> {
        for (int i = 1; i < length; i++) {
          int left = i > step ? line[i - step] & 0xff : 0;
          int corner = i > step ? above[i - step] & 0xff : 0;
          line[i] += (byte) paeth(left, above[i] & 0xff, corner);
        }
      }
      default -> throw new IOException("a row has the unknown filter " + (filter & 0xff));
    }
  }

  static int paeth(int left, int up, int corner) {
    int dLeft = Math.abs(up - corner);
    int dUp = Math.abs(left - corner);
    int dCorner = Math.abs(left + up - 2 * corner);
    return dLeft <= dUp && dLeft <= dCorner ? left : dUp <= dCorner ? up : corner;
  }

  /**
   * Writes the pixels of {@link #previous} to columns {@code x}, {@code x + step}, ... of a row.
   */
  private void expand(int columns, Rows into, int y, int x, int step) throws IOException {
    int channels = layout.channels();
    int target = (y * width + x) * channels;
    int stride = step * channels;
    if (colourType == PALETTE) {
      expandPalette(columns, into.bytes(), target, stride);
    } else if (bits == 16) {
      expandShorts(columns, into.shorts(), target, stride);
    } else if (bits == 8 && step == 1 && transparency == null) {
      System.arraycopy(previous, 1, into.bytes(), target, columns * channels);
    } else {
      expandBytes(columns, into.bytes(), target, stride);
    }
  }

  private int packed(int i) {
    int perByte = 8 / bits;
    int shift = 8 - bits - i % perByte * bits;
    return (previous[1 + i / perByte] >> shift) & ((1 << bits) - 1);
  }

  private void expandPalette(int columns, byte[] samples, int target, int stride)
      throws IOException {
    byte[] colours = palette == null ? new byte[0] : palette;
    byte[] alphas = transparency;
    int alpha = layout.channels() - 1;
    for (int i = 0, to = target; i < columns; i++, to += stride) {
      int index = packed(i);
      if (3 * index >= colours.length) {
        throw new IOException("a pixel refers to a colour that its palette lacks");
      }
      samples[to] = colours[3 * index];
      if (!greyPalette) {
        samples[to + 1] = colours[3 * index + 1];
        samples[to + 2] = colours[3 * index + 2];
      }
      if (alphas != null) {
        samples[to + alpha] = index < alphas.length ? alphas[index] : (byte) 0xff;
      }
    }
  }

  private void expandBytes(int columns, byte[] samples, int target, int stride) {
    int n = samples();
    int greatest = (1 << Math.min(bits, 8)) - 1;
    byte[] clear = transparency;
    for (int i = 0, to = target; i < columns; i++, to += stride) {
      boolean isClear = clear != null;
      for (int c = 0; c < n; c++) {
        int value = bits == 8 ? previous[1 + i * n + c] & 0xff : packed(i);
        isClear &= clear != null && value == (clear[2 * c + 1] & greatest);
        samples[to + c] = (byte) (value * 255 / greatest);
      }
      if (clear != null) {
        samples[to + n] = (byte) (isClear ? 0 : 0xff);
      }
    }
  }

  private void expandShorts(int columns, short[] samples, int target, int stride) {
    int n = samples();
    byte[] clear = transparency;
    for (int i = 0, from = 1, to = target; i < columns; i++, to += stride) {
      boolean isClear = clear != null;
      for (int c = 0; c < n; c++, from += 2) {
        samples[to + c] = (short) (previous[from] << 8 | (previous[from + 1] & 0xff));
        isClear &=
            clear != null
                && previous[from] == clear[2 * c]
                && previous[from + 1] == clear[2 * c + 1];
      }
      if (clear != null) {
        samples[to + n] = (short) (isClear ? 0 : 0xffff);
      }
    }
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    file.close();
  }
}
