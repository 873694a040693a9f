package io.subpixel.converter.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The networks that fuzzing starts from, and those that it found, whose names start with {@code
 * crash}.
 */
class CorpusTest {
  private static final Path CORPUS = Path.of("src/test/corpus");

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(CORPUS)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void isReadOrRefusedInOneLine(Path file) throws IOException {
    String target = String.valueOf(CORPUS.relativize(file).getName(0));
    boolean isFound = String.valueOf(file.getFileName()).startsWith("crash");
    boolean isRead = FuzzTargets.feed(target, Files.readAllBytes(file));
    assertThat(isRead || isFound).isTrue();
  }
}
