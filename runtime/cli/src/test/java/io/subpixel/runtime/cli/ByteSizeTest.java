package io.subpixel.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ByteSizeTest {
  private final ByteSize.Converter converter = new ByteSize.Converter();

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "4096, 4096",
    "3k, 3072",
    "512M, 536870912",
    "2G, 2147483648",
    "2gb, 2147483648",
    "1T, 1099511627776"
  })
  void countsInBinaryMultiples(String text, long bytes) {
    assertThat(converter.convert(text).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "1.5G", "G", "2GiB", "999999999999999T", "1 G", "1e9"})
  void rejectsInvalidSizes(String text) {
    assertThatThrownBy(() -> converter.convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("expected a size such as 512M or 2G, received " + text);
  }
}
