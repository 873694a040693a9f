package io.subpixel.models;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InvalidInputExceptionTest {
  @Test
  void saysWhereExpectedAndReceivedAndKeepsThem() {
    Exception cause = new IllegalStateException();
    InvalidInputException e = new InvalidInputException("a.png", "a picture", "text", cause);
    assertThat(e).hasMessage("a.png: expected a picture, received text").hasCause(cause);
    assertThat(e.where()).isEqualTo("a.png");
    assertThat(e.expected()).isEqualTo("a picture");
    assertThat(e.received()).isEqualTo("text");
  }
}
