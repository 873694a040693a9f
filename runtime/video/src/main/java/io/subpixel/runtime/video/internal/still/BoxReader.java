package io.subpixel.runtime.video.internal.still;

import java.io.EOFException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads numbers and boxes, big-endian, from bytes in memory (ISO/IEC 14496-12). Whatever would lie
 * beyond the end throws.
 */
final class BoxReader {
  private final byte[] bytes;
  private final int end;
  private int at;

  private BoxReader(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.end = end;
    at = from;
  }

  /** All of an array, which isn't copied. */
  static BoxReader of(byte[] bytes) {
    return new BoxReader(bytes, 0, bytes.length);
  }

  /**
   * A box.
   *
   * @param at the index of its content in the array that is read
   */
  record Box(String type, int at, BoxReader content) {}

  boolean hasMore() {
    return at < end;
  }

  /** The number of bytes that are left. */
  int left() {
    return end - at;
  }

  int u8() throws EOFException {
    return (int) number(1);
  }

  int u16() throws EOFException {
    return (int) number(2);
  }

  long u32() throws EOFException {
    return number(4);
  }

  int s32() throws EOFException {
    return (int) number(4);
  }

  /**
   * A number without sign.
   *
   * @param size its bytes, 0 to 8; one of none is 0
   */
  long number(int size) throws EOFException {
    require(size);
    long number = 0;
    for (int i = 0; i < size; i++) {
      number = number << 8 | (bytes[at++] & 0xff);
    }
    return number;
  }

  String fourCharacters() throws EOFException {
    require(4);
    at += 4;
    return new String(bytes, at - 4, 4, StandardCharsets.ISO_8859_1);
  }

  /** A string that ends with a zero, or with the bytes. */
  String string() {
    int from = at;
    while (at < end && bytes[at] != 0) {
      at++;
    }
    String string = new String(bytes, from, at - from, StandardCharsets.UTF_8);
    at = Math.min(end, at + 1);
    return string;
  }

  void skip(int count) throws EOFException {
    require(count);
    at += count;
  }

  /** What is left. */
  byte[] rest() {
    byte[] rest = Arrays.copyOfRange(bytes, at, end);
    at = end;
    return rest;
  }

  /** The next box; {@link #hasMore} is true. */
  Box box() throws EOFException {
    int start = at;
    long size = u32();
    String type = fourCharacters();
    if (size == 1) {
      size = number(8);
    } else if (size == 0) {
      size = end - (long) start;
    }
    long length = size - (at - start);
    if (length < 0 || length > end - at) {
      throw new EOFException("box " + type);
    }
    Box box = new Box(type, at, new BoxReader(bytes, at, at + (int) length));
    at += (int) length;
    return box;
  }

  private void require(int count) throws EOFException {
    if (count > end - at) {
      throw new EOFException();
    }
  }
}
