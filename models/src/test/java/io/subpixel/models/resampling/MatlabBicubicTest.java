package io.subpixel.models.resampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.Picture;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MatlabBicubicTest {
  /**
   * By a few lines of Python in double precision, in two dimensions at once: {@code sum w(y) w(x)
   * v(x, y)} over the picture mirrored on all sides, w the cubic of a = -0.5 at {@code (u - k) /
   * scale}, normalised, u = scale (i + 0.5) - 0.5; then {@code floor(t + 0.5)}. No sum is nearer to
   * a tie than 0.004.
   */
  @ParameterizedTest
  @CsvSource({
    "2, 72 132 141 133 92 117 131 149 147 123 153 84 113 136 137 132 144 104 130 150 172 157 158"
        + " 140 148 133 99 125 111 167 157 92 120 116 119 153",
    "3, 105 144 125 106 122 146 138 111 142 147 146 150 140 103 115 143",
  })
  void doubleMirrorIsTheDirectSum(int scale, String expected) {
    byte[] samples = new byte[12 * 12];
    for (int i = 0; i < samples.length; i++) {
      int x = i % 12;
      int y = i / 12;
      samples[i] = (byte) (37 * x + 91 * y + 13 * x * y);
    }
    Picture lr = MatlabBicubic.DOUBLE_MIRROR.downscale(new Picture(12, 12, 1, samples), scale);
    assertThat(lr.width()).isEqualTo(12 / scale);
    assertThat(lr.channel(0).values())
        .containsExactly(
            Arrays.stream(expected.split(" ")).map(Float::valueOf).toArray(Float[]::new));
  }

  /** 66 * 111/256 = 28.6 is 29, of which 111/256 are 12.57: 13. In one go it is 12.41: 12. */
  @Test
  void uint8ClampRoundsAfterEachAxis() {
    byte[] samples = new byte[12 * 12];
    samples[5 * 12 + 5] = 66;
    Picture impulse = new Picture(12, 12, 1, samples);
    assertThat(MatlabBicubic.UINT8_CLAMP.downscale(impulse, 2).at(2, 2, 0)).isEqualTo(13);
    assertThat(MatlabBicubic.DOUBLE_MIRROR.downscale(impulse, 2).at(2, 2, 0)).isEqualTo(12);
  }

  @ParameterizedTest
  @EnumSource
  void everyChannelIsShrunkOnItsOwn(MatlabBicubic recipe) {
    byte[] samples = new byte[8 * 6 * 4];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) (i * 7 + i * i);
    }
    Picture hr = new Picture(8, 6, 4, samples);
    Picture lr = recipe.downscale(hr, 2);
    assertThat(lr).hasToString("4x3x4");
    for (int c = 0; c < 4; c++) {
      Picture alone = recipe.downscale(Picture.ofChannels(hr.channel(c)), 2);
      assertThat(lr.channel(c).values()).containsExactly(alone.channel(0).values());
    }
  }

  @ParameterizedTest
  @EnumSource
  void constantsStay(MatlabBicubic recipe) {
    for (int value : new int[] {0, 1, 127, 128, 254, 255}) {
      byte[] samples = new byte[12 * 12];
      Arrays.fill(samples, (byte) value);
      for (int scale : new int[] {1, 2, 3, 4, 12}) {
        assertThat(recipe.downscale(new Picture(12, 12, 1, samples), scale).samples())
            .containsOnly(value);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void sidesThatAreNoMultiplesAreRefused(MatlabBicubic recipe) {
    Picture picture = new Picture(6, 4, 1, new byte[24]);
    for (int scale : new int[] {-2, 0, 3, 4, 12}) {
      assertThatThrownBy(() -> recipe.downscale(picture, scale))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("downscale: expected sides divisible by " + scale + ", received 6x4x1");
    }
  }

  @Test
  void idsAreThoseOfTheCards() {
    assertThat(MatlabBicubic.UINT8_CLAMP.id()).isEqualTo("bicubic-uint8-clamp");
    assertThat(MatlabBicubic.DOUBLE_MIRROR.id()).isEqualTo("bicubic-double-mirror");
  }
}
