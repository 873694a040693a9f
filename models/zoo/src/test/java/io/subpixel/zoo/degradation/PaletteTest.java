package io.subpixel.zoo.degradation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.zoo.degradation.Palette.Dither;
import io.subpixel.zoo.degradation.Step.Target;
import java.util.HashSet;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PaletteTest {
  private static final int WIDTH = 96;
  private static final int HEIGHT = 64;

  /** Pillow 9.4.0's {@code quantize(n, MEDIANCUT, dither=NONE)} and its Floyd-Steinberg. */
  @ParameterizedTest
  @CsvSource({"8, 16.379, 15.081", "32, 18.312, 17.009", "256, 24.921, 23.026"})
  void coloursAreChosenAtLeastAsWellAsPillowDoes(int colours, double plain, double diffused) {
    assertThat(psnr(reduced(colours, Dither.PLAIN))).isGreaterThan(plain);
    assertThat(psnr(reduced(colours, Dither.DIFFUSED))).isGreaterThan(diffused);
  }

  @ParameterizedTest
  @EnumSource
  void noMoreColoursAreLeftThanWereAskedFor(Dither dither) {
    assertThat(colours(reduced(7, dither))).isEqualTo(7);
  }

  /** From some distance, dithered colours are nearer to the picture's. */
  @ParameterizedTest
  @EnumSource(names = {"DIFFUSED", "ORDERED"})
  void ditheringKeepsTheMeansOfAreas(Dither dither) throws InvalidInputException {
    Picture ramp = ramp();
    double dithered = distance(inner(apply("palette:4," + id(dither), ramp)), inner(ramp));
    double plain = distance(inner(apply("palette:4,plain", ramp)), inner(ramp));
    assertThat(dithered).isLessThan(0.2 * plain);
  }

  @Test
  void aPictureOfFewColoursStaysAsItIs() {
    Picture few = reduced(16, Dither.PLAIN);
    assertThat(apply("palette:16,plain/diffused", few)).isEqualTo(few);
  }

  @Test
  void greyStaysGrey() {
    Picture grey = Picture.ofChannels(picture().channel(0));
    Picture reduced = apply("palette:4,plain", grey);
    assertThat(reduced.isColour()).isFalse();
    Set<Byte> values = new HashSet<>();
    for (byte sample : reduced.samples()) {
      values.add(sample);
    }
    assertThat(values).hasSize(4);
  }

  @Test
  void coloursAreOutOfTheRangeOfGif() {
    assertThatThrownBy(() -> Degradation.parse("shrink+palette:2..300"))
        .hasMessageContaining("expected 2..256, received 2..300");
    assertThatThrownBy(() -> Degradation.parse("shrink+palette:8,bayer"))
        .hasMessageContaining("expected some of plain/diffused/ordered, received bayer");
  }

  private static Picture reduced(int colours, Dither dither) {
    Palette palette = new Palette(new Range(colours, colours), Choice.of(dither));
    return palette
        .apply(Planes.of(picture()), new Target(WIDTH, HEIGHT, 1), new Random(1))
        .toPicture();
  }

  private static Picture apply(String step, Picture picture) {
    return Steps.parse(step)
        .get(0)
        .apply(Planes.of(picture), new Target(picture.width(), picture.height(), 1), new Random(2))
        .toPicture();
  }

  private static Picture picture() {
    byte[] samples = new byte[3 * WIDTH * HEIGHT];
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      double x = i % WIDTH;
      double y = Math.floor((double) i / WIDTH);
      samples[3 * i] = (byte) (127.5 + 127.5 * Math.sin(x / 9 + y / 17));
      samples[3 * i + 1] = (byte) (127.5 + 127.5 * Math.cos(x / 13 - y / 11));
      samples[3 * i + 2] = (byte) (x * 255 / 95 * 0.5 + y * 255 / 63 * 0.5);
    }
    return new Picture(WIDTH, HEIGHT, 3, samples);
  }

  private static String id(Dither dither) {
    return dither.name().toLowerCase(Locale.ROOT);
  }

  private static Picture ramp() {
    byte[] samples = new byte[3 * WIDTH * HEIGHT];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) (40 + 2 * (i / 3 % WIDTH));
    }
    return new Picture(WIDTH, HEIGHT, 3, samples);
  }

  private static int colours(Picture picture) {
    Set<Integer> found = new HashSet<>();
    byte[] samples = picture.samples();
    for (int i = 0; i < samples.length; i += 3) {
      found.add((samples[i] & 0xff) << 16 | (samples[i + 1] & 0xff) << 8 | (samples[i + 2] & 0xff));
    }
    return found.size();
  }

  /** Without the ends, where the ramp goes beyond the outermost colours. */
  private static Picture inner(Picture picture) throws InvalidInputException {
    return small(picture).crop(4, 0, WIDTH / 4 - 8, HEIGHT / 4);
  }

  private static Picture small(Picture picture) throws InvalidInputException {
    return Degradation.parse("shrink:area").apply(picture, 4, 0);
  }

  private static double psnr(Picture picture) {
    return 10 * Math.log10(255.0 * 255 / distance(picture, picture()));
  }

  private static double distance(Picture a, Picture b) {
    double sum = 0;
    for (int i = 0; i < a.samples().length; i++) {
      double difference = (a.samples()[i] & 0xff) - (b.samples()[i] & 0xff);
      sum += difference * difference;
    }
    return sum / a.samples().length;
  }
}
