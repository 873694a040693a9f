package io.subpixel.converter.graph;

import io.subpixel.converter.internal.graph.MisfitException;

/**
 * One axis of a {@link Shape}.
 *
 * @since 0.1
 */
public sealed interface Dim {
  /** This axis, {@code factor} times as long; 1 or more. */
  Dim times(long factor);

  /** How it is written: {@code 12}, {@code H}, or {@code x2H} for twice H. */
  String label();

  /** An axis of known size, 0 or more. */
  record Fixed(long size) implements Dim {
    /** Checks the size. */
    public Fixed {
      if (size < 0) {
        throw new MisfitException("size of an axis: expected 0 or more, received " + size);
      }
    }

    @Override
    public Dim times(long factor) {
      return new Fixed(MisfitException.product(size, factor));
    }

    @Override
    public String label() {
      return Long.toString(size);
    }
  }

  /** An axis of {@code factor} times the unknown size {@code name}; factor 1 or more. */
  record Symbol(String name, long factor) implements Dim {
    /** Checks the factor. */
    public Symbol {
      if (factor < 1) {
        throw new MisfitException("factor of an axis: expected 1 or more, received " + factor);
      }
    }

    @Override
    public Dim times(long more) {
      return new Symbol(name, MisfitException.product(factor, more));
    }

    // ONNX wants a C identifier, so neither "2H" nor "2*H".
    @Override
    public String label() {
      return factor == 1 ? name : "x" + factor + name;
    }
  }

  /** Whether its size is known and {@code size}. */
  default boolean is(long size) {
    return this instanceof Fixed fixed && fixed.size() == size;
  }

  /** Whether its size is known. */
  default boolean isFixed() {
    return this instanceof Fixed;
  }

  /**
   * Its size.
   *
   * @throws IllegalArgumentException if that is unknown
   */
  default long size() {
    throw new MisfitException("expected an axis of known size, received " + label());
  }

  /** A size that inference can't tell; the graph that the value is added to names it. */
  static Dim inferred() {
    return new Symbol("?", 1);
  }

  /** An axis of {@code size}. */
  static Dim of(long size) {
    return new Fixed(size);
  }

  /** An axis of unknown size; what isn't legal in a C identifier becomes an underscore. */
  static Symbol named(String name) {
    return new Symbol(name.replaceAll("[^A-Za-z0-9_]", "_"), 1);
  }
}
