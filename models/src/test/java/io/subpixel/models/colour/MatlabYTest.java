package io.subpixel.models.colour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.pictures.Picture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatlabYTest {
  /** What MATLAB's {@code 255 * rgb2ycbcr(rgb / 255)} gives for doubles. */
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 16",
    "255, 255, 255, 235",
    "255, 0, 0, 81.481",
    "0, 255, 0, 144.553",
    "0, 0, 255, 40.966",
    "128, 128, 128, 125.92941176470588",
  })
  void isThatOfRgb2ycbcr(int r, int g, int b, double y) {
    Picture pixel = new Picture(1, 1, 3, new byte[] {(byte) r, (byte) g, (byte) b});
    assertThat(MatlabY.of(pixel)).containsExactly(new double[] {y}, within(1e-9));
  }

  @Test
  void greyCountsAsEqualColoursAndAlphaNotAtAll() {
    double[] y = MatlabY.of(new Picture(2, 1, 3, new byte[] {9, 9, 9, -9, -9, -9}));
    assertThat(MatlabY.of(new Picture(2, 1, 1, new byte[] {9, -9}))).containsExactly(y);
    assertThat(MatlabY.of(new Picture(2, 1, 2, new byte[] {9, 1, -9, 2}))).containsExactly(y);
    assertThat(MatlabY.of(new Picture(2, 1, 4, new byte[] {9, 9, 9, 1, -9, -9, -9, 2})))
        .containsExactly(y);
  }
}
