package io.subpixel.converter.operators;

import static org.assertj.core.api.Assertions.assertThat;
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

  @Test
  void aRefusedOperatorSaysWhyAndIsNotListed() {
    OperatorRegistry registry =
        OperatorRegistry.builder().refuse("control flow", "unroll it", "enter", "exit").build();

    assertThat(registry.entries()).isEmpty();
    assertThat(registry.refusals()).containsOnlyKeys("enter", "exit");
    assertThat(registry.find("enter")).isPresent();
    assertThat(registry.find("tanh")).isEmpty();
  }

  @Test
  void whatIsSupportedIsNotRefusedToo() {
    OperatorRegistry.Builder builder =
        OperatorRegistry.builder().add("tanh", e -> e.out(e.in(0)), OnnxOperator.TANH);

    assertThatThrownBy(() -> builder.refuse("control flow", "unroll it", "tanh"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tanh: expected one handler or one reason");
  }
}
