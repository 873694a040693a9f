package io.subpixel.converter.graph;

import java.util.EnumSet;
import java.util.Set;

/**
 * The type of a tensor's elements, by the numbers of ONNX's {@code TensorProto.DataType}.
 *
 * @since 0.1
 */
public enum ElementType {
  FLOAT(1, 4),
  UINT8(2, 1),
  INT8(3, 1),
  UINT16(4, 2),
  INT16(5, 2),
  INT32(6, 4),
  INT64(7, 8),
  BOOL(9, 1),
  FLOAT16(10, 2),
  DOUBLE(11, 8),
  UINT32(12, 4),
  UINT64(13, 8),
  BFLOAT16(16, 2);

  private static final Set<ElementType> FLOATING = EnumSet.of(FLOAT, DOUBLE, FLOAT16, BFLOAT16);
  private static final Set<ElementType> UNSIGNED = EnumSet.of(UINT8, UINT16, UINT32, UINT64);

  private final int number;
  private final int bytes;

  ElementType(int number, int bytes) {
    this.number = number;
    this.bytes = bytes;
  }

  /** ONNX's number of it. */
  public int number() {
    return number;
  }

  /** How many bytes an element takes. */
  public int bytes() {
    return bytes;
  }

  /** Whether it holds fractions. */
  public boolean isFloating() {
    return FLOATING.contains(this);
  }

  /** Whether it holds whole numbers; {@link #BOOL} doesn't. */
  public boolean isWhole() {
    return this != BOOL && !isFloating();
  }

  /** Whether it holds whole numbers from 0 on. */
  public boolean isUnsigned() {
    return UNSIGNED.contains(this);
  }
}
