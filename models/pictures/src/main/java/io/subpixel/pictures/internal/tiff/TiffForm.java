package io.subpixel.pictures.internal.tiff;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.codec.DecodeErrors;
import io.subpixel.pictures.internal.metadata.Ifd;
import java.util.Arrays;
import java.util.Optional;

/**
 * The layout and meaning of a TIFF's samples, as its directory states them. Unsupported kinds are
 * rejected by name, before anything is decoded.
 */
final class TiffForm {
  private static final int MAX_SAMPLES = 32;
  static final int NOT_COMPRESSED = 1;
  static final int LZW = 5;
  private static final int OLD_JPEG = 6;
  static final int JPEG = 7;
  private static final int DEFLATE = 8;
  private static final int OLD_DEFLATE = 32946;
  static final int PACK_BITS = 32773;

  private static final String OTHER = "another compression";

  private static final int ASSOCIATED_ALPHA = 1;
  private static final int UNASSOCIATED_ALPHA = 2;
  private static final int CMYK_INKS = 1;
  private static final int FLOATING_POINT = 3;

  /** Slightly more than the best ratio of LZW, which is the highest of all. */
  private static final int BEST_RATIO = 2048;

  /** The meaning of a pixel's samples. */
  enum Photometric {
    WHITE_IS_ZERO(0, "grey", 1),
    BLACK_IS_ZERO(1, "grey", 1),
    RGB(2, "RGB", 3),
    PALETTE(3, "a palette", 1),
    CMYK(5, "CMYK", 4),
    YCBCR(6, "YCbCr", 3),
    CIELAB(8, "CIELAB", 3),
    ICCLAB(9, "ICCLAB", 3);

    private final int code;
    private final String title;
    private final int colours;

    Photometric(int code, String title, int colours) {
      this.code = code;
      this.title = title;
      this.colours = colours;
    }

    /** Returns the samples per pixel, without extra ones. */
    int colours() {
      return colours;
    }

    boolean isLab() {
      return this == CIELAB || this == ICCLAB;
    }

    /** Returns whether colours are converted to RGB. */
    boolean isConverted() {
      return colours >= 3 && this != RGB;
    }

    @Override
    public String toString() {
      return title;
    }

    boolean isGrey() {
      return this == WHITE_IS_ZERO || this == BLACK_IS_ZERO;
    }

    private static Optional<Photometric> of(long code) {
      return Arrays.stream(values()).filter(each -> each.code == code).findFirst();
    }

    private static String nameOf(long value) {
      return switch ((int) Math.min(value, 65536)) {
        case 4 -> "a transparency mask";
        case 10 -> "ITULAB";
        case 32803 -> "a camera's raw samples";
        case 34892 -> "a camera's raw samples";
        case 32844, 32845 -> "LogLuv";
        default -> "another colour space";
      };
    }
  }

  private final Ifd directory;
  private final int width;
  private final int height;
  private final int blockWidth;
  private final int blockHeight;
  private final Photometric photometric;
  private final int[] bits;
  private final boolean floats;
  private final int alpha;

  /**
   * Reads a directory.
   *
   * @throws InvalidInputException if its size is missing or too large, or its kind isn't supported
   */
  TiffForm(Ifd directory, long maxPixels, String where) throws InvalidInputException {
    this.directory = directory;
    if (!directory.has(TiffFile.WIDTH) || !directory.has(TiffFile.HEIGHT)) {
      throw DecodeErrors.cut(where);
    }
    long columns = directory.number(TiffFile.WIDTH, 0);
    long rows = directory.number(TiffFile.HEIGHT, 0);
    DecodeErrors.requirePixels(columns, rows, maxPixels, where);
    boolean tiled = directory.has(TiffFile.TILE_WIDTH);
    long blockColumns = tiled ? directory.number(TiffFile.TILE_WIDTH, 0) : columns;
    long blockRows =
        tiled
            ? directory.number(TiffFile.TILE_HEIGHT, 0)
            : Math.min(rows, directory.number(TiffFile.ROWS_PER_STRIP, rows));
    // A tile may claim to be larger than the picture.
    DecodeErrors.requirePixels(blockColumns, blockRows, maxPixels, where);
    width = (int) columns;
    height = (int) rows;
    blockWidth = (int) blockColumns;
    blockHeight = (int) blockRows;
    photometric = photometric(directory, where);
    bits = bits(directory, where);
    if (bits.length < photometric.colours) {
      throw new InvalidInputException(
          where,
          photometric.colours + " samples a pixel for " + photometric,
          Integer.toString(bits.length));
    }
    floats = isFloat(directory, photometric, where);
    alpha = findAlpha();
    requireKnownSamples(where);
    requireKnownPacking(where);
  }

