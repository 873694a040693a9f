package io.subpixel.converter.graph;

/**
 * A tensor that flows through a graph under construction.
 *
 * @param name unique in its graph; empty for an optional input that is left out
 * @param type of its elements
 * @param shape its axes, outermost first
 * @since 0.1
 */
public record Value(String name, ElementType type, Shape shape) {
  /** Stands for an optional input that is left out. */
  public static final Value NONE = new Value("", ElementType.FLOAT, Shape.of(new long[0]));

  /** Whether it is an input that is given. */
  public boolean isGiven() {
    return !name.isEmpty();
  }

  /** How many axes it has. */
  public int rank() {
    return shape.rank();
  }

  /** The axis at {@code index}; negative ones count from the end. */
  public Dim dim(int index) {
    return shape.dim(axis(index));
  }

  /**
   * {@code index} as 0..rank-1; negative ones count from the end.
   *
   * @throws IllegalArgumentException if there is no such axis
   */
  public int axis(int index) {
    return shape.axis(index);
  }
}
