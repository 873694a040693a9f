package io.subpixel.converter.internal.graph;

/** Sizes, types or settings of a network that an operator doesn't take, and what is expected. */
public final class MisfitException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public MisfitException(String message) {
    super(message);
  }

  /** A number of a network as one that counts axes or elements. */
  public static int index(long number) {
    if (number != (int) number) {
      throw new MisfitException("expected a number of axes or elements, received " + number);
    }
    return (int) number;
  }

  /** The product of two sizes. */
  public static long product(long a, long b) {
    long product = a * b;
    if (Math.multiplyHigh(a, b) != product >> 63) {
      throw new MisfitException("expected sizes that can be multiplied, received " + a + ", " + b);
    }
    return product;
  }
}
