package io.subpixel.trainer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class NativeBackendTest {
  /** A plain classifier on the class path would win over oneDNN's, and nothing else would tell. */
  @Test
  @EnabledIfSystemProperty(
      named = "os.arch",
      matches = "amd64|x86_64",
      disabledReason = "M2.1 has oneDNN for x86 alone")
  void trainsWithOneDnn() {
    assertThat(NativeBackend.hasOneDnn()).isTrue();
  }
}
