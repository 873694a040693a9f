package io.subpixel.converter.internal.operators.activation;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorRegistry;

/** Activation functions. */
public final class ActivationOperators {
  private static final double GELU_SCALE = 1.702;
  private static final OnnxOperator[] RATIONAL_TANH = {
    OnnxOperator.WHERE,
    OnnxOperator.LESS,
    OnnxOperator.EQUAL,
    OnnxOperator.ABS,
    OnnxOperator.NEG,
    OnnxOperator.ADD,
    OnnxOperator.SUB,
    OnnxOperator.MUL,
    OnnxOperator.DIV
  };

  private ActivationOperators() {}

  /** Adds them. */
  public static void register(OperatorRegistry.Builder registry) {
    registry
        .add("leakyrelu", ActivationOperators::leakyRelu, OnnxOperator.LEAKY_RELU)
        .add("relu", ActivationOperators::relu, OnnxOperator.RELU, OnnxOperator.MAX)
        .add("relu6", ActivationOperators::relu6, OnnxOperator.MAX, OnnxOperator.MIN)
        .add(
            "thresholdedrelu",
            ActivationOperators::thresholdedRelu,
            OnnxOperator.WHERE,
            OnnxOperator.GREATER)
        .add(
            "prelu",
            ActivationOperators::prelu,
            OnnxOperator.WHERE,
            OnnxOperator.LESS,
            OnnxOperator.MUL)
        .add("crelu", ActivationOperators::crelu, OnnxOperator.RELU, OnnxOperator.NEG)
        .add("elu", ActivationOperators::elu, OnnxOperator.ELU)
        .add("selu", e -> e.out(e.call(OnnxOperator.SELU, e.in(0))), OnnxOperator.SELU)
        .add("sigmoid", e -> e.out(e.sigmoid(e.in(0))), OnnxOperator.SIGMOID)
        .add("hard_sigmoid", ActivationOperators::hardSigmoid, OnnxOperator.HARD_SIGMOID)
        .add(
            "logsigmoid",
            e -> e.out(e.log(e.sigmoid(e.in(0)))),
            OnnxOperator.LOG,
            OnnxOperator.SIGMOID)
        .add("softplus", e -> e.out(softplus(e, e.in(0))), SOFTPLUS)
        .add("softsign", e -> e.out(e.call(OnnxOperator.SOFTSIGN, e.in(0))), OnnxOperator.SOFTSIGN)
        .add("tanh", e -> e.out(e.call(OnnxOperator.TANH, e.in(0))), OnnxOperator.TANH)
        .add("hardtanh", e -> e.out(e.clip(e.in(0), -1, 1)), OnnxOperator.CLIP)
        .add("rational_tanh", ActivationOperators::rationalTanh, RATIONAL_TANH)
        .add(
            "rectified_tanh",
            e -> e.out(e.call(OnnxOperator.RELU, e.call(OnnxOperator.TANH, e.in(0)))),
            OnnxOperator.RELU,
            OnnxOperator.TANH)
        .add("swish", e -> e.out(swish(e, 1)), SWISH)
        .add("gelu", e -> e.out(swish(e, GELU_SCALE)), SWISH)
        .add(
            "precise_gelu",
            ActivationOperators::preciseGelu,
            OnnxOperator.TANH,
            OnnxOperator.MUL,
            OnnxOperator.ADD)
        .add("mish", ActivationOperators::mish, MISH)
        .add("step", ActivationOperators::step, OnnxOperator.GREATER);
  }

  private static final OnnxOperator[] SWISH = {
    OnnxOperator.SIGMOID, OnnxOperator.MUL, OnnxOperator.DIV, OnnxOperator.EXP, OnnxOperator.ADD
  };
  private static final OnnxOperator[] SOFTPLUS = {
    OnnxOperator.LOG, OnnxOperator.EXP, OnnxOperator.ADD
  };
  private static final OnnxOperator[] MISH = {
    OnnxOperator.TANH, OnnxOperator.MUL, OnnxOperator.LOG, OnnxOperator.EXP, OnnxOperator.ADD
  };

  /** The slope is the scalar; what is below 0 is multiplied by it. */
  private static void leakyRelu(Emission e) {
    double slope = e.node().hasScalar() ? e.node().scalar() : e.node().extra(0, 0.01);
    e.out(e.call(OnnxOperator.LEAKY_RELU, e.in(0), Attribute.real("alpha", slope)));
  }

