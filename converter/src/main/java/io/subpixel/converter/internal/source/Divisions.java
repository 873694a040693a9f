package io.subpixel.converter.internal.source;

import io.subpixel.converter.source.Node;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Divisions of whole numbers that end the process in native code. */
public final class Divisions {
  private static final String TRUNCATING = "truncatediv";

  private Divisions() {}

  /** Whether an operator divides. */
  public static boolean divides(Node node) {
    String operator = node.operator().toLowerCase(Locale.ROOT);
    return operator.contains("div") || operator.contains("mod");
  }

  /**
   * What native code must not compute of an operation: a quotient by 0, or that of the least number
   * and -1. Looks at all elements, not at pairs of them.
   *
   * @param inputs all that it reads
   */
  public static Optional<String> trap(Node node, List<INDArray> inputs) {
    boolean isTruncating = node.operator().equals(TRUNCATING);
    boolean isWhole =
        isTruncating
            || inputs.stream()
                .map(INDArray::dataType)
                .anyMatch(type -> type == DataType.INT32 || type == DataType.INT64);
    if (inputs.isEmpty() || !divides(node) || !isWhole) {
      return Optional.empty();
    }
    boolean isLong = inputs.stream().anyMatch(array -> array.dataType() == DataType.INT64);
    double least = isLong && !isTruncating ? Long.MIN_VALUE : Integer.MIN_VALUE;
    // What doesn't fit becomes the least number, too.
    boolean hasLeast = all(node, inputs).anyMatch(x -> !(x > least && x < -least));
    boolean hasOpposite = all(node, inputs).anyMatch(x -> x <= -1 && x > -2);
    if (hasLeast && hasOpposite) {
      return Optional.of(node.name() + ": the least whole number divided by -1");
    }
    boolean isSafe = node.operator().contains("mod") || node.operator().equals("divide_no_nan");
    boolean hasZero = !isSafe && divisors(node, inputs).anyMatch(x -> x > -1 && x < 1);
    return hasZero ? Optional.of(node.name() + ": a whole number divided by 0") : Optional.empty();
  }

  private static DoubleStream all(Node node, List<INDArray> inputs) {
    DoubleStream arrays = inputs.stream().flatMapToDouble(Divisions::values);
    return node.hasScalar() ? DoubleStream.concat(arrays, DoubleStream.of(node.scalar())) : arrays;
  }

  private static DoubleStream divisors(Node node, List<INDArray> inputs) {
    boolean isReversed = List.of("reversedivide", "rdiv_scalar").contains(node.operator());
    if (isReversed) {
      return values(inputs.get(0));
    } else if (node.hasScalar()) {
      return DoubleStream.of(node.scalar());
    }
    return inputs.size() > 1 ? values(inputs.get(1)) : DoubleStream.empty();
  }

  private static DoubleStream values(INDArray array) {
    return array.isEmpty() ? DoubleStream.empty() : DoubleStream.of(array.dup().data().asDouble());
  }
}
