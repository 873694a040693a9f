package io.subpixel.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.zoo.internal.PixelPath.Network;
import io.subpixel.pictures.internal.colour.Bt601;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.pictures.resampling.MatlabBicubic;
import io.subpixel.pictures.resampling.Resampler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PixelPathTest {
  private static final int SCALE = 2;

  @ParameterizedTest
  @EnumSource
  void greyStaysGreyAndIsTheNetworks(Colour colour) {
    Picture lr = drawing(1);
    Picture sr = PixelPath.upscale(lr, card(colour), resampling(Kernel.NEAREST));
    assertThat(sr).isEqualTo(enlarged(lr, Kernel.NEAREST));
  }

  @ParameterizedTest
  @CsvSource({"Y, 2", "Y, 4", "Y_STUDIO, 2", "Y_STUDIO, 4", "RGB, 2", "RGB, 4"})
  void alphaIsEnlargedByBicubicAndTheRestIgnoresIt(Colour colour, int channels) {
    Picture lr = drawing(channels);
    Picture sr = PixelPath.upscale(lr, card(colour), resampling(Kernel.NEAREST));
    assertThat(sr).hasToString("12x10x" + channels);
    assertThat(sr.channel(channels - 1).values())
        .containsExactly(enlarged(lr, Kernel.CUBIC).channel(channels - 1).values());
    Picture opaque = PixelPath.upscale(withoutAlpha(lr), card(colour), resampling(Kernel.NEAREST));
    assertThat(withoutAlpha(sr)).isEqualTo(opaque);
  }

  @Test
  void lumaIsTheNetworksAndChromaBicubic() {
    Picture lr = drawing(3);
    Picture sr = PixelPath.upscale(lr, card(Colour.Y), resampling(Kernel.NEAREST));
    Plane luma = Bt601.FULL.luma(enlarged(lr, Kernel.NEAREST));
    Plane[] chroma = Bt601.FULL.chroma(lr);
    Plane[] srChroma = Bt601.FULL.chroma(sr);
    Resampler bicubic = Resampler.enlarging(lr.width(), lr.height(), SCALE, Kernel.CUBIC);
    for (int i = 0; i < luma.values().length; i++) {
      assertThat(255 * Math.abs(Bt601.FULL.luma(sr).values()[i] - luma.values()[i]))
          .isLessThanOrEqualTo(0.51f);
      for (int c = 0; c < 2; c++) {
        float expected = bicubic.apply(chroma[c]).values()[i];
        assertThat(255 * Math.abs(srChroma[c].values()[i] - expected)).isLessThanOrEqualTo(0.6f);
      }
    }
  }

  @Test
  void anRgbModelGetsEachColourAndGivesEachBack() {
    Picture lr = drawing(3);
    assertThat(PixelPath.upscale(lr, card(Colour.RGB), resampling(Kernel.CUBIC)))
        .isEqualTo(enlarged(lr, Kernel.CUBIC));
  }

  @Test
  void theNetworkSeesValuesFrom0To1() {
    Picture lr = new Picture(3, 1, 3, new byte[] {0, 0, 0, -1, -1, -1, 51, 102, -103});
    Network checking =
        planes -> {
          assertThat(planes).hasSize(3);
          assertThat(planes[0].values()).containsExactly(0, 1, 0.2f);
          assertThat(planes[1].values()).containsExactly(0, 1, 0.4f);
          assertThat(planes[2].values()).containsExactly(0, 1, 0.6f);
          return resampling(Kernel.NEAREST).apply(planes);
        };
    assertThat(PixelPath.upscale(lr, card(Colour.RGB), checking))
        .isEqualTo(enlarged(lr, Kernel.NEAREST));
  }

  @ParameterizedTest
  @EnumSource
  void constantsHaveNoColourShift(Colour colour) {
    int[] levels = {0, 1, 77, 128, 254, 255};
    for (int r : levels) {
      for (int g : levels) {
        for (int b : levels) {
          byte[] samples = new byte[4 * 3 * 3];
          for (int i = 0; i < samples.length; i += 3) {
            samples[i] = (byte) r;
            samples[i + 1] = (byte) g;
            samples[i + 2] = (byte) b;
          }
          Picture lr = new Picture(4, 3, 3, samples);
          assertThat(PixelPath.upscale(lr, card(colour), resampling(Kernel.CUBIC)))
              .isEqualTo(enlarged(lr, Kernel.NEAREST));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Y, 1, 3",
    "Y, 3, 3",
    "Y_STUDIO, 3, 3",
    "Y_STUDIO, 3, -3",
    "RGB, 1, 3",
    "RGB, 3, 3",
    "Y, 1, -3",
    "RGB, 3, -3"
  })
  void overshootIsClipped(Colour colour, int channels, float value) {
    Network overshooting =
        planes -> {
          Plane[] result = resampling(Kernel.NEAREST).apply(planes);
          for (Plane plane : result) {
            Arrays.fill(plane.values(), value);
          }
          return result;
        };
    Picture lr = new Picture(6, 5, channels, new byte[6 * 5 * channels]);
    assertThat(PixelPath.upscale(lr, card(colour), overshooting).samples())
        .containsOnly(value > 0 ? 255 : 0);
  }

  @Test
  void aLumaModelGetsLumaOfItsRange() {
    // Black, white, and colours whose luma ITU-R BT.601 gives: 0.299 R + 0.587 G + 0.114 B.
    Picture lr =
        new Picture(5, 1, 3, new byte[] {0, 0, 0, -1, -1, -1, -1, 0, 0, 0, -1, 0, 0, 0, -1});
    float[] luma = {0, 1, 0.299f, 0.587f, 0.114f};
    assertThat(seen(lr, Colour.Y)).containsExactly(luma, within(1e-6f));
    float[] studio = new float[luma.length];
    for (int i = 0; i < luma.length; i++) {
      studio[i] = (16 + 219 * luma[i]) / 255;
    }
    assertThat(seen(lr, Colour.Y_STUDIO)).containsExactly(studio, within(1e-6f));
  }

  /** The one plane that the network gets, in its one call. */
  private static float[] seen(Picture lr, Colour colour) {
    List<float[]> seen = new ArrayList<>();
    PixelPath.upscale(
        lr,
        card(colour),
        planes -> {
          assertThat(planes).hasSize(1);
          seen.add(planes[0].values().clone());
          return resampling(Kernel.NEAREST).apply(planes);
        });
    assertThat(seen).hasSize(1);
    return seen.get(0);
  }

  /** Plain bicubic in another colour space is bicubic: linear, but for clipping and rounding. */
  @ParameterizedTest
  @EnumSource
  void bicubicThroughAnyColourIsBicubic(Colour colour) {
    Picture hr = TestCard.draw(120, 90, 3);
    Picture lr = MatlabBicubic.UINT8_CLAMP.downscale(hr, SCALE);
    Picture sr = PixelPath.upscale(lr, card(colour), resampling(Kernel.CUBIC));
    Picture bicubic = enlarged(lr, Kernel.CUBIC);
    for (int c = 0; c < 3; c++) {
      double shift = 0;
      double largest = 0;
      float[] expected = bicubic.channel(c).values();
      float[] received = sr.channel(c).values();
      for (int i = 0; i < expected.length; i++) {
        shift += received[i] - expected[i];
        largest = Math.max(largest, Math.abs(received[i] - expected[i]));
      }
      assertThat(Math.abs(shift / expected.length)).as("mean, channel " + c).isLessThan(0.05);
      assertThat(largest).as("channel " + c).isLessThanOrEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void hiddenColoursMakeNoFringe(Colour colour) {
    byte[] samples = new byte[32 * 24 * 4];
    for (int i = 0; i < samples.length; i += 4) {
      boolean visible = i / 4 % 32 >= 12;
      samples[i] = (byte) (visible ? 200 : 0);
      samples[i + 1] = (byte) (visible ? 40 : 0);
      samples[i + 2] = (byte) (visible ? 90 : 0);
      samples[i + 3] = (byte) (visible ? 255 : 0);
    }
    Picture sr =
        PixelPath.upscale(new Picture(32, 24, 4, samples), card(colour), resampling(Kernel.CUBIC));
    for (int y = 0; y < sr.height(); y++) {
      for (int x = 0; x < sr.width(); x++) {
        if (sr.at(x, y, 3) > 0) {
          assertThat(sr.at(x, y, 0)).as(x + ", " + y).isEqualTo(200);
          assertThat(sr.at(x, y, 1)).as(x + ", " + y).isEqualTo(40);
          assertThat(sr.at(x, y, 2)).as(x + ", " + y).isEqualTo(90);
        }
      }
    }
    assertThat(sr.at(23, 9, 3)).isBetween(1, 254);
  }

  private static Network resampling(Kernel kernel) {
    return planes -> {
      Plane[] result = new Plane[planes.length];
      for (int c = 0; c < planes.length; c++) {
        result[c] =
            Resampler.enlarging(planes[c].width(), planes[c].height(), SCALE, kernel)
                .apply(planes[c]);
      }
      return result;
    };
  }

  private static Picture enlarged(Picture picture, Kernel kernel) {
    return Resampler.enlarging(picture.width(), picture.height(), SCALE, kernel).apply(picture);
  }

  /** Muted colours: they leave chroma room to overshoot without being clipped. */
  private static Picture drawing(int channels) {
    byte[] samples = new byte[6 * 5 * channels];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) (90 + (i * i * 31 + i * 7) % 70);
    }
    return new Picture(6, 5, channels, samples);
  }

  private static Picture withoutAlpha(Picture picture) {
    return picture.channels() == 2
        ? Picture.ofChannels(picture.channel(0))
        : Picture.ofChannels(picture.channel(0), picture.channel(1), picture.channel(2));
  }

  private static ModelCard card(Colour colour) {
    return new ModelCard(
        "m",
        SCALE,
        colour,
        colour.channels(),
        List.of(0.0, 1.0),
        0,
        0,
        0,
        "none",
        null,
        List.of(),
        "CC0-1.0",
        null,
        Map.of());
  }
}
