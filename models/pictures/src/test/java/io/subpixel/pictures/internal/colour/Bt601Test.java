package io.subpixel.pictures.internal.colour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class Bt601Test {
  private static final Offset<Float> EXACT = within(1e-6f);

  @ParameterizedTest
  @CsvSource({
    "  0,   0,   0, 0,     0.5,       0.5",
    "255, 255, 255, 1,     0.5,       0.5",
    "255,   0,   0, 0.299, 0.3312641, 1",
    "  0, 255,   0, 0.587, 0.1687359, 0.0813124",
    "  0,   0, 255, 0.114, 1,         0.4186877",
    "255, 255,   0, 0.886, 0,         0.5813123",
  })
  void fullRangeIsThatOfJpeg(int r, int g, int b, float y, float cb, float cr) {
    Picture pixel = new Picture(1, 1, 3, new byte[] {(byte) r, (byte) g, (byte) b});
    assertThat(Bt601.FULL.luma(pixel).at(0, 0)).isCloseTo(y, EXACT);
    assertThat(Bt601.FULL.chroma(pixel)[0].at(0, 0)).isCloseTo(cb, EXACT);
    assertThat(Bt601.FULL.chroma(pixel)[1].at(0, 0)).isCloseTo(cr, EXACT);
  }

  /** The 8-bit levels of the 100% colour bars in Recommendation BT.601. */
  @ParameterizedTest
  @CsvSource({
    "  0,   0,   0,  16, 128, 128",
    "255, 255, 255, 235, 128, 128",
    "255,   0,   0,  81,  90, 240",
    "  0, 255,   0, 145,  54,  34",
    "  0,   0, 255,  41, 240, 110",
    "255, 255,   0, 210,  16, 146",
    "  0, 255, 255, 170, 166,  16",
    "255,   0, 255, 106, 202, 222",
  })
  void studioRangeIsThatOfVideo(int r, int g, int b, int y, int cb, int cr) {
    Picture pixel = new Picture(1, 1, 3, new byte[] {(byte) r, (byte) g, (byte) b});
    assertThat(Math.round(255 * Bt601.STUDIO.luma(pixel).at(0, 0))).isEqualTo(y);
    assertThat(Math.round(255 * Bt601.STUDIO.chroma(pixel)[0].at(0, 0))).isEqualTo(cb);
    assertThat(Math.round(255 * Bt601.STUDIO.chroma(pixel)[1].at(0, 0))).isEqualTo(cr);
  }

  /** All of them: 256 pictures, one for each red. */
  @ParameterizedTest
  @EnumSource
  void everyColourComesBackUnchanged(Bt601 range) {
    byte[] samples = new byte[256 * 256 * 3];
    Picture colours = new Picture(256, 256, 3, samples);
    for (int red = 0; red < 256; red++) {
      for (int i = 0; i < 256 * 256; i++) {
        samples[3 * i] = (byte) red;
        samples[3 * i + 1] = (byte) (i >> 8);
        samples[3 * i + 2] = (byte) i;
      }
      Plane[] chroma = range.chroma(colours);
      assertThat(range.toRgb(range.luma(colours), chroma[0], chroma[1]))
          .as("red " + red)
          .isEqualTo(colours);
    }
  }

  private static Picture toGrey(Bt601 range, Plane luma) {
    float[] grey = luma.values().clone();
    range.grey(grey, 255, grey.length);
    return Picture.ofChannels(new Plane(luma.width(), luma.height(), grey));
  }

  @ParameterizedTest
  @EnumSource
  void greyComesBackUnchanged(Bt601 range) {
    Picture greys = greys(1);
    assertThat(toGrey(range, range.luma(greys))).isEqualTo(greys);
  }

  @ParameterizedTest
  @EnumSource
  void greyHasTheLumaOfItsColourAndNeutralChroma(Bt601 range) {
    float neutral = range == Bt601.FULL ? 0.5f : 128 / 255f;
    for (Plane chroma : range.chroma(greys(1))) {
      assertThat(chroma.values()).containsOnly(new float[] {neutral}, EXACT);
    }
    for (Plane chroma : range.chroma(greys(3))) {
      assertThat(chroma.values()).containsOnly(new float[] {neutral}, EXACT);
    }
    assertThat(range.luma(greys(3)).values()).containsExactly(range.luma(greys(1)).values(), EXACT);
  }

  @ParameterizedTest
  @EnumSource
  void alphaIsLeftOut(Bt601 range) {
    Picture opaque = new Picture(2, 1, 3, new byte[] {1, 2, 3, 40, 50, 60});
    Picture alpha = new Picture(2, 1, 4, new byte[] {1, 2, 3, 99, 40, 50, 60, 0});
    assertThat(range.luma(alpha).values()).containsExactly(range.luma(opaque).values());
    assertThat(range.chroma(alpha)[0].values()).containsExactly(range.chroma(opaque)[0].values());
    assertThat(range.chroma(alpha)[1].values()).containsExactly(range.chroma(opaque)[1].values());
    Picture greyAlpha = new Picture(2, 1, 2, new byte[] {7, 99, 8, 0});
    assertThat(toGrey(range, range.luma(greyAlpha)).samples()).containsExactly(7, 8);
  }

  @ParameterizedTest
  @EnumSource
  void valuesOutsideAreClipped(Bt601 range) {
    Plane over = new Plane(2, 1, new float[] {-9, 9});
    Plane neutral = range.chroma(greys(1))[0].crop(0, 0, 2, 1);
    assertThat(toGrey(range, over).samples()).containsExactly(0, -1);
    assertThat(range.toRgb(over, neutral, neutral).samples()).containsExactly(0, 0, 0, -1, -1, -1);
  }

  @Test
  void planesOfDifferentSizesAreRefused() {
    Plane small = new Plane(1, 2);
    Plane large = new Plane(2, 1);
    assertThatThrownBy(() -> Bt601.FULL.toRgb(small, small, large))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("chroma: expected 1x2, received 2x1");
    assertThatThrownBy(() -> Bt601.FULL.toRgb(small, large, small))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Picture greys(int channels) {
    byte[] samples = new byte[256 * channels];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) (i / channels);
    }
    return new Picture(16, 16, channels, samples);
  }
}
