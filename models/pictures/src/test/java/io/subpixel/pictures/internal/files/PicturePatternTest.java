package io.subpixel.pictures.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PicturePatternTest {
  @TempDir private Path folder;

  @BeforeEach
  void makeFiles() throws IOException {
    for (String name :
        List.of("a.png", "B.JPG", "x/c d.jpg", "x/y/\u00fc.jpeg", "x/y/.hidden.png", "x/n.txt")) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.createFile(file);
    }
  }

  private List<String> matching(String pattern) throws IOException {
    try (Stream<Path> files = new PicturePattern(folder.resolve(pattern)).files().stream()) {
      return files.map(file -> folder.relativize(file).toString()).toList();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*.png | a.png",
        "*.jpg | B.JPG",
        "*.{PNG,jpg} | B.JPG, a.png",
        "**/*.jpg | B.JPG, x/c d.jpg",
        "**/*.JP* | B.JPG, x/c d.jpg, x/y/\u00fc.jpeg",
        "**/? ?.jpg | x/c d.jpg",
        "x/*/* | x/y/\u00fc.jpeg",
        "x/[a-c]*.jpg | x/c d.jpg",
        "**/\u00fc.jpeg | x/y/\u00fc.jpeg",
        "**/.* | ''",
      })
  void matchesAsTheShellDoesButForTheCaseOfEndings(String pattern, String expected)
      throws IOException {
    if (expected.isEmpty()) {
      assertThatThrownBy(() -> matching(pattern))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageEndingWith("expected a pattern that images match, received none that do");
    } else {
      assertThat(matching(pattern)).containsExactly(expected.split(", "));
    }
  }

  @Test
  void anAccentMayBeComposedOrNot() throws IOException {
    String composed = "\u00fc.jpeg";
    String decomposed = Normalizer.normalize(composed, Normalizer.Form.NFD);
    assertThat(matching("**/" + decomposed)).containsExactly("x/y/" + composed);
    Files.move(folder.resolve("x/y").resolve(composed), folder.resolve("x/y").resolve(decomposed));
    assertThat(matching("**/" + composed)).containsExactly("x/y/" + decomposed);
  }

  @Test
  void anExistingFileIsNotAPattern() throws IOException {
    Path brackets = folder.resolve("[1].png");
    assertThat(PicturePattern.isPattern(brackets)).isTrue();
    Files.createFile(brackets);
    assertThat(PicturePattern.isPattern(brackets)).isFalse();
    assertThat(PicturePattern.isPattern(folder.resolve("plain.png"))).isFalse();
  }

  @Test
  void itsBaseIsTheFolderAboveTheFirstWildcard() {
    assertThat(new PicturePattern(Path.of("a/b/*/c/*.png")).base()).isEqualTo(Path.of("a/b"));
    assertThat(new PicturePattern(Path.of("*.png")).base()).isEqualTo(Path.of(""));
    assertThat(new PicturePattern(folder.resolve("*.png")).base()).isEqualTo(folder);
  }
}
