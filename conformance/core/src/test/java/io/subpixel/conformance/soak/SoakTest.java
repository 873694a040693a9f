package io.subpixel.conformance.soak;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SoakTest {
  @Test
  void growthBetweenQuartersIsALeakAndNoiseIsNot() {
    assertThat(Soak.isFlat(400, 400)).isTrue();
    assertThat(Soak.isFlat(400, 430)).isTrue();
    assertThat(Soak.isFlat(400, 380)).isTrue();
    assertThat(Soak.isFlat(400, 440)).isFalse();
  }
}
