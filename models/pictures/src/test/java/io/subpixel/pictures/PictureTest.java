package io.subpixel.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureTest {
  private final Picture rgb =
      new Picture(2, 2, 3, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, -2, -1});

  @Test
  void keepsChannelsTogetherRowByRow() {
    assertThat(rgb.at(1, 0, 2)).isEqualTo(6);
    assertThat(rgb.at(0, 1, 0)).isEqualTo(7);
    assertThat(rgb.at(1, 1, 2)).isEqualTo(255);
    assertThat(rgb.channel(1).values()).containsExactly(2, 5, 8, 254);
    assertThat(rgb).hasToString("2x2x3");
  }

  @ParameterizedTest
  @CsvSource({"1, false, false", "2, false, true", "3, true, false", "4, true, true"})
  void channelsTellColourAndAlpha(int channels, boolean colour, boolean alpha) {
    Picture picture = new Picture(1, 1, channels, new byte[channels]);
    assertThat(picture.isColour()).isEqualTo(colour);
    assertThat(picture.hasAlpha()).isEqualTo(alpha);
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void channelsGoTogetherAgain(
      @ForAll @IntRange(min = 1, max = 5) int width,
      @ForAll @IntRange(min = 1, max = 5) int height,
      @ForAll @IntRange(min = 1, max = 4) int channels,
      @ForAll byte step) {
    byte[] samples = new byte[width * height * channels];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) (i * step);
    }
    Picture picture = new Picture(width, height, channels, samples);
    Plane[] planes = new Plane[channels];
    for (int c = 0; c < channels; c++) {
      planes[c] = picture.channel(c);
    }
    assertThat(Picture.ofChannels(planes)).isEqualTo(picture).hasSameHashCodeAs(picture);
  }

  @Test
  void channelsThatDontFitTogetherAreRefused() {
    Plane wide = new Plane(2, 1);
    assertThatThrownBy(() -> Picture.ofChannels(wide, new Plane(1, 2), wide))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("channels: expected planes of 2x1, received 1x2");
    assertThatThrownBy(Picture::ofChannels)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("channels: expected 1 to 4, received 0");
    assertThatThrownBy(() -> Picture.ofChannels(wide, wide, wide, wide, wide))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> rgb.channel(3)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void cropsAreCopies() {
    Picture part = rgb.crop(1, 0, 1, 2);
    rgb.samples()[3] = 99;
    assertThat(part).isEqualTo(new Picture(1, 2, 3, new byte[] {4, 5, 6, 10, -2, -1}));
  }

  @ParameterizedTest
  @CsvSource({"-1,0,1,1", "0,-1,1,1", "1,0,2,1", "0,1,1,2", "0,0,-1,1", "2147483647,0,1,1"})
  void aCropOutsideIsRefused(int x, int y, int width, int height) {
    assertThatThrownBy(() -> rgb.crop(x, y, width, height))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void cropsToMultiplesAtRightAndBottom() {
    Picture picture = new Picture(5, 4, 1, new byte[20]);
    picture.samples()[0] = 1;
    picture.samples()[3] = 7;
    assertThat(picture.cropToMultiple(3)).hasToString("3x3x1");
    assertThat(picture.cropToMultiple(3).at(0, 0, 0)).isEqualTo(1);
    assertThat(picture.cropToMultiple(4)).hasToString("4x4x1");
    assertThat(picture.cropToMultiple(4).at(3, 0, 0)).isEqualTo(7);
    assertThat(picture.cropToMultiple(1)).isEqualTo(picture);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 3})
  void aCropToNothingIsRefused(int multiple) {
    assertThatThrownBy(() -> rgb.cropToMultiple(multiple))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("crop: expected sides of at least " + multiple + ", received 2x2x3");
  }

  @ParameterizedTest
  @CsvSource({
    "-3, 0",
    "0, 0",
    "0.25, 0",
    "0.49, 0",
    "0.5, 1",
    "1.4999, 1",
    "1.5, 2",
    "2.5, 3",
    "127.5, 128",
    "254.49, 254",
    "254.5, 255",
    "255, 255",
    "256, 255",
    "1e30, 255",
    "-1e30, 0",
    "NaN, 0",
    "Infinity, 255",
    "-Infinity, 0"
  })
  void samplesAreClippedAndRoundedHalfUp(float value, int sample) {
    assertThat(Picture.toSample(value) & 0xff).isEqualTo(sample);
  }

  @ParameterizedTest
  @CsvSource({"2,2,2", "0,4,3", "-2,-2,3", "12,1,0", "1,1,12", "65536,65536,3"})
  void aWrongNumberOfSamplesIsRefused(int width, int height, int channels) {
    assertThatThrownBy(() -> new Picture(width, height, channels, new byte[12]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("image of " + width + "x" + height + "x" + channels + ": received 12 samples");
  }

  @Test
  void equalsGoesBySizeChannelsAndSamples() {
    assertThat(new Picture(2, 1, 1, new byte[2])).isEqualTo(new Picture(2, 1, 1, new byte[2]));
    assertThat(new Picture(2, 1, 1, new byte[2])).isNotEqualTo(new Picture(1, 2, 1, new byte[2]));
    assertThat(new Picture(2, 1, 1, new byte[2])).isNotEqualTo(new Picture(1, 1, 2, new byte[2]));
    assertThat(new Picture(2, 1, 1, new byte[] {0, 1}))
        .isNotEqualTo(new Picture(2, 1, 1, new byte[2]));
  }
}
