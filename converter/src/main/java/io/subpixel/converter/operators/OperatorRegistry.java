package io.subpixel.converter.operators;

import io.subpixel.converter.graph.OnnxOperator;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Which handler exports which operator of SameDiff. Immutable. */
public final class OperatorRegistry {
  private final Map<String, OperatorHandler> handlers;

  private OperatorRegistry(Map<String, OperatorHandler> handlers) {
    this.handlers = Collections.unmodifiableMap(new LinkedHashMap<>(handlers));
  }

  /** Every operator that can be exported. To add one, write its handler and add a line. */
  public static OperatorRegistry standard() {
    return builder()
        // Convolution and layout
        .add("conv2d", new Conv2d())
        .add("depth_to_space", new DepthToSpace())
        // Activations
        .add("leakyrelu", new LeakyRelu())
        .add("relu", new Relu())
        .add("sigmoid", new Elementwise(OnnxOperator.SIGMOID))
        .add("tanh", new Elementwise(OnnxOperator.TANH))
        // Arithmetic, elementwise
        .add("add", new Arithmetic(OnnxOperator.ADD))
        .add("subtract", new Arithmetic(OnnxOperator.SUB))
        .add("multiply", new Arithmetic(OnnxOperator.MUL))
        .add("divide", new Arithmetic(OnnxOperator.DIV))
        // Arithmetic with one scalar
        .add("add_scalar", new ScalarArithmetic(OnnxOperator.ADD, false))
        .add("sub_scalar", new ScalarArithmetic(OnnxOperator.SUB, false))
        .add("rsub_scalar", new ScalarArithmetic(OnnxOperator.SUB, true))
        .add("mul_scalar", new ScalarArithmetic(OnnxOperator.MUL, false))
        .add("div_scalar", new ScalarArithmetic(OnnxOperator.DIV, false))
        .add("rdiv_scalar", new ScalarArithmetic(OnnxOperator.DIV, true))
        // Plumbing
        .add("concat", new Concat())
        .add("identity", new Elementwise(OnnxOperator.IDENTITY))
        .build();
  }

  /** Starts an empty registry. */
  public static Builder builder() {
    return new Builder();
  }

  /** The handler of an operator, by SameDiff's name. */
  public Optional<OperatorHandler> find(String operator) {
    return Optional.ofNullable(handlers.get(operator));
  }

  /** All handlers by SameDiff's operator names, in the order of registration. */
  public Map<String, OperatorHandler> handlers() {
    return handlers;
  }

  /** Collects handlers. */
  public static final class Builder {
    private final Map<String, OperatorHandler> handlers = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Adds an operator.
     *
     * @throws IllegalArgumentException if its name is taken
     */
    public Builder add(String operator, OperatorHandler handler) {
      OperatorHandler other = handlers.putIfAbsent(operator, handler);
      if (other != null) {
        throw new IllegalArgumentException(
            operator + ": expected one handler, received a second beside " + other.getClass());
      }
      return this;
    }

    /** The registry. */
    public OperatorRegistry build() {
      return new OperatorRegistry(handlers);
    }
  }
}
