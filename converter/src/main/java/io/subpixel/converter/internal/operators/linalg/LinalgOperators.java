package io.subpixel.converter.internal.operators.linalg;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.internal.graph.MisfitException;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Products of vectors and matrices. */
public final class LinalgOperators {
  private LinalgOperators() {}

  /** Adds them. */
  public static void register(OperatorRegistry.Builder registry) {
    registry
        .add("matmul", LinalgOperators::matmul, OnnxOperator.MAT_MUL, OnnxOperator.MUL)
        .add("tensordot", LinalgOperators::tensordot, OnnxOperator.EINSUM)
        .limits("SameDiff itself passes only the first of several axes by one of its methods")
        .add("xw_plus_b", e -> e.out(affine(e)), OnnxOperator.MAT_MUL, OnnxOperator.ADD)
        .add(
            "relu_layer",
            e -> e.out(e.call(OnnxOperator.RELU, affine(e))),
            OnnxOperator.MAT_MUL,
            OnnxOperator.ADD,
            OnnxOperator.RELU)
        .add("cross", LinalgOperators::cross, OnnxOperator.MUL, OnnxOperator.SUB)
        .add(
            "trace",
            e -> e.out(trace(e)),
            OnnxOperator.REDUCE_SUM,
            OnnxOperator.EQUAL,
            OnnxOperator.WHERE)
        .add("matrix_determinant", e -> e.out(determinant(e)), determining())
        .limits("of more than 4 rows in float")
        .add("log_matrix_determinant", e -> e.out(e.log(e.abs(determinant(e)))), determining())
        .limits("of more than 4 rows in float; the determinant itself must be in its range")
        .add("logdet", e -> e.out(e.log(determinant(e))), determining())
        .limits("of more than 4 rows in float; the determinant itself must be in its range")
        .add("matrix_inverse", SmallMatrices::inverse, SmallMatrices.EMITS)
        .limits("up to 4 rows")
        .add("batched_gemm", LinalgOperators::each, OnnxOperator.MAT_MUL, OnnxOperator.MUL)
        .limits("square matrices, for SameDiff mixes up the sizes of others");
  }

  private static OnnxOperator[] determining() {
    return new OnnxOperator[] {
      OnnxOperator.DET,
      OnnxOperator.ADD,
      OnnxOperator.SUB,
      OnnxOperator.MUL,
      OnnxOperator.ABS,
      OnnxOperator.LOG
    };
  }

  /**
   * The inputs are a factor for each product, what SameDiff ignores, all left and all right. It
   * multiplies them the other way round, for it takes rows for columns.
   */
  private static void each(Emission e) {
    int count = e.node().outputs().size();
    long[] i = e.node().integers();
    if (e.inputCount() != 2 * count + 2 || i.length < 5 || i[2] != i[3] || i[3] != i[4]) {
      throw new UnsupportedNodeException("matrices that aren't square", "multiply them one by one");
    }
    List<Value> products = new ArrayList<>();
    for (int product = 0; product < count; product++) {
      Value a = operand(e, 2 + product, i[0] != 0);
      Value b = operand(e, 2 + count + product, i[1] != 0);
      Value factor = e.gather(e.flat(0), e.index(product), 0);
      products.add(e.mul(e.matmul(b, a), factor));
    }
    e.out(products);
  }

  /**
   * The flags transpose the last two axes of what has them; the last flag transposes the result.
   * Alpha is a factor. Beta would be that of what the result held before: zeros.
   */
  private static void matmul(Emission e) {
    boolean isLeftTransposed = e.node().integer(0, 0) != 0;
    boolean isRightTransposed = e.node().integer(1, 0) != 0;
    boolean isResultTransposed = e.node().integer(2, 0) != 0;
    double alpha = e.node().real(0, 1);
    Value product =
        isResultTransposed
            ? e.matmul(operand(e, 1, !isRightTransposed), operand(e, 0, !isLeftTransposed))
            : e.matmul(operand(e, 0, isLeftTransposed), operand(e, 1, isRightTransposed));
    e.out(alpha == 1 ? product : e.mul(product, alpha));
  }