  private static Photometric photometric(Ifd directory, String where) throws InvalidInputException {
    String expected = "a TIFF in grey, RGB, CMYK, YCbCr, CIELAB or with a palette";
    long code = directory.number(TiffFile.PHOTOMETRIC, guess(directory).code);
    Photometric photometric =
        Photometric.of(code)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        where,
                        expected,
                        Photometric.nameOf(code) + " (PhotometricInterpretation " + code + ")"));
    boolean otherInks =
        directory.number(TiffFile.INK_SET, CMYK_INKS) != CMYK_INKS
            || directory.number(TiffFile.INKS, 4) != 4;
    if (photometric == Photometric.CMYK && otherInks) {
      throw new InvalidInputException(where, expected, "one of other inks");
    }
    return photometric;
  }

  /** Guesses the photometric interpretation of a file without one. */
  private static Photometric guess(Ifd directory) {
    if (directory.has(TiffFile.COLOUR_MAP)) {
      return Photometric.PALETTE;
    }
    boolean colour = directory.number(TiffFile.SAMPLES, 1) >= 3;
    Photometric grey =
        isFax((int) directory.number(TiffFile.COMPRESSION, NOT_COMPRESSED))
            ? Photometric.WHITE_IS_ZERO
            : Photometric.BLACK_IS_ZERO;
    return colour ? Photometric.RGB : grey;
  }

  private static int[] bits(Ifd directory, String where) throws InvalidInputException {
    long samples = directory.number(TiffFile.SAMPLES, 1);
    if (samples < 1 || samples > MAX_SAMPLES) {
      throw new InvalidInputException(
          where, "1 to " + MAX_SAMPLES + " samples a pixel", Long.toString(samples));
    }
    long[] stored = directory.numbers(TiffFile.BITS);
    int[] bits = new int[(int) samples];
    for (int i = 0; i < samples; i++) {
      long each = stored.length == 0 ? 1 : stored[i < stored.length ? i : 0];
      if (each < 1 || (each > 32 && each != 64)) {
        throw new InvalidInputException(
            where, "samples of 1 to 32 or of 64 bits", Long.toString(each));
      }
      bits[i] = (int) each;
    }
    return bits;
  }

  private static boolean isFloat(Ifd directory, Photometric photometric, String where)
      throws InvalidInputException {
    long[] formats = directory.numbers(TiffFile.SAMPLE_FORMAT);
    long format = formats.length == 0 ? 1 : formats[0];
    if (format < 1 || format > 4) {
      throw new InvalidInputException(
          where,
          "whole or floating-point samples",
          (format == 5 || format == 6 ? "complex numbers" : "others")
              + (" (SampleFormat " + format + ")"));
    }
    // CIELAB's a and b are signed, whatever the file states.
    if (!photometric.isLab() && Arrays.stream(formats).anyMatch(each -> each != format)) {
      throw new InvalidInputException(where, "samples of one SampleFormat", "several");
    }
    return format == FLOATING_POINT;
  }

  private long kindOfExtra(int i) {
    long[] kinds = directory.numbers(TiffFile.EXTRA_SAMPLES);
    return i >= 0 && i < kinds.length ? kinds[i] : 0;
  }

  /** Returns the first extra sample that is alpha, or the fourth of RGB if it is unspecified. */
  private int findAlpha() {
    int extra = bits.length - photometric.colours;
    for (int i = 0; i < extra; i++) {
      if (kindOfExtra(i) == ASSOCIATED_ALPHA || kindOfExtra(i) == UNASSOCIATED_ALPHA) {
        return photometric.colours + i;
      }
    }
    boolean unsaid = !directory.has(TiffFile.EXTRA_SAMPLES);
    return unsaid && extra == 1 && photometric == Photometric.RGB ? photometric.colours : -1;
  }

  private void requireKnownSamples(String where) throws InvalidInputException {
    int least = Arrays.stream(bits).min().orElse(0);
    int most = Arrays.stream(bits).max().orElse(0);
    boolean even = least == most;
    boolean isKnown =
        switch (photometric) {
          case PALETTE -> bits[0] <= 16 && !floats;
          case YCBCR, CIELAB, ICCLAB -> even && (most == 8 || most == 16) && !floats;
          default -> !floats || (even && (most == 16 || most == 24 || most == 32 || most == 64));
        };
    if (!isKnown) {
      throw new InvalidInputException(
          where,
          switch (photometric) {
            case PALETTE -> "a palette for samples of at most 16 bits";
            case YCBCR, CIELAB, ICCLAB -> photometric + " of 8 or 16 bits";
            default -> "floating-point samples of 16, 24, 32 or 64 bits";
          },
          Arrays.toString(bits) + (floats ? " bits, floating-point" : " bits"));
    }
    if (isPremultiplied() && photometric.isConverted()) {
      throw new InvalidInputException(
          where, "alpha that isn't premultiplied for " + photometric, "premultiplied alpha");
    }
  }

  private void requireKnownPacking(String where) throws InvalidInputException {
    String compression = nameOf(compression());
    boolean whole = Arrays.stream(bits).allMatch(each -> each == bits[0] && each % 8 == 0);
    boolean isRead =
        switch (compression()) {
          case JPEG -> whole && bits[0] == 8 && !floats;
          case OLD_JPEG ->
              whole
                  && bits[0] == 8
                  && bits.length == photometric.colours
                  && !photometric.isLab()
                  && photometric != Photometric.CMYK
                  && photometric != Photometric.PALETTE
                  && !isPlanar();
          case 2, 3, 4 -> bits.length == 1 && bits[0] == 1 && photometric.isGrey();
          default -> isPlain();
        };
    boolean isKnown = isPlain() || !compression.equals(OTHER);
    if (!isRead) {
      throw new InvalidInputException(
          where,
          "a TIFF without compression, or with LZW, deflate, PackBits, JPEG of 8 bits or CCITT of 1 bit",
          compression
              + (" (Compression " + compression() + ")")
              + (isKnown ? " of " + photometric + ", " + Arrays.toString(bits) + " bits" : ""));
    }
    if (photometric == Photometric.YCBCR && bits.length > 3 && !isStreamed()) {
      throw new InvalidInputException(
          where, "YCbCr without extra samples", bits.length + " samples");
    }
    boolean isKnownPredictor =
        switch (predictor()) {
          case 1 -> true;
          case 2 -> whole && bits[0] != 24;
          case 3 -> whole && floats;
          default -> false;
        };
    if (!isKnownPredictor) {
      throw new InvalidInputException(
          where,
          "a predictor for samples of 8, 16, 32 or 64 bits",
          "Predictor " + predictor() + " for samples of " + Arrays.toString(bits) + " bits");
    }
  }

  private static String nameOf(int compression) {
    return switch (compression) {
      case NOT_COMPRESSED -> "none";
      case 2, 3, 4 -> "CCITT";
      case LZW -> "LZW";
      case OLD_JPEG, JPEG -> "JPEG";
      case DEFLATE, OLD_DEFLATE -> "deflate";
      case PACK_BITS -> "PackBits";
      case 34712 -> "JPEG 2000";
      case 34661 -> "JBIG";
      case 34676, 34677 -> "LogLuv";
      case 34887 -> "LERC";
      case 34925 -> "LZMA";
      case 50000 -> "Zstandard";
      case 50001 -> "WebP";
      case 50002 -> "JPEG XL";
      default -> OTHER;
    };
  }

  private static boolean isFax(int compression) {
    return compression >= 2 && compression <= 4;
  }

  /** Returns the directory. */
  Ifd directory() {
    return directory;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** Returns the columns of a tile, or of a strip. */
  int blockWidth() {
    return blockWidth;
  }

  /** Rows of a tile or strip. */
  int blockHeight() {
    return blockHeight;
  }

  Photometric photometric() {
    return photometric;
  }

  /** The samples of a pixel. */
  int samples() {
    return bits.length;
  }

  /** Bits of a sample. */
  int bits(int sample) {
    return bits[sample];
  }

  /** Returns the total bits of the first {@code count} samples of a pixel. */
  int bitsOfFirst(int count) {
    return Arrays.stream(bits, 0, count).sum();
  }

  boolean isFloat() {
    return floats;
  }

  /** Returns whether samples may be negative. Those of 8 bits are treated as unsigned. */
  boolean isSigned(int sample) {
    return directory.number(TiffFile.SAMPLE_FORMAT, 1) == 2
        && bits[sample] > 8
        && !photometric.isConverted();
  }

  /** Returns which sample is alpha; -1 for none. */
  int alpha() {
    return alpha;
  }

  /** Returns whether colours were multiplied by alpha. */
  boolean isPremultiplied() {
    return kindOfExtra(alpha - photometric.colours) == ASSOCIATED_ALPHA;
  }

  /** Returns whether each sample has its own plane. */
  boolean isPlanar() {
    return bits.length > 1 && directory.number(TiffFile.PLANAR, 1) == 2;
  }

  int compression() {
    return (int) directory.number(TiffFile.COMPRESSION, NOT_COMPRESSED);
  }

  int predictor() {
    boolean has = compression() == LZW || isDeflated();
    return has ? (int) directory.number(TiffFile.PREDICTOR, 1) : 1;
  }

  private boolean isDeflated() {
    return compression() == DEFLATE || compression() == OLD_DEFLATE;
  }

  /** Returns whether blocks are packed bytes. */
  private boolean isPlain() {
    return switch (compression()) {
      case NOT_COMPRESSED, LZW, DEFLATE, OLD_DEFLATE, PACK_BITS -> true;
      default -> false;
    };
  }

  /** Returns whether blocks become rows of samples, without subsampled chroma. */
  boolean isStreamed() {
    boolean fewer = photometric == Photometric.YCBCR && isSubsampled();
    return compression() == JPEG || (isPlain() && !fewer);
  }

  /** Returns whether the first bit of a byte is its lowest; never for JPEG. */
  boolean isReversed() {
    return directory.number(TiffFile.FILL_ORDER, 1) == 2 && compression() != JPEG;
  }

  private boolean isSubsampled() {
    long[] steps = directory.numbers(TiffFile.YCBCR_SUBSAMPLING);
    return steps.length < 2 || steps[0] != 1 || steps[1] != 1;
  }

  /** Rejects a directory that promises more than a file of this length can hold. */
  void requireContent(long length, String where) throws InvalidInputException {
    long raw = height * (((long) width * bitsOfFirst(bits.length) + 7) / 8);
    if (isPlain() && isStreamed()) {
      long ratio = compression() == NOT_COMPRESSED ? 1 : BEST_RATIO;
      DecodeErrors.requireContent(raw / ratio, length, where);
    }
  }
}
