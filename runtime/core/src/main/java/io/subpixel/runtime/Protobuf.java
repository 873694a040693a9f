package io.subpixel.runtime;

import java.nio.ByteBuffer;

/**
 * Reads protobuf's wire format from untrusted bytes; a truncated message ends early.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Encoding</a>
 */
final class Protobuf {
  static final int VARINT = 0;
  static final int FIXED_64 = 1;
  static final int LENGTH_DELIMITED = 2;
  static final int FIXED_32 = 5;

  private Protobuf() {}

  /** Receives each field of a message. */
  interface Fields {
    /**
     * Receives a field.
     *
     * @param value of a varint; otherwise 0
     * @param part the bytes of a length-delimited field; otherwise empty
     */
    void field(int number, int wireType, long value, ByteBuffer part);
  }

  /** Reads a message to its end. */
  static void read(ByteBuffer message, Fields fields) {
    while (message.hasRemaining()) {
      long tag = varint(message);
      int type = (int) (tag & 7);
      long value = type == VARINT ? varint(message) : 0;
      long length =
          switch (type) {
            case LENGTH_DELIMITED -> varint(message);
            case FIXED_64 -> Long.BYTES;
            case FIXED_32 -> Integer.BYTES;
            // The start and end of a group have no content of their own.
            default -> 0;
          };
      fields.field((int) (tag >>> 3), type, value, part(message, length));
    }
  }

  private static ByteBuffer part(ByteBuffer bytes, long wanted) {
    int left = bytes.remaining();
    int length = wanted < 0 || wanted > left ? left : (int) wanted;
    ByteBuffer part = bytes.slice(bytes.position(), length);
    bytes.position(bytes.position() + length);
    return part;
  }

  /** Reads one number; one that is cut short ends early. */
  static long varint(ByteBuffer bytes) {
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
