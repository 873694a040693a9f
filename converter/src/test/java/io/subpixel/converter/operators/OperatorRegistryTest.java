package io.subpixel.converter.operators;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class OperatorRegistryTest {
  @Test
  void aNameIsRegisteredOnce() {
    OperatorRegistry.Builder builder = OperatorRegistry.builder().add("tanh", new Tanh());

    assertThatThrownBy(() -> builder.add("tanh", new Sigmoid()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tanh: expected one handler");
  }
}
