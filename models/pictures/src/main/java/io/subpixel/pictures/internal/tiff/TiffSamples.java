package io.subpixel.pictures.internal.tiff;

import io.subpixel.pictures.InvalidInputException;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Unpacks the samples of TIFF rows, of any number of bits, integer or floating-point. */
final class TiffSamples {
  private static final int SHORT = 65535;

  private final TiffForm form;
  private final int[] kept;
  private final boolean bigEndian;
  private final double black;
  private final double white;
  private long seen;
  private long beyond;
  private double furthest;
  private byte[] unpredicted = {};

  TiffSamples(TiffForm form) {
    this.form = form;
    bigEndian = form.directory().order() == ByteOrder.BIG_ENDIAN;
    int colours = form.photometric().colours();
    kept = new int[colours + (form.alpha() < 0 ? 0 : 1)];
    Arrays.setAll(kept, i -> i < colours ? i : form.alpha());
    double[] least = form.directory().fractions(TiffFile.SMIN_SAMPLE_VALUE);
    double[] most = form.directory().fractions(TiffFile.SMAX_SAMPLE_VALUE);
    boolean known = least.length > 0 && most.length > 0 && least[0] < most[0];
    black = known ? least[0] : 0;
    white = known ? most[0] : 1;
  }

  /** Returns the samples that are used: those of colours, and alpha. */
  int[] kept() {
    return kept;
  }

  /** Returns the maximum of each colour's samples. */
  int[] greatest(int colours) {
    int[] greatest = new int[colours];
    Arrays.setAll(greatest, this::maxOf);
    return greatest;
  }

  /** Returns the maximum of an unpacked sample; more than 16 bits become 16. */
  int maxOf(int sample) {
    return form.isFloat() || form.bits(sample) > 16 ? SHORT : (1 << form.bits(sample)) - 1;
  }

  /** Returns the bytes of some columns: of all planes if interleaved, or of the widest. */
  int rowBytes(int columns) {
    int most = form.isPlanar() ? 0 : form.bitsOfFirst(form.samples());
    for (int sample = 0; form.isPlanar() && sample < form.samples(); sample++) {
      most = Math.max(most, form.bits(sample));
    }
    return Math.toIntExact(((long) columns * most + 7) / 8);
  }

  /** Returns the bytes of some columns of one plane, or of all if interleaved. */
  int rowBytes(int columns, int plane) {
    return form.isPlanar()
        ? (int) (((long) columns * form.bits(plane) + 7) / 8)
        : rowBytes(columns);
  }

  /** Restores samples from differences to the pixel on the left. */
  void undoPredictor(byte[] row, int length) {
    int step = form.isPlanar() ? 1 : form.samples();
    switch (form.predictor()) {
      case 2 -> sum(row, length, form.bits(0) / 8, step);
      case 3 -> sumFloats(row, length, form.bits(0) / 8, step);
      default -> {}
    }
  }

  private void sum(byte[] row, int length, int width, int step) {
    if (width == 1) {
      for (int i = step; i < length; i++) {
        row[i] += row[i - step];
      }
      return;
    }
    for (int i = step * width; i <= length - width; i += width) {
      int carry = 0;
      for (int b = 0; b < width; b++) {
        int at = i + (bigEndian ? width - 1 - b : b);
        carry += (row[at] & 0xff) + (row[at - step * width] & 0xff);
        row[at] = (byte) carry;
        carry >>= 8;
      }
    }
  }

  /**
   * Undoes the floating-point predictor: the highest bytes of all samples come first, then the
   * lower ones (Adobe's technical note 3).
   */
  private void sumFloats(byte[] row, int length, int width, int step) {
    sum(row, length, 1, step);
    unpredicted = unpredicted.length == length ? unpredicted : new byte[length];
    int count = length / width;
    for (int i = 0; i < count; i++) {
      for (int b = 0; b < width; b++) {
        unpredicted[width * i + (bigEndian ? b : width - 1 - b)] = row[b * count + i];
      }
    }
    System.arraycopy(unpredicted, 0, row, 0, count * width);
  }

