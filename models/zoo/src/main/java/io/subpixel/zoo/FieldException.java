package io.subpixel.zoo;

import java.io.Serial;

/** A field of a card is invalid. */
final class FieldException extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1L;

  private final String field;
  private final String expected;
  private final String received;

  FieldException(String field, String expected, String received) {
    super(field + ": expected " + expected + ", received " + received);
    this.field = field;
    this.expected = expected;
    this.received = received;
  }

  String field() {
    return field;
  }

  String expected() {
    return expected;
  }

  String received() {
    return received;
  }
}
