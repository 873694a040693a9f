package io.subpixel.runtime.video.internal.still;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/**
 * Figures of <a href="https://www.w3.org/TR/css-color-4/#color-conversion-code">CSS Color 4</a>.
 */
final class PrimariesTest {
  private static final double[] PROPHOTO = {
    0.734699, 0.265301, 0.159597, 0.840403, 0.036598, 0.000105, 0.345704, 0.358540,
  };

  private static void assertConverted(double[] places, double[] rgb, double... expected) {
    Primaries.of(places).convert(rgb);
    assertThat(rgb).containsExactly(expected, within(5e-4));
  }

  @Test
  void whiteStaysWhite() {
    assertConverted(PROPHOTO, new double[] {1, 1, 1}, 1, 1, 1);
  }

  /** The columns of ProPhoto to XYZ (D50), D50 to D65 by Bradford, XYZ to sRGB, multiplied. */
  @Test
  void anotherWhitePointIsAdapted() {
    assertConverted(PROPHOTO, new double[] {1, 0, 0}, 2.034381, -0.228826, -0.008559);
    assertConverted(PROPHOTO, new double[] {0, 1, 0}, -0.727636, 1.231743, -0.153267);
    assertConverted(PROPHOTO, new double[] {0, 0, 1}, -0.306745, -0.002917, 1.161826);
  }

  @Test
  void placesThatSpanNoTriangleCountAsSrgb() {
    assertThat(Primaries.of(new double[8])).isSameAs(Primaries.SRGB);
    assertThat(Primaries.SRGB.isSrgb()).isTrue();
    assertThat(Primaries.of(PROPHOTO).isSrgb()).isFalse();
  }
}
