package io.subpixel.converter.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The elements of a stored tensor as ONNX stores them: little-endian, the last axis contiguous. The
 * buffer isn't copied.
 *
 * @param type of an element
 * @param bytes all of them, from position to limit
 * @param owner what the memory belongs to; kept, as memory outside the heap goes when its owner
 *     does
 * @since 0.1
 */
public record Elements(ElementType type, ByteBuffer bytes, Object owner) {
  /** A view of its own. */
  public Elements {
    bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asReadOnlyBuffer();
  }

  /** Of a buffer that owns its memory. */
  public Elements(ElementType type, ByteBuffer bytes) {
    this(type, bytes, bytes);
  }

  /** A view of its own. */
  @Override
  public ByteBuffer bytes() {
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** How many elements. */
  public long count() {
    return bytes.remaining() / type.bytes();
  }

  /** These numbers as INT64. */
  public static Elements of(long... values) {
    ByteBuffer buffer = allocate(ElementType.INT64, values.length);
    buffer.asLongBuffer().put(values);
    return new Elements(ElementType.INT64, buffer);
  }

  /**
   * These numbers in any type; fractions are cut off for whole numbers, and anything but 0 is true.
   * Whole numbers above 2^53 need {@link #of(long...)}.
   */
  public static Elements of(ElementType type, double... values) {
    ByteBuffer buffer = allocate(type, values.length);
    Arrays.stream(values).forEach(value -> put(buffer, type, value));
    return new Elements(type, buffer.flip());
  }

  private static void put(ByteBuffer buffer, ElementType type, double value) {
    switch (type) {
      case FLOAT -> buffer.putFloat((float) value);
      case DOUBLE -> buffer.putDouble(value);
      case FLOAT16 -> buffer.putShort(half((float) value));
      case BFLOAT16 -> buffer.putShort((short) (Float.floatToIntBits((float) value) >>> 16));
      case INT8, UINT8 -> buffer.put((byte) (long) value);
      case INT16, UINT16 -> buffer.putShort((short) (long) value);
      case INT32, UINT32 -> buffer.putInt((int) (long) value);
      case INT64, UINT64 -> buffer.putLong((long) value);
      case BOOL -> buffer.put((byte) (value != 0 ? 1 : 0));
    }
  }

  private static ByteBuffer allocate(ElementType type, int count) {
    return ByteBuffer.allocate(Math.multiplyExact(count, type.bytes()))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** IEEE 754's binary16 of {@code value}, rounded to the nearest, ties to even. */
  public static short half(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) {
      return (short) (sign | 0x7e00);
    } else if (magnitude >= 0x477ff000) {
      // 65520 and more round to infinity.
      return (short) (sign | 0x7c00);
    } else if (magnitude >= 0x38800000) {
      int exponentAndFraction = magnitude - 0x38000000;
      int rounded = exponentAndFraction + 0xfff + (exponentAndFraction >>> 13 & 1);
      return (short) (sign | rounded >>> 13);
    }
    // Below the smallest normal number every unit is 2^-24.
    return (short) (sign | (int) Math.rint(Math.abs(value) * 0x1p24));
  }

  /** The value of IEEE 754's binary16. */
  public static float single(short half) {
    int exponent = half >>> 10 & 0x1f;
    int fraction = half & 0x3ff;
    float magnitude;
    if (exponent == 0x1f) {
      magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else if (exponent == 0) {
      magnitude = fraction * 0x1p-24f;
    } else {
      magnitude = Math.scalb(1 + fraction * 0x1p-10f, exponent - 15);
    }
    return half < 0 ? -magnitude : magnitude;
  }
}
