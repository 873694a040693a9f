package io.subpixel.converter.internal.operators.arithmetic;

import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorHandler;

/**
 * The logarithm of the gamma function's magnitude. ONNX has no such operator: {@link Lanczos} in
 * double, and below 1/2 the reflection {@code log(pi / |sin(pi x)|) - lgamma(1 - x)}. Opset 13 on.
 */
final class LogGamma implements OperatorHandler {
  static final OnnxOperator[] EMITS = {
    OnnxOperator.LOG,
    OnnxOperator.SIN,
    OnnxOperator.ABS,
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
    Value one = e.scalar(x, 1);
    Value isLow = e.less(x, e.scalar(x, 0.5));
    Value z = e.sub(e.where(isLow, e.sub(one, x), x), 1);
    Value t = e.add(z, Lanczos.SHIFT);
    Value powers = e.sub(e.mul(e.add(z, 0.5), e.log(t)), t);
    Value high = e.add(e.add(powers, e.log(Lanczos.series(e, z))), 0.5 * Math.log(2 * Math.PI));
    Value sine = e.abs(e.call(OnnxOperator.SIN, e.mul(x, Math.PI)));
    Value low = e.sub(e.log(e.div(e.scalar(x, Math.PI), sine)), high);
    return e.where(isLow, low, high);
  }
}
