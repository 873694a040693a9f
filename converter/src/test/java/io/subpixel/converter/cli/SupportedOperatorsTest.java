package io.subpixel.converter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.converter.operators.standard.StandardOperators;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class SupportedOperatorsTest {
  // Surefire runs in the module's folder.
  private static final Path PAGE = Path.of("..", "docs", "supported-ops.md");

  @Test
  void thePageIsWhatTheRegistrySays() throws IOException {
    assertThat(Files.readString(PAGE).lines())
        .as("regenerate it: bin/converter ops --markdown > docs/supported-ops.md")
        .containsExactlyElementsOf(
            SupportedOperators.markdown(StandardOperators.registry()).lines().toList());
  }
}
