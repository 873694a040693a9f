package io.subpixel.converter.internal.operators.comparison;

import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorHandler;

/**
 * Replaces elements that a condition holds for: by a number ({@code cas} on one array), or by those
 * of a second array. ONNX has it as <a
 * href="https://onnx.ai/onnx/operators/onnx__Where.html">Where</a>, opset 13 on. The condition is
 * asked of the first array. SameDiff loads {@code car} as {@code cas} on two arrays, so that is
 * one. The arguments are bound, number, epsilon, mode.
 */
final class CompareAndSet implements OperatorHandler {
  static final OnnxOperator[] EMITS = Condition.emits(OnnxOperator.WHERE);

  @Override
  public void emit(Emission e) {
    Condition condition =
        Condition.of(e.node().extra(0, 0), e.node().extra(2, 0), e.node().extra(3, 0));
    Value x = e.in(0);
    if (!e.has(1)) {
      e.out(e.where(condition.holds(e, x), e.scalar(x, e.node().extra(1, 0)), x));
      return;
    }
    e.out(e.where(condition.holds(e, x), e.cast(e.in(1), x.type()), x));
  }
}
