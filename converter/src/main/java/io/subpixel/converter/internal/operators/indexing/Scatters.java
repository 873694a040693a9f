package io.subpixel.converter.internal.operators.indexing;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.internal.graph.MisfitException;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.operators.UnsupportedNodeException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Rows or elements written by index, by <a
 * href="https://onnx.ai/onnx/operators/onnx__ScatterND.html">ScatterND</a>, which replaces since
 * opset 13, adds and multiplies since 16, finds the largest and smallest since 18. Below, a mask of
 * rows by indices says which updates meet in a row, and a reduction combines them; its memory is as
 * many times that of the input as there are indices.
 *
 * <p>{@code scatter_*} have indices of rows, any rank; {@code scatter_nd_*} have index tuples along
 * the last axis, as ONNX.
 */
final class Scatters {
  /** How what meets at one index is combined. */
  private enum How {
    REPLACE("none", 13, OnnxOperator.SCATTER_ND, OnnxOperator.SCATTER_ND),
    ADD("add", 16, OnnxOperator.REDUCE_SUM, OnnxOperator.ADD),
    MULTIPLY("mul", 16, OnnxOperator.REDUCE_PROD, OnnxOperator.MUL),
    LARGEST("max", 18, OnnxOperator.REDUCE_MAX, OnnxOperator.MAX),
    SMALLEST("min", 18, OnnxOperator.REDUCE_MIN, OnnxOperator.MIN);

    private final String reduction;
    private final int since;
    private final OnnxOperator reduce;
    private final OnnxOperator combine;

    How(String reduction, int since, OnnxOperator reduce, OnnxOperator combine) {
      this.reduction = reduction;
      this.since = since;
      this.reduce = reduce;
      this.combine = combine;
    }

    private OnnxOperator[] emits(OnnxOperator... last) {
      OnnxOperator[] all = {
        OnnxOperator.SCATTER_ND,
        reduce,
        combine,
        OnnxOperator.EQUAL,
        OnnxOperator.WHERE,
        OnnxOperator.ADD,
        OnnxOperator.MUL,
        OnnxOperator.REDUCE_SUM,
        OnnxOperator.REDUCE_PROD
      };
      return Stream.concat(Arrays.stream(all), Arrays.stream(last)).toArray(OnnxOperator[]::new);
    }
  }

  private Scatters() {}

  static void register(OperatorRegistry.Builder registry) {
    String extremes = "NaN is left out below opset 18";
    registry
        .add("scatter_add", e -> rows(e, How.ADD), How.ADD.emits())
        .add("scatter_sub", Scatters::minus, How.ADD.emits(OnnxOperator.SUB))
        .add("scatter_mul", e -> rows(e, How.MULTIPLY), How.MULTIPLY.emits())
        .add("scatter_div", Scatters::over, How.MULTIPLY.emits(OnnxOperator.DIV))
        .add("scatter_max", e -> rows(e, How.LARGEST), How.LARGEST.emits())
        .limits(extremes)
        .add("scatter_min", e -> rows(e, How.SMALLEST), How.SMALLEST.emits())
        .limits(extremes)
        .add("scatter_nd_update", e -> tuples(e, e.in(0), How.REPLACE), OnnxOperator.SCATTER_ND)
        .add("scatter_nd_add", e -> tuples(e, e.in(0), How.ADD), How.ADD.emits())
        .add("scatter_nd_sub", Scatters::minusTuples, How.ADD.emits(OnnxOperator.SUB))
        .add("scatter_nd", Scatters::zeros, How.ADD.emits())
        .limits("indices of unknown size; sizes of unknown count");
  }

  private static void rows(Emission e, How how) {
    e.out(scatterRows(e, e.in(0), how));
  }

  private static void tuples(Emission e, Value base, How how) {
    e.out(scatter(e, base, e.in(1), e.in(2), how));
  }

  private static Value scatterRows(Emission e, Value base, How how) {
    return scatter(e, base, e.unsqueeze(e.in(1), -1), e.in(2), how);
  }

