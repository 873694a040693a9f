package io.subpixel.converter.operators.activation;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorRegistry;

/** Activation functions. */
public final class ActivationOperators {
  private ActivationOperators() {}

  /** Adds them. */
  public static void register(OperatorRegistry.Builder registry) {
    registry
        .add("leakyrelu", ActivationOperators::leakyRelu, OnnxOperator.LEAKY_RELU)
        .add("relu", ActivationOperators::relu, OnnxOperator.RELU, OnnxOperator.MAX)
        .add("sigmoid", e -> e.out(e.sigmoid(e.in(0))), OnnxOperator.SIGMOID)
        .add("tanh", e -> e.out(e.call(OnnxOperator.TANH, e.in(0))), OnnxOperator.TANH);
  }

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
}
