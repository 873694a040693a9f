package io.subpixel.converter.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** The axes of a value, outermost first; none for a scalar. Immutable. */
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

  /** The axis at {@code index}. */
  public Dim dim(int index) {
    return dims.get(index);
  }

  /** Axis {@code i} of the result is axis {@code order[i]} of this. */
  public Shape transposed(int... order) {
    return new Shape(Arrays.stream(order).mapToObj(dims::get).toList());
  }

  /**
   * The shape of an elementwise result, by <a
   * href="https://onnx.ai/onnx/repo-docs/Broadcasting.html">ONNX's multidirectional
   * broadcasting</a>. Where two different unknown sizes meet, the axis is {@code <hint>_d<axis>}.
   *
   * @throws IllegalArgumentException if two known sizes differ and neither is 1
   */
  public static Shape broadcast(Shape a, Shape b, String hint) {
    int rank = Math.max(a.rank(), b.rank());
    List<Dim> result = new ArrayList<>(Collections.nCopies(rank, Dim.of(1)));
    for (int axis = 0; axis < rank; axis++) {
      Dim left = axis < rank - a.rank() ? Dim.of(1) : a.dim(axis - rank + a.rank());
      Dim right = axis < rank - b.rank() ? Dim.of(1) : b.dim(axis - rank + b.rank());
      result.set(axis, broadcast(left, right, hint + "_d" + axis));
    }
    return new Shape(result);
  }

  private static Dim broadcast(Dim left, Dim right, String hint) {
    if (left.equals(right) || right.equals(Dim.of(1))) {
      return left;
    } else if (left.equals(Dim.of(1))) {
      return right;
    } else if (left instanceof Dim.Fixed && right instanceof Dim.Fixed) {
      throw new IllegalArgumentException(
          "axes of " + left.label() + " and " + right.label() + " don't broadcast");
    } else if (left instanceof Dim.Fixed) {
      return left;
    }
    return right instanceof Dim.Fixed ? right : Dim.named(hint);
  }

  /** As written in messages: {@code [N,1,H,W]}. */
  @Override
  public String toString() {
    return dims.stream().map(Dim::label).collect(Collectors.joining(",", "[", "]"));
  }
}
