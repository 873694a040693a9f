package io.subpixel.runtime;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What in a model would end the whole process, found before ONNX Runtime sees it: {@code
 * DepthToSpace} divides by the square of its block size, which in 64 bits is 0 for multiples of
 * 2^32. No attribute of sense is one.
 *
 * @see <a href="https://github.com/microsoft/onnxruntime/pull/32039">ONNX Runtime's part of it</a>
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a> for the
 *     numbers of the fields
 */
final class FatalAttributes {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED_32 = 5;
  private static final int INTEGER = 3;

  /** Protobuf refuses what is nested deeper. */
  private static final int DEEPEST = 100;

  private enum Message {
    MODEL,
    GRAPH,
    FUNCTION,
    NODE,
    ATTRIBUTE;

    /** What a field holds, if attributes may be in it. */
    @Nullable Message in(int field) {
      return switch (this) {
        case MODEL -> field == 7 ? GRAPH : field == 25 ? FUNCTION : null;
        case GRAPH -> field == 1 ? NODE : null;
        case FUNCTION -> field == 7 ? NODE : field == 11 ? ATTRIBUTE : null;
        case NODE -> field == 5 ? ATTRIBUTE : null;
        case ATTRIBUTE -> field == 6 || field == 11 ? GRAPH : null;
      };
    }
  }

  private FatalAttributes() {}

  /** The value of one, if there is any. What is no model, or cut short, is left to others. */
  static OptionalLong find(byte[] onnx) {
    return find(Message.MODEL, ByteBuffer.wrap(onnx), 0);
  }

  private static OptionalLong find(Message message, ByteBuffer bytes, int depth) {
    while (bytes.hasRemaining()) {
      long key = varint(bytes);
      int field = (int) (key >>> 3);
      switch ((int) (key & 7)) {
        case VARINT -> {
          long value = varint(bytes);
          if (message == Message.ATTRIBUTE && field == INTEGER && isFatal(value)) {
            return OptionalLong.of(value);
          }
        }
        case LENGTH_DELIMITED -> {
          ByteBuffer part = part(bytes, varint(bytes));
          Message inner = message.in(field);
          if (inner != null && depth < DEEPEST) {
            OptionalLong found = find(inner, part, depth + 1);
            if (found.isPresent()) {
              return found;
            }
          }
        }
        case FIXED_64 -> part(bytes, Long.BYTES);
        case FIXED_32 -> part(bytes, Integer.BYTES);
        default -> {
          // The start and end of a group hold nothing themselves.
        }
      }
    }
    return OptionalLong.empty();
  }

  private static boolean isFatal(long value) {
    return value > 0 && value * value == 0;
  }

  private static ByteBuffer part(ByteBuffer bytes, long wanted) {
    int left = bytes.remaining();
    int length = wanted < 0 || wanted > left ? left : (int) wanted;
    ByteBuffer part = bytes.slice(bytes.position(), length);
    bytes.position(bytes.position() + length);
    return part;
  }

  private static long varint(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; bytes.hasRemaining(); shift += 7) {
      byte next = bytes.get();
      value |= shift < Long.SIZE ? (next & 0x7fL) << shift : 0;
      if (next >= 0) {
        break;
      }
    }
    return value;
  }
}
