package io.subpixel.converter.graph;

import java.util.Arrays;
import java.util.List;

/** An attribute of an ONNX node. */
public sealed interface Attribute {
  /** Its name, as the operator's ONNX page gives it. */
  String name();

  /** A whole number. */
  record Whole(String name, long value) implements Attribute {}

  /** Whole numbers. */
  record Wholes(String name, List<Long> values) implements Attribute {
    /** Copies the list. */
    public Wholes {
      values = List.copyOf(values);
    }
  }

  /** A float. */
  record Real(String name, float value) implements Attribute {}

  /** Text. */
  record Text(String name, String value) implements Attribute {}

  /** A whole number. */
  static Attribute whole(String name, long value) {
    return new Whole(name, value);
  }

  /** Whole numbers. */
  static Attribute wholes(String name, long... values) {
    return new Wholes(name, Arrays.stream(values).boxed().toList());
  }

  /** A float. */
  static Attribute real(String name, float value) {
    return new Real(name, value);
  }

  /** Text. */
  static Attribute text(String name, String value) {
    return new Text(name, value);
  }
}
