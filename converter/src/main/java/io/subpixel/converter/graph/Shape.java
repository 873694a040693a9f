package io.subpixel.converter.graph;

import io.subpixel.converter.internal.graph.MisfitException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The axes of a value, outermost first; none for a scalar. Immutable.
 *
 * @since 0.1
 */
public record Shape(List<Dim> dims) {
  /** Copies the list. */
  public Shape {
    dims = List.copyOf(dims);
  }

  /** A shape of these axes. */
  public static Shape of(Dim... dims) {
    return new Shape(Arrays.asList(dims));
  }

  /** A shape of known sizes. */
  public static Shape of(long... sizes) {
    return new Shape(Arrays.stream(sizes).mapToObj(Dim::of).toList());
  }

  /** How many axes. */
  public int rank() {
    return dims.size();
  }

  /**
   * The axis at {@code index}, 0..rank-1.
   *
   * @throws IllegalArgumentException if there is no such axis
   */
  public Dim dim(int index) {
    if (index < 0) {
      throw noAxis(index);
    }
    return dims.get(axis(index));
  }

  /**
   * {@code index} as 0..rank-1; negative ones count from the end.
   *
   * @throws IllegalArgumentException if there is no such axis
   */
  public int axis(int index) {
    int axis = index < 0 ? index + rank() : index;
    if (axis < 0 || axis >= rank()) {
      throw noAxis(index);
    }
    return axis;
  }

  private MisfitException noAxis(int index) {
    return new MisfitException("axis: expected one of " + this + ", received " + index);
  }

  /** Whether all sizes are known. */
  public boolean isFixed() {
    return dims.stream().allMatch(Dim::isFixed);
  }

  /**
   * The sizes of all axes.
   *
   * @throws IllegalArgumentException if one isn't known
   */
  public long[] sizes() {
    return dims.stream().mapToLong(Dim::size).toArray();
  }

  /**
   * How many elements.
   *
   * @throws IllegalArgumentException if a size isn't known
   */
  public long count() {
    return Arrays.stream(sizes()).reduce(1, MisfitException::product);
  }

  /** With another size of one axis, 0..rank-1. */
  public Shape with(int axis, Dim dim) {
    List<Dim> changed = new ArrayList<>(dims);
    changed.set(axis, dim);
    return new Shape(changed);
  }

  /** Axis {@code i} of the result is axis {@code order[i]} of this. */
  public Shape transposed(int... order) {
    return new Shape(Arrays.stream(order).mapToObj(this::dim).toList());
  }

  /**
   * The shape of an elementwise result, by <a
   * href="https://onnx.ai/onnx/repo-docs/Broadcasting.html">ONNX's multidirectional
   * broadcasting</a>. Where two different unknown sizes meet, the axis is {@link Dim#inferred()}.
   *
   * @throws IllegalArgumentException if two known sizes differ and neither is 1
   */
  public static Shape broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    List<Dim> result = new ArrayList<>(Collections.nCopies(rank, Dim.of(1)));
    for (int axis = 0; axis < rank; axis++) {
      Dim left = axis < rank - a.rank() ? Dim.of(1) : a.dim(axis - rank + a.rank());
      Dim right = axis < rank - b.rank() ? Dim.of(1) : b.dim(axis - rank + b.rank());
      result.set(axis, broadcast(left, right));
    }
    return new Shape(result);
  }

  private static Dim broadcast(Dim left, Dim right) {
    if (left.equals(right) || right.equals(Dim.of(1))) {
      return left;
    } else if (left.equals(Dim.of(1))) {
      return right;
    } else if (left instanceof Dim.Fixed && right instanceof Dim.Fixed) {
      throw new MisfitException(
          "axes of " + left.label() + " and " + right.label() + " don't broadcast");
    } else if (left instanceof Dim.Fixed) {
      return left;
    }
    return right instanceof Dim.Fixed ? right : Dim.inferred();
  }

  /** As written in messages: {@code [N,1,H,W]}. */
  @Override
  public String toString() {
    return dims.stream().map(Dim::label).collect(Collectors.joining(",", "[", "]"));
  }
}