  private static Value scatter(Emission e, Value base, Value indices, Value updates, How how) {
    Value wanted = e.cast(indices, ElementType.INT64);
    Value typed = e.cast(updates, base.type());
    if (e.opset() < how.since) {
      return masked(e, base, wanted, typed, how);
    }
    List<Value> inputs = List.of(base, wanted, typed);
    return how == How.REPLACE
        ? e.call(OnnxOperator.SCATTER_ND, inputs)
        : e.call(OnnxOperator.SCATTER_ND, inputs, Attribute.text("reduction", how.reduction));
  }

  /** {@code [N,...]} and updates {@code [K,...]} meet in {@code [N,K,...]}. */
  private static Value masked(Emission e, Value base, Value indices, Value updates, How how) {
    int deep = depth(indices);
    int[] rest = IntStream.range(deep, base.rank()).toArray();
    Value row = rest.length == 0 ? e.vector() : e.sizesOf(base, rest);
    Value sizes = rest.length == 0 ? e.vector(-1L) : e.concat(0, e.vector(-1L), row);
    Value all = e.reshape(base, sizes);
    Value given = e.reshape(updates, sizes);
    Value count = e.squeeze(e.sizeOf(all, 0), 0);
    Value numbers = e.range(e.index(0), count, e.index(1));
    Value met = e.equal(e.unsqueeze(numbers, 1), e.unsqueeze(linear(e, base, indices, deep), 0));
    Value mask = e.unsqueeze(met, IntStream.range(2, rest.length + 2).toArray());
    Value none =
        switch (how) {
          case ADD -> e.scalar(base, 0);
          case MULTIPLY -> e.scalar(base, 1);
          case LARGEST, SMALLEST, REPLACE -> e.unsqueeze(all, 1);
        };
    Value reduced = e.reduce(how.reduce, e.where(mask, e.unsqueeze(given, 0), none), false, 1);
    return e.reshapeLike(e.call(how.combine, List.of(all, reduced)), base);
  }

  private static int depth(Value indices) {
    if (!indices.dim(-1).isFixed()) {
      throw new UnsupportedNodeException(
          "indices whose last axis is of unknown size", "fix the size of that axis");
    }
    return MisfitException.index(indices.dim(-1).size());
  }

  /** Tuples {@code [...,deep]} as one number each, {@code [K]}. */
  private static Value linear(Emission e, Value base, Value indices, int deep) {
    Value flat = e.reshape(indices, -1, deep);
    Value sum = e.squeeze(e.slice(flat, 1, deep - 1, deep), 1);
    for (int i = 0; i < deep - 1; i++) {
      Value stride = e.count(base, IntStream.range(i + 1, deep).toArray());
      sum = e.add(sum, e.mul(e.squeeze(e.slice(flat, 1, i, i + 1), 1), stride));
    }
    return sum;
  }

  private static Value like(Emission e, double number) {
    return e.fill(e.shapeOf(e.in(0)), e.in(0).type(), number);
  }

  private static void minus(Emission e) {
    e.out(e.sub(e.in(0), scatterRows(e, like(e, 0), How.ADD)));
  }

  private static void over(Emission e) {
    e.out(e.div(e.in(0), scatterRows(e, like(e, 1), How.MULTIPLY)));
  }

  private static void minusTuples(Emission e) {
    e.out(e.sub(e.in(0), scatter(e, like(e, 0), e.in(1), e.in(2), How.ADD)));
  }

  /** Indices, updates, sizes; what meets is added. */
  private static void zeros(Emission e) {
    Value sizes = e.cast(e.flat(2), ElementType.INT64);
    if (!sizes.dim(0).isFixed()) {
      throw new UnsupportedNodeException("sizes of unknown count", "fix how many there are");
    }
    Value zeros = e.fill(sizes, e.in(1).type(), 0);
    e.out(scatter(e, zeros, e.in(0), e.in(1), How.ADD));
  }
}
