package io.subpixel.runtime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A field of a protobuf message that is taken apart, changed and put together again. Bytes that
 * look like a message are taken for one.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">The encoding</a>
 */
final class ProtobufField {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED_32 = 5;

  private final long key;
  private final byte[] content;
  private final List<ProtobufField> parts;

  private ProtobufField(long key, byte[] content, List<ProtobufField> parts) {
    this.key = key;
    this.content = content;
    this.parts = parts;
  }

  /** Where a field is, in lists that can be changed. */
  record Place(List<ProtobufField> siblings, int index) {
    /** Those of the fields and of all that is in them. */
    static List<Place> in(List<ProtobufField> fields) {
      List<Place> places = new ArrayList<>();
      for (int i = 0; i < fields.size(); i++) {
        places.add(new Place(fields, i));
        places.addAll(in(fields.get(i).parts));
      }
      return places;
    }

    ProtobufField field() {
      return siblings.get(index);
    }

    void set(ProtobufField field) {
      siblings.set(index, field);
    }
  }

  /** The fields of a message; none if it is no message. */
  static List<ProtobufField> parse(byte[] message) {
    List<ProtobufField> fields = new ArrayList<>();
    int at = 0;
    while (at < message.length) {
      int from = varintEnd(message, at);
      long key = varint(message, at, from);
      int end = from;
      if ((key & 7) == LENGTH_DELIMITED) {
        end = varintEnd(message, from);
        long length = varint(message, from, end);
        from = end;
        end = length < 0 || length > message.length ? -1 : from + (int) length;
      } else if ((key & 7) == VARINT) {
        end = varintEnd(message, from);
      } else if ((key & 7) == FIXED_64) {
        end += Long.BYTES;
      } else if ((key & 7) == FIXED_32) {
        end += Integer.BYTES;
      } else {
        return List.of();
      }
      if (key < 8 || key > 1000 || end < from || end > message.length) {
        return List.of();
      }
      fields.add(of(key, Arrays.copyOfRange(message, from, end)));
      at = end;
    }
    return fields;
  }

  private static ProtobufField of(long key, byte[] content) {
    return new ProtobufField(
        key, content, (key & 7) == LENGTH_DELIMITED ? parse(content) : List.of());
  }

  static byte[] toBytes(List<ProtobufField> fields) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (ProtobufField field : fields) {
      byte[] content = field.content();
      write(field.key, out);
      if ((field.key & 7) == LENGTH_DELIMITED) {
        write(content.length, out);
      }
      out.writeBytes(content);
    }
    return out.toByteArray();
  }

  private byte[] content() {
    return parts.isEmpty() ? content : toBytes(parts);
  }

  boolean isNumber() {
    return (key & 7) == VARINT;
  }

  /** What it would be as text. */
  String text() {
    return new String(content, StandardCharsets.ISO_8859_1);
  }

  ProtobufField withNumber(long number) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(number, out);
    return of(key, out.toByteArray());
  }

  ProtobufField withText(String text) {
    return of(key, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** One of its own, that doesn't change with this. */
  ProtobufField copy() {
    return of(key, content());
  }

  private static int varintEnd(byte[] bytes, int from) {
    int end = from;
    while (end < bytes.length && bytes[end] < 0) {
      end++;
    }
    return end + 1;
  }

  private static long varint(byte[] bytes, int from, int end) {
    long value = 0;
    for (int i = Math.min(end, bytes.length) - 1; i >= from; i--) {
      value = value << 7 | (bytes[i] & 0x7f);
    }
    return value;
  }

  private static void write(long value, ByteArrayOutputStream out) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
