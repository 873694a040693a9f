package io.subpixel.converter.internal.verification;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.Elements;
import io.subpixel.converter.internal.source.Types;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A tensor between the two sides, the last axis contiguous. The elements aren't copied.
 *
 * @param sizes of its axes
 * @param elements as many as the sizes say
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record Tensor(long[] sizes, Elements elements) {
  /**
   * Pseudo-random values, always the same for the same seed: fractions in {@code least..1}, whole
   * numbers 0 and 1.
   */
  static Tensor random(ElementType type, long[] sizes, double least, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int length = Math.toIntExact(Arrays.stream(sizes).reduce(1, Math::multiplyExact));
    double[] values = new double[length];
    for (int i = 0; i < length; i++) {
      double drawn = random.nextDouble();
      values[i] = type.isFloating() ? least + drawn * (1 - least) : Math.rint(drawn);
    }
    return new Tensor(sizes, Elements.of(type, values));
  }

  /** A copy of an array. */
  public static Tensor of(INDArray array) {
    return new Tensor(array.shape(), Types.elements(array));
  }

  /** A copy as an array. */
  public INDArray toArray() {
    return Types.array(elements, sizes);
  }

  /** The same numbers in another type. */
  Tensor as(ElementType type) {
    return new Tensor(sizes, Elements.of(type, values()));
  }

  /** Of its elements. */
  public ElementType type() {
    return elements.type();
  }

  /** Every element; whole numbers above 2^53 are rounded. */
  public double[] values() {
    ByteBuffer bytes = elements.bytes();
    double[] values = new double[Math.toIntExact(elements.count())];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type()) {
            case FLOAT -> bytes.getFloat();
            case DOUBLE -> bytes.getDouble();
            case FLOAT16 -> Elements.single(bytes.getShort());
            case BFLOAT16 -> Float.intBitsToFloat(bytes.getShort() << 16);
            case INT8, BOOL -> bytes.get();
            case UINT8 -> Byte.toUnsignedInt(bytes.get());
            case INT16 -> bytes.getShort();
            case UINT16 -> Short.toUnsignedInt(bytes.getShort());
            case INT32 -> bytes.getInt();
            case UINT32 -> Integer.toUnsignedLong(bytes.getInt());
            case INT64, UINT64 -> bytes.getLong();
          };
    }
    return values;
  }
}
