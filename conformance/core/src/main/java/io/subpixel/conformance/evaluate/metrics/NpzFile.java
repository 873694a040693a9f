package io.subpixel.conformance.evaluate.metrics;

import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Arrays of doubles in NumPy's zip of arrays, in the order in which they lie there. */
final class NpzFile {
  private static final int MAX_BYTES = 1 << 20;
  private static final int HEADER = 10;

  private final Path file;
  private final Map<String, byte[]> entries;

  private NpzFile(Path file, Map<String, byte[]> entries) {
    this.file = file;
    this.entries = entries;
  }

  /**
   * Reads a file.
   *
   * @throws InvalidInputException if it is absent
   */
  static NpzFile read(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new InvalidInputException(file.toString(), "a file of NIQE's statistics", "none");
    }
    Map<String, byte[]> entries = new HashMap<>();
    try (InputStream in = Files.newInputStream(file);
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), zip.readNBytes(MAX_BYTES));
      }
    }
    return new NpzFile(file, entries);
  }

  /**
   * An array.
   *
   * @param count of its values
   * @throws InvalidInputException if there is none of so many doubles
   */
  double[] array(String name, int count) throws InvalidInputException {
    byte[] bytes = entries.getOrDefault(name + ".npy", new byte[0]);
    int start = bytes.length < HEADER ? 0 : HEADER + (bytes[8] & 0xff) + ((bytes[9] & 0xff) << 8);
    if (start == 0 || bytes.length - start != count * Double.BYTES) {
      throw new InvalidInputException(
          file.toString(),
          "an array " + name + " of " + count + " doubles",
          bytes.length == 0 ? "none" : "one of " + Math.max(0, bytes.length - start) + " bytes");
    }
    double[] values = new double[count];
    ByteBuffer.wrap(bytes, start, count * Double.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asDoubleBuffer()
        .get(values);
    return values;
  }
}