  private static Value operand(Emission e, int index, boolean isTransposed) {
    int rank = e.in(index).rank();
    Value x = isTransposed && rank >= 2 ? e.transposed(index, lastSwapped(rank)) : e.in(index);
    return e.cast(x, e.outType());
  }

  private static int[] lastSwapped(int rank) {
    int[] order = IntStream.range(0, rank).toArray();
    order[rank - 2] = rank - 1;
    order[rank - 1] = rank - 2;
    return order;
  }

  /** The arguments are how many axes of the first are summed, these, and the same of the second. */
  private static void tensordot(Emission e) {
    long[] i = e.node().integers();
    int count = MisfitException.index(e.node().integer(0, 0));
    if (count < 1 || i.length != 2 * count + 2 || i[count + 1] != count) {
      throw new UnsupportedNodeException(
          "axes that aren't one list for each input", "permute, reshape and multiply matrices");
    }
    Value a = e.cast(e.in(0), e.outType());
    Value b = e.cast(e.in(1), e.outType());
    int[] left = axes(a, Arrays.copyOfRange(i, 1, count + 1));
    int[] right = axes(b, Arrays.copyOfRange(i, count + 2, 2 * count + 2));
    StringBuilder first = new StringBuilder();
    StringBuilder second = new StringBuilder();
    IntStream.range(0, a.rank()).forEach(axis -> first.append((char) ('a' + axis)));
    IntStream.range(0, b.rank()).forEach(axis -> second.append((char) ('a' + a.rank() + axis)));
    StringBuilder result = new StringBuilder(first.toString() + second);
    for (int pair = 0; pair < count; pair++) {
      char summed = first.charAt(left[pair]);
      result.deleteCharAt(result.indexOf(String.valueOf(summed)));
      result.deleteCharAt(result.indexOf(String.valueOf(second.charAt(right[pair]))));
      second.setCharAt(right[pair], summed);
    }
    e.out(
        e.call(
            OnnxOperator.EINSUM,
            List.of(a, b),
            Attribute.text("equation", first + "," + second + "->" + result)));
  }

  private static int[] axes(Value x, long[] axes) {
    int[] distinct = Arrays.stream(axes).mapToInt(axis -> x.axis((int) axis)).distinct().toArray();
    if (distinct.length != axes.length) {
      throw new UnsupportedNodeException("an axis that is named twice", "name each once");
    }
    return distinct;
  }

  /** {@code x W + b}; the argument says that W is stored transposed. */
  private static Value affine(Emission e) {
    Value w = e.node().integer(0, 0) != 0 ? e.transposed(1, 1, 0) : e.in(1);
    return e.add(e.matmul(e.in(0), w), e.flat(2));
  }

  /** Of vectors along the last axis. */
  private static void cross(Emission e) {
    Value a = e.cast(e.in(0), e.outType());
    Value b = e.cast(e.in(1), e.outType());
    e.out(e.sub(e.mul(turned(e, a, 1), turned(e, b, 2)), e.mul(turned(e, a, 2), turned(e, b, 1))));
  }

  private static Value turned(Emission e, Value x, int by) {
    return e.gather(x, e.vector(by, (by + 1) % 3, (by + 2) % 3), -1);
  }

  private static Value determinant(Emission e) {
    Value x = e.cast(e.in(0), e.outType());
    if (SmallMatrices.isSmall(x)) {
      return SmallMatrices.determinant(e, x);
    }
    return e.call(OnnxOperator.DET, e.cast(e.in(0), ElementType.FLOAT));
  }

  /** The sum of the diagonal of the last two axes. */
  private static Value trace(Emission e) {
    Value x = e.in(0);
    Value isDiagonal = e.equal(e.unsqueeze(e.indices(x, -2), 1), e.unsqueeze(e.indices(x, -1), 0));
    return e.sum(e.where(isDiagonal, x, e.scalar(x, 0)), false, -2, -1);
  }
}
