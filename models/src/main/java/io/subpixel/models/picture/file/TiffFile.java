package io.subpixel.models.picture.file;

import io.subpixel.models.InvalidInputException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** Opens TIFF (TIFF 6.0): what its directory says; the JDK's reader decodes the rarer kinds. */
final class TiffFile {
  static final int NEW_SUBFILE_TYPE = 254;
  static final int WIDTH = 256;
  static final int HEIGHT = 257;
  static final int BITS = 258;
  static final int COMPRESSION = 259;
  static final int PHOTOMETRIC = 262;
  static final int FILL_ORDER = 266;
  static final int STRIP_OFFSETS = 273;
  static final int SAMPLES = 277;
  static final int ROWS_PER_STRIP = 278;
  static final int STRIP_BYTES = 279;
  static final int PLANAR = 284;
  static final int PREDICTOR = 317;
  static final int TILE_WIDTH = 322;
  static final int TILE_HEIGHT = 323;
  static final int TILE_OFFSETS = 324;
  static final int TILE_BYTES = 325;
  static final int EXTRA_SAMPLES = 338;
  static final int SAMPLE_FORMAT = 339;
  static final int XMP = 700;
  static final int ICC = 34675;

  private static final int SUBFILE_TYPE = 255;
  private static final int REDUCED_OR_MASK = 1 | 4;
  private static final int OLD_REDUCED = 2;
  private static final int MOST_PAGES = 1000;
  static final int NOT_COMPRESSED = 1;
  static final int LZW = 5;
  static final int DEFLATE = 8;
  private static final int OLD_DEFLATE = 32946;
  static final int PACK_BITS = 32773;

  /** Somewhat more than LZW can do at best, which is the best of them. */
  private static final int BEST_RATIO = 2048;

  private TiffFile() {}

  static Decoder open(Path path, String where, long maxPixels) throws IOException {
    Ifd directory;
    try (EndGuard in = new EndGuard(path)) {
      in.setByteOrder(in.read() == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
      in.seek(4);
      directory = Ifd.read(in, in.readUnsignedInt());
      requireOnePage(in, where);
      requireSize(directory, in.length(), maxPixels, where);
    }
    Metadata metadata = metadata(directory);
    TiffDecoder plain = TiffDecoder.open(path, directory, metadata);
    return plain != null ? plain : openOther(path, directory, metadata, maxPixels, where);
  }

  private static Decoder openOther(
      Path path, Ifd directory, Metadata metadata, long maxPixels, String where)
      throws IOException {
    EndGuard in = new EndGuard(path);
    ImageReader reader = Jdk.reader("tiff");
    boolean opened = false;
    try {
      int compression = (int) directory.number(COMPRESSION, NOT_COMPRESSED);
      long rows = directory.number(TILE_HEIGHT, directory.number(ROWS_PER_STRIP, 1 << 30));
      int step = compression == NOT_COMPRESSED ? 1 : (int) Math.max(1, Math.min(rows, 1 << 30));
      RegionDecoder decoder = new RegionDecoder(reader, in, metadata, step, maxPixels, where);
      opened = true;
      return decoder;
    } finally {
      if (!opened) {
        reader.dispose();
        in.close();
      }
    }
  }

  /** Whether strips are bytes packed in one of the ways of every program. */
  static boolean isPlainCompression(int compression) {
    return switch (compression) {
      case NOT_COMPRESSED, LZW, DEFLATE, OLD_DEFLATE, PACK_BITS -> true;
      default -> false;
    };
  }

  /** Previews and masks may follow the picture, but no other one. */
  private static void requireOnePage(ImageInputStream in, String where) throws IOException {
    in.seek(4);
    long at = in.readUnsignedInt();
    int pages = 0;
    for (int i = 0; i < MOST_PAGES && at >= 8 && at + 2 <= in.length(); i++) {
      in.seek(at);
      int count = in.readUnsignedShort();
      long kind = 0;
      long link = at + 2 + 12L * count;
      if (link > in.length()) {
        break;
      }
      for (int entry = 0; entry < count; entry++) {
        in.seek(at + 2 + 12L * entry);
        int tag = in.readUnsignedShort();
        if (tag == NEW_SUBFILE_TYPE || tag == SUBFILE_TYPE) {
          boolean isShort = in.readUnsignedShort() == Ifd.SHORT;
          in.readInt();
          long value = isShort ? in.readUnsignedShort() : in.readUnsignedInt();
          kind = tag == NEW_SUBFILE_TYPE ? value & REDUCED_OR_MASK : value == OLD_REDUCED ? 1 : 0;
        } else if (tag > SUBFILE_TYPE) {
          break;
        }
      }
      pages += kind == 0 ? 1 : 0;
      if (pages > 1) {
        throw new InvalidInputException(where, "a TIFF of one page", "one of several");
      }
      in.seek(link);
      at = link + 4 > in.length() ? 0 : in.readUnsignedInt();
    }
  }

  private static void requireSize(Ifd directory, long length, long maxPixels, String where)
      throws IOException {
    long width = directory.number(WIDTH, 0);
    long height = directory.number(HEIGHT, 0);
    Faults.requirePixels(width, height, maxPixels, where);
    // A tile may claim to be larger than the picture.
    Faults.requirePixels(
        directory.number(TILE_WIDTH, 0), directory.number(TILE_HEIGHT, 0), maxPixels, where);
    int bits = 0;
    for (long each : directory.numbers(BITS)) {
      bits += (int) Math.min(each, 64);
    }
    long raw = height * ((width * Math.max(1, bits) + 7) / 8);
    switch ((int) directory.number(COMPRESSION, NOT_COMPRESSED)) {
      case NOT_COMPRESSED -> Faults.requireContent(raw, length, where);
      case LZW, DEFLATE, OLD_DEFLATE, PACK_BITS ->
          Faults.requireContent(raw / BEST_RATIO, length, where);
      default -> {}
    }
  }

  private static Metadata metadata(Ifd directory) {
    Ifd descriptive = directory.descriptive();
    byte[] exif = descriptive.isEmpty() ? null : descriptive.toExif();
    return Metadata.NONE
        .withIccProfile(directory.bytes(ICC))
        .withXmp(directory.bytes(XMP))
        .withExif(exif)
        .withDensity(Exif.density(exif));
  }
}
