package io.subpixel.converter.deeplearning4j;

import io.subpixel.pictures.InvalidInputException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What stands before the numbers of an array that ND4J wrote: shape information, then type and
 * length of the numbers. ND4J reserves memory by it and reads in native code by its strides.
 */
final class CoefficientsHeader {
  /** Rank, then sizes and strides, then flags, elementwise stride and order. */
  private static final int BESIDE_AXES = 4;

  private static final int MOST_AXES = 2;

  private static final String WHOLE_TYPE = "LONG";

  /** Before 1.0.0-beta; there is no type where the offset was, which is 0. */
  private static final String OLD_WHOLE_TYPE = "INT";

  private static final Set<String> OLD_ALLOCATIONS = Set.of("DIRECT", "HEAP", "JAVACPP");
  private static final Set<String> ALLOCATIONS = Set.of("LONG_SHAPE", "MIXED_DATA_TYPES");

  private CoefficientsHeader() {}

  /**
   * Reads as far as the numbers.
   *
   * @param bytes the length of all
   * @param count how many coefficients the configuration asks for
   * @throws InvalidInputException if it isn't a whole array of so many
   */
  static void check(DataInputStream data, long bytes, long count, String where) throws IOException {
    Counter counter = new Counter(data);
    try {
      long length = counter.length();
      String whole = counter.type();
      boolean isOld = whole.equals(OLD_WHOLE_TYPE);
      require(
          (isOld || whole.equals(WHOLE_TYPE))
              && length > BESIDE_AXES
              && length <= 2 * MOST_AXES + BESIDE_AXES
              && length % 2 == 0,
          where,
          count,
          "none");
      long[] shape = new long[(int) length];
      for (int i = 0; i < shape.length; i++) {
        shape[i] = isOld ? counter.small() : counter.whole();
      }
      int rank = (shape.length - BESIDE_AXES) / 2;
      require(shape[0] == rank, where, count, "rank " + shape[0]);
      require(!isOld || shape[2 * rank + 1] == 0, where, count, "some elsewhere");
      long values = 1;
      long last = 0;
      for (int axis = 1; axis <= rank; axis++) {
        long size = shape[axis];
        long stride = shape[axis + rank];
        require(size > 0 && stride >= 0, where, count, "a size of " + size);
        values = Math.multiplyExact(values, size);
        last = Math.addExact(last, Math.multiplyExact(size - 1, stride));
      }
      require(values == count, where, count, values + "");
      require(last < values, where, count, "some outside the file");
      long stored = counter.length();
      DataType type = type(counter.type());
      require(stored == count, where, count, stored + "");
      require(type.isFPType(), where, count, "numbers of type " + type);
      long expected = counter.read + Math.multiplyExact(stored, type.width());
      require(bytes == expected, where, count, bytes + " bytes instead of " + expected);
    } catch (EOFException | UTFDataFormatException | ArithmeticException e) {
      throw new InvalidInputException(where, count + " coefficients", "a damaged array", e);
    }
  }

  private static DataType type(String name) {
    for (DataType type : DataType.values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    return DataType.UNKNOWN;
  }

  private static void require(boolean valid, String where, long count, String otherwise)
      throws InvalidInputException {
    if (!valid) {
      throw new InvalidInputException(where, count + " coefficients", otherwise);
    }
  }

  /** Reads and counts. */
  private static final class Counter {
    private final DataInputStream data;
    private long read;

    Counter(DataInputStream data) {
      this.data = data;
    }

    /** The length of a buffer, behind how it was allocated. */
    long length() throws IOException {
      String allocation = text();
      if (OLD_ALLOCATIONS.contains(allocation)) {
        return small();
      } else if (!ALLOCATIONS.contains(allocation)) {
        throw new UTFDataFormatException(allocation);
      }
      return whole();
    }

    int small() throws IOException {
      read += Integer.BYTES;
      return data.readInt();
    }

    String type() throws IOException {
      return text();
    }

    long whole() throws IOException {
      read += Long.BYTES;
      return data.readLong();
    }

    private String text() throws IOException {
      int length = data.readUnsignedShort();
      byte[] bytes = data.readNBytes(length);
      if (bytes.length < length) {
        throw new EOFException();
      }
      read += 2L + length;
      return new String(bytes, StandardCharsets.US_ASCII);
    }
  }
}
