package io.subpixel.conformance.peer;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.Elements;
import io.subpixel.converter.internal.verification.Tensor;
import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * NumPy's file of one array, by the <a
 * href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">description of its
 * format</a>.
 */
public final class NpyFile {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern HEADER =
      Pattern.compile(
          "'descr': '([^']*)'.*'fortran_order': (True|False).*'shape': \\(([0-9, ]*)\\)");
  private static final Map<String, ElementType> TYPES =
      Map.of(
          "<f4", ElementType.FLOAT,
          "<f8", ElementType.DOUBLE,
          "<f2", ElementType.FLOAT16,
          "<i4", ElementType.INT32,
          "<i8", ElementType.INT64,
          "<i2", ElementType.INT16,
          "|i1", ElementType.INT8,
          "|u1", ElementType.UINT8,
          "|b1", ElementType.BOOL);

  private static final String END = ".npy";

  private NpyFile() {}

  /**
   * Reads the arrays of a folder whose files are called {@code PREFIX}, a variable's name and
   * {@code .npy}.
   *
   * @return by the variables' names, where a slash stands for the files' {@code #}
   * @throws InvalidInputException as {@link #read} does
   */
  public static Map<String, Tensor> readAll(Path folder, String prefix) throws IOException {
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String name = String.valueOf(file.getFileName());
        if (name.startsWith(prefix) && name.endsWith(END)) {
          String variable =
              name.substring(prefix.length(), name.length() - END.length()).replace('#', '/');
          arrays.put(variable, read(file));
        }
      }
    }
    return arrays;
  }

  /**
   * Reads an array.
   *
   * @throws InvalidInputException if it isn't an array of a supported type and order
   */
  public static Tensor read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[MAGIC.length];
    if (bytes.remaining() < 12) {
      throw invalid(file, bytes.remaining() + " bytes");
    }
    bytes.get(magic);
    int version = bytes.get();
    bytes.get();
    int length = version == 1 ? Short.toUnsignedInt(bytes.getShort()) : bytes.getInt();
    if (!Arrays.equals(magic, MAGIC) || length < 0 || length > bytes.remaining()) {
      throw invalid(file, "something else");
    }
    byte[] text = new byte[length];
    bytes.get(text);
    Matcher header = HEADER.matcher(new String(text, StandardCharsets.ISO_8859_1));
    ElementType type = header.find() ? TYPES.get(header.group(1)) : null;
    if (type == null) {
      throw invalid(file, new String(text, StandardCharsets.ISO_8859_1).strip());
    }
    long[] sizes =
        Arrays.stream(header.group(3).split(","))
            .map(String::strip)
            .filter(size -> !size.isEmpty())
            .mapToLong(Long::parseLong)
            .toArray();
    long count = Arrays.stream(sizes).reduce(1, Math::multiplyExact);
    boolean isC = header.group(2).equals("False") || sizes.length < 2;
    if (!isC || count * type.bytes() != bytes.remaining()) {
      throw invalid(file, header.group() + " and " + bytes.remaining() + " bytes");
    }
    return new Tensor(sizes, new Elements(type, bytes));
  }

  private static InvalidInputException invalid(Path file, String received) {
    return new InvalidInputException(
        file.toString(), "a .npy array in C order of a numeric type", received);
  }
}
