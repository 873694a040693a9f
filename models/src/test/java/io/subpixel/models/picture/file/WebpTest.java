package io.subpixel.models.picture.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.models.InvalidInputException;
import io.subpixel.models.picture.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of 9x7 pixels, made by cwebp 1.2.4 of the colours in {@link #expected}. */
class WebpTest {
  static final String LOSSLESS =
      "UklGRjwAAABXRUJQVlA4TC8AAAAvCIABAJkyRPQ/NhHR/4BCthGgIzl/0Z9AQdoGLK6I7ihI24CF7U5MAAVHEsDlGQA=";
  static final String LOSSLESS_ALPHA =
      "UklGRkoAAABXRUJQVlA4TD4AAAAvCIABEJkyRPQ/NhHR/4CCtm0YIyl/ot1hYCBt21REbPsNpG0b2vZHQdtIaOjgQQZNQBL6TI00UBu6AQ8IPA==";
  static final String LOSSY =
      "UklGRmYAAABXRUJQVlA4IFoAAACwAgCdASoJAAcAAMASJbACdLoB8gFAAAVJQaxLjgAA/v7XHvnUv+jo92mFw90jzgB7KtP/Wn3rD9pNXP9Ee5v04/Vjw9T+a/wXurs+z1/+JKwmv7h8UuGAAAA=";
  static final String LOSSY_ALPHA =
      "UklGRpoAAABXRUJQVlA4WAoAAAAQAAAACAAABgAAQUxQSBcAAAABmYzof4BI22ZsMuZf6NENREzABDBTJwBWUDggXAAAAJACAJ0BKgkABwAAwBIlsAJ0ugHyAUAABUlBtmhsAP7+kL+pQglTyB0lLld+jo92mFw9gakFvGlZ/9aeas/qS91/Ngc7e33LSu/91/wXuP2I3/xJWE1/cPLwAAAA";

  @TempDir private Path folder;

  @Test
  void losslessIsExact() throws IOException {
    assertThat(read(LOSSLESS)).isEqualTo(expected(3));
    assertThat(read(LOSSLESS_ALPHA)).isEqualTo(expected(4));
  }

  @Test
  void lossyIsClose() throws IOException {
    Picture picture = read(LOSSY);
    assertThat(picture).hasToString("9x7x3");
    assertThat(meanDifference(picture, expected(3))).isLessThan(8);
    Picture alpha = read(LOSSY_ALPHA);
    assertThat(alpha).hasToString("9x7x4");
    assertThat(alpha.channel(3).values()).containsExactly(expected(4).channel(3).values());
  }

  @ParameterizedTest
  @ValueSource(strings = {LOSSLESS, LOSSLESS_ALPHA, LOSSY, LOSSY_ALPHA})
  void cutAnywhereItIsRefused(String base64) throws IOException {
    byte[] whole = Base64.getDecoder().decode(base64);
    for (int length = 0; length < whole.length; length++) {
      Path file = Files.write(folder.resolve("a.webp"), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> PictureFiles.read(file))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(file + ": expected ")
          .message()
          .hasLineCount(1);
    }
  }

  private Picture read(String base64) throws IOException {
    byte[] bytes = Base64.getDecoder().decode(base64);
    return PictureFiles.read(Files.write(folder.resolve("a.webp"), bytes));
  }

  private static Picture expected(int channels) {
    byte[] samples = new byte[9 * 7 * channels];
    int at = 0;
    for (int y = 0; y < 7; y++) {
      for (int x = 0; x < 9; x++) {
        samples[at++] = (byte) (20 + 24 * x);
        samples[at++] = (byte) (30 + 30 * y);
        samples[at++] = (byte) (5 * x * y);
        if (channels == 4) {
          samples[at++] = (byte) (31 * x + 7 * y);
        }
      }
    }
    return new Picture(9, 7, channels, samples);
  }

  private static double meanDifference(Picture a, Picture b) {
    double sum = 0;
    for (int i = 0; i < a.samples().length; i++) {
      sum += Math.abs((a.samples()[i] & 0xff) - (b.samples()[i] & 0xff));
    }
    return sum / a.samples().length;
  }
}
