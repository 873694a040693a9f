package io.subpixel.converter.internal.operators.creation;

import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.stream.IntStream;

/** Diagonals and triangles of matrices {@code [...,R,C]}, told by comparing row and column. */
final class Diagonals {
  private Diagonals() {}

  static void register(OperatorRegistry.Builder registry) {
    registry
        .add("diag", Diagonals::diag, OnnxOperator.WHERE, OnnxOperator.EQUAL, OnnxOperator.SUB)
        .add(
            "diag_part",
            Diagonals::diagPart,
            OnnxOperator.GATHER,
            OnnxOperator.MIN,
            OnnxOperator.MUL,
            OnnxOperator.ADD)
        .add(
            "matrix_diag",
            e -> e.out(matrix(e, e.in(0))),
            OnnxOperator.WHERE,
            OnnxOperator.EQUAL,
            OnnxOperator.SUB)
        .add(
            "matrix_diag_part",
            e -> e.out(diagonal(e, e.in(0))),
            OnnxOperator.GATHER,
            OnnxOperator.MIN,
            OnnxOperator.MUL,
            OnnxOperator.ADD)
        .add(
            "matrix_set_diag",
            Diagonals::set,
            OnnxOperator.WHERE,
            OnnxOperator.EQUAL,
            OnnxOperator.SUB,
            OnnxOperator.MIN)
        .add("triu", Diagonals::upper, OnnxOperator.WHERE, OnnxOperator.GREATER, OnnxOperator.SUB)
        .add(
            "matrix_band_part",
            Diagonals::band,
            OnnxOperator.WHERE,
            OnnxOperator.GREATER,
            OnnxOperator.LESS,
            OnnxOperator.SUB)
        .limits("widths that are computed");
  }

  /** Column minus row, {@code [R,C]}. */
  private static Value offset(Emission e, Value matrix) {
    return e.sub(e.unsqueeze(e.indices(matrix, -1), 0), e.unsqueeze(e.indices(matrix, -2), 1));
  }

  private static Value isDiagonal(Emission e, Value matrix) {
    return e.equal(offset(e, matrix), e.index(0));
  }

  /** {@code [...,n]} as {@code [...,n,n]}. */
  private static Value matrix(Emission e, Value x) {
    Value row = e.unsqueeze(x, -2);
    Value index = e.indices(x, -1);
    Value isDiagonal = e.equal(e.sub(e.unsqueeze(index, 0), e.unsqueeze(index, 1)), e.index(0));
    return e.where(isDiagonal, row, e.scalar(x, 0));
  }

  /** The diagonal {@code [...,min(R,C)]}: every {@code C+1}th element of the flat matrix. */
  private static Value diagonal(Emission e, Value x) {
    Value size = shortest(e, x);
    Value columns = e.squeeze(e.sizeOf(x, -1), 0);
    int[] batch = IntStream.range(0, x.rank() - 2).toArray();
    Value sizes =
        batch.length == 0 ? e.vector(-1L) : e.concat(0, e.sizesOf(x, batch), e.vector(-1L));
    Value at = e.mul(CreationOperators.upTo(e, size), e.add(columns, 1));
    return e.gather(e.reshape(x, sizes), at, -1);
  }

  private static Value shortest(Emission e, Value x) {
    return e.min(e.squeeze(e.sizeOf(x, -2), 0), e.squeeze(e.sizeOf(x, -1), 0));
  }

  /** Of {@code rank} axes, a result of twice as many. */
  private static void diag(Emission e) {
    Value x = e.in(0);
    Value square = matrix(e, e.reshape(x, -1));
    e.out(e.reshape(square, e.concat(0, e.shapeOf(x), e.shapeOf(x))));
  }

  private static void diagPart(Emission e) {
    Value x = e.in(0);
    if (x.rank() == 0 || x.rank() % 2 != 0) {
      throw new UnsupportedNodeException("an input of rank " + x.rank(), "use an even one");
    }
    int[] half = IntStream.range(0, x.rank() / 2).toArray();
    if (half.length == 1) {
      e.out(diagonal(e, x));
      return;
    } else if (!x.shape().isFixed()) {
      throw new UnsupportedNodeException(
          "unknown sizes of an input of rank " + x.rank(), "fix the sizes");
    }
    long side = 1;
    for (int axis : half) {
      side *= x.dim(axis).size();
    }
    e.out(e.reshape(diagonal(e, e.reshape(x, side, side)), e.sizesOf(x, half)));
  }

  private static void set(Emission e) {
    Value x = e.in(0);
    // Columns behind the diagonal's end are never chosen.
    Value at = e.min(e.indices(x, -1), e.sub(shortest(e, x), 1));
    Value row = e.unsqueeze(e.gather(e.in(1), at, -1), -2);
    e.out(e.where(isDiagonal(e, x), e.cast(row, x.type()), x));
  }

  private static void upper(Emission e) {
    Value x = e.in(0);
    if (x.rank() < 2) {
      throw new UnsupportedNodeException("an input of rank " + x.rank(), "use a matrix");
    }
    Value kept = e.greater(offset(e, x), e.index(e.node().integer(0, 0) - 1));
    e.out(e.where(kept, x, e.scalar(x, 0)));
  }

  /** So many diagonals below and above the main one are kept, all if negative. */
  private static void band(Emission e) {
    Value x = e.in(0);
    long below = e.has(1) ? e.constants(1, "widths")[0] : e.node().integer(0, 0);
    long above = e.has(2) ? e.constants(2, "widths")[0] : e.node().integer(1, 0);
    Value offset = offset(e, x);
    Value result = x;
    if (below >= 0) {
      result = e.where(e.less(offset, e.index(-below)), e.scalar(x, 0), result);
    }
    if (above >= 0) {
      result = e.where(e.greater(offset, e.index(above)), e.scalar(x, 0), result);
    }
    e.out(result);
  }
}
