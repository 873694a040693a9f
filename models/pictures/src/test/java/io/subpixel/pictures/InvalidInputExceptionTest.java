package io.subpixel.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InvalidInputExceptionTest {
  @Test
  void saysWhereExpectedAndReceivedAndKeepsThem() {
    Exception cause = new IllegalStateException();
    InvalidInputException e = new InvalidInputException("a.png", "an image", "text", cause);
    assertThat(e).hasMessage("a.png: expected an image, received text").hasCause(cause);
    assertThat(e.where()).isEqualTo("a.png");
    assertThat(e.expected()).isEqualTo("an image");
    assertThat(e.received()).isEqualTo("text");
  }

  /** Names of files may hold anything, and terminals act on some of it. */
  @Test
  void isOneLineWithoutControlCharacters() {
    assertThat(new InvalidInputException("a\u001b[31m\tb.png", "x", "first\r\n  second"))
        .hasMessage("a?[31m?b.png: expected x, received first; second");
  }
}
