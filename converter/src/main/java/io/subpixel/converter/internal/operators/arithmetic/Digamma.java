package io.subpixel.converter.internal.operators.arithmetic;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorHandler;

/**
 * The slope of the gamma function's logarithm. ONNX has no such operator: {@link Lanczos} in
 * double, and below 1/2 the reflection {@code digamma(1 - x) - pi cos(pi x) / sin(pi x)}. ONNX
 * Runtime has no cosine in double, so it is a shifted sine. Opset 13 on.
 */
final class Digamma implements OperatorHandler {
  static final OnnxOperator[] EMITS = {
    OnnxOperator.LOG,
    OnnxOperator.SIN,
    OnnxOperator.ADD,
    OnnxOperator.SUB,
    OnnxOperator.MUL,
    OnnxOperator.DIV,
    OnnxOperator.LESS,
    OnnxOperator.WHERE
  };

  @Override
  public void emit(Emission e) {
    e.out(of(e, e.cast(e.in(0), ElementType.DOUBLE)));
  }

  /** Of a value in double. */
  static Value of(Emission e, Value x) {
    Value isLow = e.less(x, e.scalar(x, 0.5));
    Value z = e.sub(e.where(isLow, e.sub(e.scalar(x, 1), x), x), 1);
    Value t = e.add(z, Lanczos.SHIFT);
    Value ratio = e.div(Lanczos.slope(e, z), Lanczos.series(e, z));
    Value powers = e.sub(e.log(t), e.div(e.scalar(x, Lanczos.SHIFT - 0.5), t));
    Value high = e.add(powers, ratio);
    Value angle = e.mul(x, Math.PI);
    Value cosine = e.call(OnnxOperator.SIN, e.add(angle, Math.PI / 2));
    Value cotangent = e.div(cosine, e.call(OnnxOperator.SIN, angle));
    return e.where(isLow, e.sub(high, e.mul(cotangent, Math.PI)), high);
  }
}
