package io.subpixel.converter.internal.operators.reduction;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorRegistry;
import java.util.List;

/** What is counted of classes and of equal elements. */
final class Classes {
  private Classes() {}

  static void register(OperatorRegistry.Builder registry) {
    registry
        .add(
            "confusion_matrix",
            Classes::confusionMatrix,
            OnnxOperator.MAT_MUL,
            OnnxOperator.EQUAL,
            OnnxOperator.MUL,
            OnnxOperator.MAX,
            OnnxOperator.REDUCE_MAX,
            OnnxOperator.ADD)
        .add(
            "in_top_k",
            Classes::inTopK,
            OnnxOperator.LESS,
            OnnxOperator.GREATER,
            OnnxOperator.GATHER_ELEMENTS,
            OnnxOperator.REDUCE_SUM)
        .add(
            "listdiff",
            Classes::difference,
            OnnxOperator.COMPRESS,
            OnnxOperator.EQUAL,
            OnnxOperator.REDUCE_MAX,
            OnnxOperator.NOT)
        .add("unique", e -> unique(e, 2), OnnxOperator.UNIQUE)
        .add("unique_with_counts", e -> unique(e, 4), OnnxOperator.UNIQUE);
  }

  /**
   * Rows are labels, columns predictions, each pair counted by its weight or 1. Without a number of
   * classes there are as many as the largest needs.
   */
  private static void confusionMatrix(Emission e) {
    Value labels = e.reshape(e.cast(e.in(0), ElementType.INT64), -1);
    Value predicted = e.reshape(e.cast(e.in(1), ElementType.INT64), -1);
    Value classes = classes(e, labels, predicted);
    // ONNX Runtime multiplies matrices of few types; double counts all of them exactly.
    Value rows = oneHot(e, labels, classes);
    Value columns = oneHot(e, predicted, classes);
    if (e.has(2)) {
      Value weights = e.reshape(e.cast(e.in(2), ElementType.DOUBLE), -1);
      columns = e.mul(columns, e.unsqueeze(weights, 1));
    }
    e.out(e.matmul(e.transpose(rows, 1, 0), columns));
  }

  private static Value classes(Emission e, Value labels, Value predicted) {
    if (e.node().integers().length > 0) {
      return e.index(e.node().integer(0, 0));
    }
    Value largest =
        e.max(
            e.reduce(OnnxOperator.REDUCE_MAX, labels, false),
            e.reduce(OnnxOperator.REDUCE_MAX, predicted, false));
    return e.add(largest, e.index(1));
  }

  /** {@code [N]} as {@code [N,classes]}. */
  private static Value oneHot(Emission e, Value indices, Value classes) {
    Value numbers = e.range(e.index(0), classes, e.index(1));
    return e.cast(e.equal(e.unsqueeze(indices, 1), e.unsqueeze(numbers, 0)), ElementType.DOUBLE);
  }

  /** Whether fewer than k of {@code [N,C]} are larger than that of the target. */
  private static void inTopK(Emission e) {
    Value predictions = e.in(0);
    Value targets = e.unsqueeze(e.cast(e.in(1), ElementType.INT64), 1);
    Value target =
        e.call(
            OnnxOperator.GATHER_ELEMENTS,
            List.of(predictions, targets),
            Attribute.whole("axis", 1));
    Value larger = e.sum(e.cast(e.greater(predictions, target), ElementType.INT64), false, 1);
    e.out(e.less(larger, e.index(e.node().integer(0, 1))));
  }

  /** What of the first isn't in the second, and where it was. */
  private static void difference(Emission e) {
    Value x = e.in(0);
    Value pairs = e.equal(e.unsqueeze(x, 1), e.unsqueeze(e.in(1), 0));
    Value known = e.largest(e.cast(pairs, ElementType.INT32), false, 1);
    Value isNew = e.not(e.cast(known, ElementType.BOOL));
    Attribute axis = Attribute.whole("axis", 0);
    e.out(
        e.call(OnnxOperator.COMPRESS, List.of(x, isNew), axis),
        e.call(OnnxOperator.COMPRESS, List.of(e.indices(x, 0), isNew), axis));
  }

  /** In the order of their first occurrence: values, where each element's is, and counts. */
  private static void unique(Emission e, int outputs) {
    List<Value> all =
        e.calls(
            OnnxOperator.UNIQUE, 4, List.of(e.reshape(e.in(0), -1)), Attribute.whole("sorted", 0));
    e.out(
        outputs == 2
            ? List.of(all.get(0), all.get(2))
            : List.of(all.get(0), all.get(2), all.get(3)));
  }
}
