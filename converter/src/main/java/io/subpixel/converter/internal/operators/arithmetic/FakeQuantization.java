package io.subpixel.converter.internal.operators.arithmetic;

import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorRegistry;

/**
 * Rounds to the steps that a quantized number of some bits would have within bounds, which are
 * moved so that 0 is a step. ONNX's <a
 * href="https://onnx.ai/onnx/operators/onnx__QuantizeLinear.html">QuantizeLinear</a> knows 8 bits
 * and takes halves to the even neighbour, so this is arithmetic; opset 13 on. The arguments are the
 * bits and whether the lowest step is left out; bounds for each channel follow the last axis.
 */
final class FakeQuantization {
  private static final OnnxOperator[] EMITS = {
    OnnxOperator.FLOOR,
    OnnxOperator.ADD,
    OnnxOperator.SUB,
    OnnxOperator.MUL,
    OnnxOperator.DIV,
    OnnxOperator.NEG,
    OnnxOperator.LESS,
    OnnxOperator.GREATER,
    OnnxOperator.WHERE
  };
  private static final int BITS = 8;

  private FakeQuantization() {}

  static void register(OperatorRegistry.Builder registry) {
    registry
        .add("fake_quant_with_min_max_args", FakeQuantization::byArguments, EMITS)
        .add("fake_quant_with_min_max_vars", FakeQuantization::byInputs, EMITS)
        .add("fake_quant_with_min_max_vars_per_channel", FakeQuantization::byInputs, EMITS);
  }

  private static void byArguments(Emission e) {
    Value x = e.in(0);
    quantize(e, e.scalar(x, e.node().real(0, 0)), e.scalar(x, e.node().real(1, 0)));
  }

  private static void byInputs(Emission e) {
    boolean isByChannel = e.node().operator().endsWith("per_channel");
    Value least = isByChannel ? e.flat(1) : e.reshape(e.in(1));
    Value most = isByChannel ? e.flat(2) : e.reshape(e.in(2));
    quantize(e, e.cast(least, e.in(0).type()), e.cast(most, e.in(0).type()));
  }

  private static void quantize(Emission e, Value least, Value most) {
    Value x = e.in(0);
    double low = e.node().truth(0, false) ? 1 : 0;
    double high = (double) ((1L << e.node().integer(0, BITS)) - 1);
    Value step = e.div(e.sub(most, least), high - low);
    Value zero = e.sub(e.scalar(x, low), e.div(least, step));
    Value nearest = e.floor(e.add(between(e, zero, e.scalar(x, low), e.scalar(x, high)), 0.5));
    Value from = e.mul(e.sub(e.scalar(x, low), nearest), step);
    Value to = e.mul(e.sub(e.scalar(x, high), nearest), step);
    Value steps = e.floor(e.add(e.div(e.sub(between(e, x, from, to), from), step), 0.5));
    e.out(e.add(e.mul(steps, step), from));
  }

  private static Value between(Emission e, Value x, Value low, Value high) {
    Value raised = e.where(e.less(x, low), low, x);
    return e.where(e.greater(raised, high), high, raised);
  }
}
