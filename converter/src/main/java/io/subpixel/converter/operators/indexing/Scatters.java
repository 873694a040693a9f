package io.subpixel.converter.operators.indexing;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorRegistry;
import java.util.List;

/**
 * Rows or elements written by index, by <a
 * href="https://onnx.ai/onnx/operators/onnx__ScatterND.html">ScatterND</a>: opsets 13 to 23 where
 * they replace, 16 to 23 for sums and products, 18 to 23 for the largest and smallest, since when
 * it counts an index that comes twice.
 *
 * <p>{@code scatter_*} have indices of rows, any rank; {@code scatter_nd_*} have index tuples along
 * the last axis, as ONNX.
 */
final class Scatters {
  private static final int SUMS = 16;
  private static final int EXTREMES = 18;

  private Scatters() {}

  static void register(OperatorRegistry.Builder registry) {
    registry
        .add("scatter_add", e -> rows(e, "add"), OnnxOperator.SCATTER_ND)
        .since(SUMS)
        .add("scatter_sub", Scatters::minus, OnnxOperator.SCATTER_ND, OnnxOperator.SUB)
        .since(SUMS)
        .add("scatter_mul", e -> rows(e, "mul"), OnnxOperator.SCATTER_ND)
        .since(SUMS)
        .add("scatter_div", Scatters::over, OnnxOperator.SCATTER_ND, OnnxOperator.DIV)
        .since(SUMS)
        .add("scatter_max", e -> rows(e, "max"), OnnxOperator.SCATTER_ND)
        .since(EXTREMES)
        .add("scatter_min", e -> rows(e, "min"), OnnxOperator.SCATTER_ND)
        .since(EXTREMES)
        .add(
            "scatter_nd_update",
            e -> e.out(scatter(e, e.in(0), e.in(1), e.in(2), "none")),
            OnnxOperator.SCATTER_ND)
        .add(
            "scatter_nd_add",
            e -> e.out(scatter(e, e.in(0), e.in(1), e.in(2), "add")),
            OnnxOperator.SCATTER_ND)
        .since(SUMS)
        .add("scatter_nd_sub", Scatters::minusTuples, OnnxOperator.SCATTER_ND, OnnxOperator.SUB)
        .since(SUMS);
  }

  private static void rows(Emission e, String reduction) {
    e.out(scatterRows(e, e.in(0), reduction));
  }

  private static Value scatterRows(Emission e, Value base, String reduction) {
    return scatter(e, base, e.unsqueeze(e.in(1), -1), e.in(2), reduction);
  }

  private static Value scatter(
      Emission e, Value base, Value indices, Value updates, String reduction) {
    List<Value> inputs =
        List.of(base, e.cast(indices, ElementType.INT64), e.cast(updates, base.type()));
    return "none".equals(reduction)
        ? e.call(OnnxOperator.SCATTER_ND, inputs)
        : e.call(OnnxOperator.SCATTER_ND, inputs, Attribute.text("reduction", reduction));
  }

  private static Value like(Emission e, double number) {
    return e.fill(e.shapeOf(e.in(0)), e.in(0).type(), number);
  }

  private static void minus(Emission e) {
    e.out(e.sub(e.in(0), scatterRows(e, like(e, 0), "add")));
  }

  private static void over(Emission e) {
    e.out(e.div(e.in(0), scatterRows(e, like(e, 1), "mul")));
  }

  private static void minusTuples(Emission e) {
    e.out(e.sub(e.in(0), scatter(e, like(e, 0), e.in(1), e.in(2), "add")));
  }
}