  /**
   * Unpacks the samples that are used.
   *
   * @param row a row of a block
   * @param plane the plane that it belongs to, if planar
   * @param into receives the interleaved samples of a whole row
   * @param x the block's first column
   */
  void unpack(byte[] row, int plane, int[] into, int x, int columns) {
    if (form.isPlanar()) {
      int to = plane == form.alpha() ? kept.length - 1 : plane;
      unpack(row, plane, 0, form.bits(plane), into, x * kept.length + to, columns);
      return;
    }
    int pixel = form.bitsOfFirst(form.samples());
    for (int k = 0; k < kept.length; k++) {
      int before = form.bitsOfFirst(kept[k]);
      unpack(row, kept[k], before, pixel, into, x * kept.length + k, columns);
    }
  }

  private void unpack(
      byte[] row, int sample, int firstBit, int bitStep, int[] into, int to, int columns) {
    int n = form.bits(sample);
    boolean signed = form.isSigned(sample);
    boolean whole = n % 8 == 0 && firstBit % 8 == 0 && bitStep % 8 == 0;
    long bit = firstBit;
    for (int i = 0, at = to; i < columns; i++, at += kept.length, bit += bitStep) {
      if (whole && n == 8) {
        into[at] = row[(int) (bit >> 3)] & 0xff;
        continue;
      }
      long raw = whole ? bytes(row, (int) (bit >> 3), n / 8) : bits(row, bit, n);
      if (form.isFloat()) {
        into[at] = ofFloat(number(raw, n));
      } else if (signed && raw >>> (n - 1) != 0) {
        into[at] = 0;
        beyond++;
      } else if (n <= 16) {
        into[at] = (int) raw;
      } else {
        // Of 32 bits and more, the lowest are ignored.
        int surplus = Math.max(0, n - 32);
        long most = (1L << (n - surplus)) - 1;
        into[at] = (int) (((raw >>> surplus) * SHORT + most / 2) / most);
      }
    }
  }

  private long bytes(byte[] row, int at, int count) {
    long value = 0;
    for (int b = 0; b < count; b++) {
      value = value << 8 | (row[at + (bigEndian ? b : count - 1 - b)] & 0xff);
    }
    return value;
  }

  private static long bits(byte[] row, long first, int count) {
    long value = 0;
    for (long bit = first; bit < first + count; bit++) {
      value = value << 1 | (row[(int) (bit >> 3)] >> (7 - (bit & 7)) & 1);
    }
    return value;
  }

  private static double number(long raw, int bits) {
    return switch (bits) {
      case 16 -> number((int) raw, 5, 10);
      case 24 -> number((int) raw, 7, 16);
      case 32 -> Float.intBitsToFloat((int) raw);
      default -> Double.longBitsToDouble(raw);
    };
  }

  /** Decodes a short floating-point number with the layout of IEEE 754. */
  private static double number(int raw, int exponentBits, int fractionBits) {
    int fraction = raw & ((1 << fractionBits) - 1);
    int most = (1 << exponentBits) - 1;
    int exponent = raw >> fractionBits & most;
    int bias = most / 2;
    double size;
    if (exponent == most) {
      size = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    } else if (exponent == 0) {
      size = Math.scalb((double) fraction, 1 - bias - fractionBits);
    } else {
      size = Math.scalb((double) (fraction | 1 << fractionBits), exponent - bias - fractionBits);
    }
    return raw >> (exponentBits + fractionBits) == 0 ? size : -size;
  }

  private int ofFloat(double value) {
    seen++;
    if (value > white || value < black) {
      beyond++;
      furthest = Math.abs(value) > Math.abs(furthest) ? value : furthest;
    }
    double share = (value - black) / (white - black);
    return share > 0 ? (int) Math.rint(SHORT * Math.min(1, share)) : 0;
  }

  /** Rejects samples if most are outside the range of black to white, such as measurements. */
  void requireRange(String where) throws InvalidInputException {
    if (form.isFloat() && beyond > seen / 2) {
      throw new InvalidInputException(
          where,
          "floating-point samples of " + black + " to " + white,
          "mostly others, up to " + furthest);
    } else if (beyond > (long) form.width() * form.height() * kept.length / 2) {
      throw new InvalidInputException(
          where, "samples that aren't negative", "mostly negative ones");
    }
  }
}
