package io.subpixel.converter.internal.operators.normalization;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorHandler;
import io.subpixel.converter.source.Node;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * {@code batchnorm} as <a
 * href="https://onnx.ai/onnx/operators/onnx__BatchNormalization.html">BatchNormalization</a>,
 * opsets 9, 14 and 15 (the same for inference).
 *
 * <ul>
 *   <li>Inputs: x, mean, variance, then gamma and beta as far as the first two integer arguments
 *       say so; ONNX wants gamma and beta always.
 *   <li>The axes of the statistics are the other integer arguments, the last one if there is none.
 *       A single one is moved to ONNX's, the second; several become elementwise nodes.
 * </ul>
 */
final class BatchNorm implements OperatorHandler {
  private static final int FLAGS = 2;

  @Override
  public void emit(Emission e) {
    Node node = e.node();
    boolean hasGamma = node.integer(0, 0) != 0;
    boolean hasBeta = node.integer(1, 0) != 0;
    Value x = e.cast(e.in(0), e.outType());
    int[] axes =
        Arrays.stream(node.integers()).skip(FLAGS).mapToInt(axis -> x.axis((int) axis)).toArray();
    if (axes.length == 0) {
      axes = new int[] {x.rank() - 1};
    }
    int beta = hasGamma ? 4 : 3;
    if (axes.length == 1 && x.rank() >= 2) {
      Value mean = vector(e, 1);
      Value gamma = hasGamma ? vector(e, 3) : e.fill(e.shapeOf(mean), mean.type(), 1);
      Value shift = hasBeta ? vector(e, beta) : e.fill(e.shapeOf(mean), mean.type(), 0);
      Value y =
          e.call(
              OnnxOperator.BATCH_NORMALIZATION,
              List.of(e.moveAxis(x, axes[0], 1), gamma, shift, mean, vector(e, 2)),
              Attribute.real("epsilon", (float) node.real(0, 0)));
      e.out(e.moveAxis(y, 1, axes[0]));
      return;
    }
    Value deviation = e.sqrt(e.add(spread(e, 2, x, axes), node.real(0, 0)));
    Value y = e.div(e.sub(x, spread(e, 1, x, axes)), deviation);
    Value scaled = hasGamma ? e.mul(y, spread(e, 3, x, axes)) : y;
    e.out(hasBeta ? e.add(scaled, spread(e, beta, x, axes)) : scaled);
  }

  private static Value vector(Emission e, int input) {
    return e.cast(e.flat(input), e.outType());
  }

  /** With size 1 for the axes that it doesn't have. */
  private static Value spread(Emission e, int input, Value x, int[] axes) {
    Value statistics = e.cast(e.in(input), e.outType());
    if (statistics.rank() == x.rank()) {
      return statistics;
    }
    int[] kept = axes.clone();
    return e.unsqueeze(
        statistics,
        IntStream.range(0, x.rank())
            .filter(axis -> Arrays.stream(kept).noneMatch(own -> own == axis))
            .toArray());
  }
}