  /** {@code max(x, cutoff)}: the cutoff, the scalar, isn't a threshold below which all is 0. */
  private static void relu(Emission e) {
    double cutoff = e.node().scalar();
    e.out(cutoff == 0 ? e.call(OnnxOperator.RELU, e.in(0)) : e.max(e.in(0), cutoff));
  }

  /** {@code min(max(x, cutoff), 6)}. */
  private static void relu6(Emission e) {
    e.out(e.min(e.max(e.in(0), e.node().scalar()), 6));
  }

  /** The cutoff is a real argument; what isn't above it becomes 0. */
  private static void thresholdedRelu(Emission e) {
    Value x = e.in(0);
    Value isAbove = e.greater(x, e.scalar(x, e.node().real(0, 0)));
    e.out(e.where(isAbove, x, e.scalar(x, 0)));
  }

  /** The slopes have the sizes of x but for the batch, 1 along axes that share them. */
  private static void prelu(Emission e) {
    Value x = e.in(0);
    Value slopes = e.cast(e.in(1), x.type());
    e.out(e.where(e.less(x, e.scalar(x, 0)), e.mul(x, slopes), x));
  }

  /** Of x and of -x, joined along the last axis. */
  private static void crelu(Emission e) {
    Value x = e.in(0);
    e.out(e.call(OnnxOperator.RELU, e.concat(x.rank() - 1, x, e.neg(x))));
  }

  private static void elu(Emission e) {
    e.out(e.call(OnnxOperator.ELU, e.in(0), Attribute.real("alpha", e.node().real(0, 1))));
  }

  private static void hardSigmoid(Emission e) {
    e.out(
        e.call(
            OnnxOperator.HARD_SIGMOID,
            e.in(0),
            Attribute.real("alpha", 0.2),
            Attribute.real("beta", 0.5)));
  }

  /** {@code log(1 + e^x)}, infinite where the power is: ONNX's Softplus goes on. */
  private static Value softplus(Emission e, Value x) {
    return e.log(e.add(e.exp(x), 1));
  }

  /**
   * {@code 1.7159 tanh(2x / 3)} by a rational function, as <a
   * href="https://arxiv.org/abs/1508.01292">Approximate tanh</a> gives it.
   */
  private static void rationalTanh(Emission e) {
    Value x = e.mul(e.in(0), 2.0 / 3);
    Value size = e.abs(x);
    Value square = e.square(x);
    Value sum = e.add(e.add(size, square), e.mul(e.square(square), 1.41645));
    Value near = e.mul(e.sub(e.scalar(x, 1), e.div(e.scalar(x, 1), e.add(sum, 1))), 1.7159);
    e.out(e.where(e.less(x, e.scalar(x, 0)), e.neg(near), near));
  }

  /**
   * {@code x sigmoid(scale x)}. ONNX Runtime fuses that into an operator that it can't run in
   * double, which is why it is a quotient there.
   */
  private static Value swish(Emission e, double scale) {
    Value x = e.in(0);
    if (x.type() == ElementType.DOUBLE) {
      return e.div(x, e.add(e.exp(e.mul(x, -scale)), 1));
    }
    return e.mul(x, e.sigmoid(scale == 1 ? x : e.mul(x, scale)));
  }

  /** By tanh, with the whole of {@code 0.044715 x} cubed: others cube x only. */
  private static void preciseGelu(Emission e) {
    Value x = e.in(0);
    Value small = e.mul(x, 0.044715);
    Value cube = e.mul(e.square(small), small);
    Value tanh = e.call(OnnxOperator.TANH, e.mul(e.add(x, cube), Math.sqrt(2 / Math.PI)));
    e.out(e.mul(e.mul(x, 0.5), e.add(tanh, 1)));
  }

  private static void mish(Emission e) {
    Value x = e.in(0);
    e.out(e.mul(x, e.call(OnnxOperator.TANH, softplus(e, x))));
  }

  /** 1 above the scalar, else 0. */
  private static void step(Emission e) {
    Value x = e.in(0);
    e.out(e.greater(x, e.scalar(x, e.node().scalar())));
  }
}
