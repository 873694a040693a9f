package io.subpixel.converter.operators;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.converter.graph.OnnxOperator;
import org.junit.jupiter.api.Test;

final class OperatorRegistryTest {
  @Test
  void aNameIsRegisteredOnce() {
    OperatorRegistry.Builder builder =
        OperatorRegistry.builder().add("tanh", e -> e.out(e.in(0)), OnnxOperator.TANH);

    assertThatThrownBy(() -> builder.add("tanh", e -> e.out(e.in(0)), OnnxOperator.SIGMOID))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tanh: expected one handler");
  }
}
