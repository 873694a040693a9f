package io.subpixel.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The models that fuzzing starts from, and those that it found, whose names start with {@code
 * crash}.
 */
class CorpusTest {
  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/corpus/model"))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void isAcceptedOrRefusedInOneLine(Path file) throws IOException {
    boolean isFound = String.valueOf(file.getFileName()).startsWith("crash");
    assertThat(FuzzTargets.feed(Files.readAllBytes(file)) || isFound).isTrue();
  }
}
