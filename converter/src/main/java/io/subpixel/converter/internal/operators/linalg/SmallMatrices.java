package io.subpixel.converter.internal.operators.linalg;

import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.internal.graph.MisfitException;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.ArrayList;
import java.util.List;

/**
 * Determinants and inverses of matrices of up to 4 rows by cofactors, in the type of the input.
 * ONNX has no inverse, and ONNX Runtime its <a
 * href="https://onnx.ai/onnx/operators/onnx__Det.html">Det</a> in float only.
 */
final class SmallMatrices {
  static final OnnxOperator[] EMITS = {
    OnnxOperator.ADD, OnnxOperator.SUB, OnnxOperator.MUL, OnnxOperator.DIV, OnnxOperator.NEG
  };

  private static final long MOST_ROWS = 4;

  private SmallMatrices() {}

  /** Whether {@code x} has as few rows. */
  static boolean isSmall(Value x) {
    Dim rows = x.dim(-1);
    return rows.isFixed() && rows.size() >= 1 && rows.size() <= MOST_ROWS;
  }

  /** Of each matrix {@code [...,n,n]}. */
  static Value determinant(Emission e, Value x) {
    List<List<Value>> elements = elements(e, x);
    return e.squeeze(determinant(e, elements), -2, -1);
  }

  /** Of each matrix {@code [...,n,n]}. */
  static void inverse(Emission e) {
    Value x = e.cast(e.in(0), e.outType());
    if (!isSmall(x)) {
      throw new UnsupportedNodeException(
          "an inverse of more than %d rows or of unknown size".formatted(MOST_ROWS),
          "compute it outside, or store its result as a constant");
    }
    List<List<Value>> elements = elements(e, x);
    int n = elements.size();
    if (n == 1) {
      e.out(e.div(e.scalar(x, 1), x));
      return;
    }
    List<Value> rows = new ArrayList<>();
    for (int row = 0; row < n; row++) {
      List<Value> columns = new ArrayList<>();
      for (int column = 0; column < n; column++) {
        Value minor = determinant(e, without(elements, column, row));
        columns.add((row + column) % 2 == 0 ? minor : e.call(OnnxOperator.NEG, minor));
      }
      rows.add(e.concat(-1, columns));
    }
    e.out(e.div(e.concat(-2, rows), determinant(e, elements)));
  }

  /** Each {@code [...,1,1]}. */
  private static List<List<Value>> elements(Emission e, Value x) {
    int n = MisfitException.index(x.dim(-1).size());
    List<List<Value>> elements = new ArrayList<>();
    for (int row = 0; row < n; row++) {
      Value whole = e.slice(x, -2, row, row + 1);
      List<Value> columns = new ArrayList<>();
      for (int column = 0; column < n; column++) {
        columns.add(e.slice(whole, -1, column, column + 1));
      }
      elements.add(columns);
    }
    return elements;
  }

  /** By the first row. */
  private static Value determinant(Emission e, List<List<Value>> elements) {
    List<Value> first = elements.get(0);
    Value sum = first.get(0);
    for (int column = 0; elements.size() > 1 && column < first.size(); column++) {
      Value part = e.mul(first.get(column), determinant(e, without(elements, 0, column)));
      sum = column == 0 ? part : column % 2 == 0 ? e.add(sum, part) : e.sub(sum, part);
    }
    return sum;
  }

  private static List<List<Value>> without(List<List<Value>> elements, int row, int column) {
    List<List<Value>> rest = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      if (i != row) {
        List<Value> columns = new ArrayList<>(elements.get(i));
        columns.remove(column);
        rest.add(columns);
      }
    }
    return rest;
  }
}
