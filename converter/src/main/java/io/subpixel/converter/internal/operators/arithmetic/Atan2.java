package io.subpixel.converter.internal.operators.arithmetic;

import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorHandler;

/**
 * The angle of the point (x, y), inputs y and x, in -pi..pi. ONNX has no such operator: it is <a
 * href="https://onnx.ai/onnx/operators/onnx__Atan.html">Atan</a> of the quotient, opset 13 on, half
 * a turn off where x is negative. On the axis x = 0 the quotient is infinite, or NaN in the origin,
 * whose angle is 0. The sign of a zero isn't looked at: y = -0 beside x below 0 gives pi.
 */
final class Atan2 implements OperatorHandler {
  static final OnnxOperator[] EMITS = {
    OnnxOperator.ATAN,
    OnnxOperator.DIV,
    OnnxOperator.ADD,
    OnnxOperator.LESS,
    OnnxOperator.EQUAL,
    OnnxOperator.WHERE
  };

  @Override
  public void emit(Emission e) {
    Value y = e.cast(e.in(0), e.outType());
    Value x = e.cast(e.in(1), e.outType());
    Value zero = e.scalar(x, 0);
    // A zero without a sign, or 1 in the origin, so that the quotient is 0 there.
    Value axis = e.where(e.equal(y, zero), e.scalar(x, 1), zero);
    Value divisor = e.where(e.equal(x, zero), axis, x);
    Value angle = e.call(OnnxOperator.ATAN, e.div(y, divisor));
    Value half = e.where(e.less(y, zero), e.scalar(x, -Math.PI), e.scalar(x, Math.PI));
    e.out(e.where(e.less(x, zero), e.add(angle, half), angle));
  }
}
