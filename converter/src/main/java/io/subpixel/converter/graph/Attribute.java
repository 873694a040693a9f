package io.subpixel.converter.graph;

import java.util.Arrays;
import java.util.List;

/**
 * An attribute of an ONNX node.
 *
 * @since 0.1
 */
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

  /** Floats. */
  record Reals(String name, List<Float> values) implements Attribute {
    /** Copies the list. */
    public Reals {
      values = List.copyOf(values);
    }
  }

  /** A tensor of one element and one axis. */
  record Scalar(String name, ElementType type, double value) implements Attribute {}

  /** Texts. */
  record Texts(String name, List<String> values) implements Attribute {
    /** Copies the list. */
    public Texts {
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
  static Attribute real(String name, double value) {
    return new Real(name, (float) value);
  }

  /** Text. */
  static Attribute text(String name, String value) {
    return new Text(name, value);
  }

  /** Floats. */
  static Attribute reals(String name, double... values) {
    return new Reals(name, Arrays.stream(values).mapToObj(value -> (float) value).toList());
  }

  /** Texts. */
  static Attribute texts(String name, String... values) {
    return new Texts(name, List.of(values));
  }
}
