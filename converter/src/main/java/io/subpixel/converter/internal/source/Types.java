package io.subpixel.converter.internal.source;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.Elements;
import io.subpixel.converter.internal.graph.MisfitException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.common.util.ArrayUtil;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** ND4J's types and arrays as ONNX's, and back. */
public final class Types {
  private static final Map<DataType, ElementType> ELEMENT_TYPES =
      Arrays.stream(ElementType.values())
          .collect(Collectors.toUnmodifiableMap(Types::dataType, Function.identity()));

  private Types() {}

  /** ONNX's name of a type; empty for text and what else ONNX's tensors don't hold. */
  public static Optional<ElementType> find(DataType type) {
    return Optional.ofNullable(ELEMENT_TYPES.get(type));
  }

  /** ND4J's name of a type. */
  public static DataType dataType(ElementType type) {
    return switch (type) {
      case FLOAT -> DataType.FLOAT;
      case DOUBLE -> DataType.DOUBLE;
      case FLOAT16 -> DataType.FLOAT16;
      case BFLOAT16 -> DataType.BFLOAT16;
      case INT8 -> DataType.INT8;
      case UINT8 -> DataType.UINT8;
      case INT16 -> DataType.INT16;
      case UINT16 -> DataType.UINT16;
      case INT32 -> DataType.INT32;
      case UINT32 -> DataType.UINT32;
      case INT64 -> DataType.INT64;
      case UINT64 -> DataType.UINT64;
      case BOOL -> DataType.BOOL;
    };
  }

  /**
   * The elements of an array, in a copy on the heap.
   *
   * @throws IllegalArgumentException if ONNX has no such type
   */
  public static Elements elements(INDArray array) {
    ElementType type = type(array);
    if (array.isEmpty()) {
      return new Elements(type, ByteBuffer.allocate(0));
    }
    INDArray contiguous = array.dup('c');
    int length = Math.toIntExact(Math.multiplyExact(array.length(), type.bytes()));
    byte[] copy = new byte[length];
    bytes(contiguous, length).get(copy);
    return new Elements(type, ByteBuffer.wrap(copy));
  }

  /**
   * The elements of an array where they lie, outside the heap, or of an ordered copy there. Nobody
   * may change the array as long as they are used.
   *
   * @throws IllegalArgumentException if ONNX has no such type, or they take 2 GB or more
   */
  public static Elements view(INDArray array) {
    ElementType type = type(array);
    if (array.isEmpty()) {
      return new Elements(type, ByteBuffer.allocate(0));
    }
    long length = Math.multiplyExact(array.length(), type.bytes());
    if (length > Integer.MAX_VALUE) {
      throw new MisfitException(
          "expected an array of less than 2 GB, received " + length + " bytes");
    }
    boolean isOrdered =
        !array.isView()
            && array.offset() == 0
            && array.ordering() == 'c'
            && Arrays.equals(array.stride(), ArrayUtil.calcStrides(array.shape()));
    INDArray ordered = isOrdered ? array : array.dup('c');
    return new Elements(type, bytes(ordered, (int) length), ordered);
  }

  private static ElementType type(INDArray array) {
    return find(array.dataType())
        .orElseThrow(() -> new MisfitException("type " + array.dataType() + " isn't ONNX's"));
  }

  /** An array of these elements. */
  public static INDArray array(Elements elements, long... sizes) {
    DataType type = dataType(elements.type());
    if (elements.count() == 0) {
      return Nd4j.create(type, sizes);
    }
    INDArray array = Nd4j.createUninitialized(type, sizes, 'c');
    ByteBuffer source = elements.bytes();
    bytes(array, source.remaining()).put(source);
    return array;
  }

  // ND4J keeps elements outside the heap in the machine's order, which is ONNX's on all of its
  // CPUs.
  private static ByteBuffer bytes(INDArray array, int length) {
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw new IllegalStateException("expected a little-endian machine");
    }
    Pointer pointer = array.data().addressPointer();
    return new BytePointer(pointer).capacity(length).asByteBuffer();
  }
}
