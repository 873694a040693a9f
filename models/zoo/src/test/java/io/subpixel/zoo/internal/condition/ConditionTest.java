package io.subpixel.zoo.internal.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.testing.RealData;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionTest {
  private static final Picture CLEAN = drawn();

  /** Waves of all lengths and directions, the longer the stronger, as in photographs. */
  private static Picture drawn() {
    int width = 320;
    int height = 240;
    double[] values = new double[width * height];
    Random random = new Random(7);
    for (int wave = 0; wave < 150; wave++) {
      double frequency = 0.01 * Math.pow(45, random.nextDouble());
      double angle = 2 * Math.PI * random.nextDouble();
      double across = 2 * Math.PI * frequency * Math.cos(angle);
      double down = 2 * Math.PI * frequency * Math.sin(angle);
      double phase = 2 * Math.PI * random.nextDouble();
      double strength = 1 / Math.sqrt(Math.max(frequency, 0.02));
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          // Calm at the left, busy at the right.
          double here = frequency < 0.05 ? strength : strength * x * x / width / width;
          values[y * width + x] += here * Math.sin(across * x + down * y + phase);
        }
      }
    }
    byte[] samples = new byte[3 * width * height];
    for (int i = 0; i < values.length; i++) {
      for (int c = 0; c < 3; c++) {
        samples[3 * i + c] = Picture.toSample((float) ((1 - 0.1 * c) * (128 + values[i])));
      }
    }
    return new Picture(width, height, 3, samples);
  }

  private static Picture degraded(String steps) throws IOException {
    return Degradation.parse(steps).apply(CLEAN, 1, 5);
  }

  @Test
  void aCleanPictureIsClean() {
    Condition condition = Condition.of(CLEAN);
    assertThat(condition.noise()).isLessThan(0.5);
    assertThat(condition.blocks()).isZero();
    assertThat(condition).hasToString("clean");
  }

  @ParameterizedTest
  @ValueSource(doubles = {2, 4, 8})
  void noiseThatIsTheSameInAllChannelsIsMeasured(double sigma) throws IOException {
    Condition condition = Condition.of(degraded("noise:grey," + sigma));
    // Of luma alone a part is believed.
    assertThat(condition.noise()).isCloseTo(0.8 * sigma, within(0.12 * sigma));
    assertThat(condition.blocks()).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {2, 4, 8})
  void noiseOfEachChannelIsMeasuredAsWhatItIsInLuma(double sigma) throws IOException {
    double inLuma = sigma * Math.sqrt(0.299 * 0.299 + 0.587 * 0.587 + 0.114 * 0.114);
    assertThat(Condition.of(degraded("noise:" + sigma)).noise())
        .isCloseTo(inLuma, within(0.15 * inLuma));
  }

  @ParameterizedTest
  @CsvSource({"30, 0.06", "50, 0.04"})
  void theBlocksOfAJpegAreFoundWhereverItWasCropped(int quality, double least) throws IOException {
    Picture jpeg = degraded("jpeg:" + quality);
    for (int shift : new int[] {0, 3, 6}) {
      Picture cropped = jpeg.crop(shift, shift / 3, 300, 230);
      assertThat(Condition.of(cropped).blocks()).as("shift %d", shift).isGreaterThan(least);
    }
  }

  @Test
  void aBlurredPictureIsLessSharp() throws IOException {
    Condition condition = Condition.of(degraded("blur:gaussian,0.8"));
    assertThat(condition.sharpness()).isLessThan(0.3);
    assertThat(condition.toString()).startsWith("blur ");
  }

  @Test
  void picturesWithoutDetailsOrOfOnePixelAreClean() {
    for (int side : new int[] {1, 2, 9, 100}) {
      Condition condition = Condition.of(new Picture(side, side, 1, new byte[side * side]));
      assertThat(condition).isEqualTo(Condition.CLEAN);
    }
  }

  @Test
  void aDrawingIsToldFromAPhotographEvenAsAJpeg() throws IOException {
    assertThat(Condition.of(CLEAN).isDrawn()).isFalse();
    Picture drawing = discs();
    assertThat(Condition.of(drawing).isDrawn()).isTrue();
    Picture jpeg = Degradation.parse("jpeg:50").apply(drawing, 1, 1);
    assertThat(Condition.of(jpeg).isDrawn()).isTrue();
    assertThat(Condition.of(jpeg).toString()).startsWith("drawing, blocks ");
    Picture noisy = Degradation.parse("noise:grey,8").apply(drawing, 1, 1);
    assertThat(Condition.of(noisy).isDrawn()).isFalse();
  }

  /** Outlined discs in a few colours. */
  private static Picture discs() {
    int side = 256;
    byte[] samples = new byte[3 * side * side];
    for (int i = 0; i < side * side; i++) {
      int x = i % side;
      int y = i / side;
      int disc = x / 64 + y / 64;
      double distance = Math.hypot(x % 64 - 32, y % 64 - 32) - 18 - disc;
      for (int c = 0; c < 3; c++) {
        int fill = distance < 0 ? 90 + 20 * disc + 13 * c : 240;
        samples[3 * i + c] = (byte) (Math.abs(distance) < 1.5 ? 0 : fill);
      }
    }
    return new Picture(side, side, 3, samples);
  }

  /** Set14's ppt3 is a page of slides; comic is drawn, but shaded like a photograph. */
  @Test
  void ofTheFieldsPicturesOnlyTheSlideIsADrawing() throws IOException {
    for (String set : List.of("Set5", "Set14")) {
      try (Stream<Path> files = Files.list(RealData.folder("lr-bicubic/" + set + "/x2"))) {
        for (Path file : files.toList()) {
          assertThat(Condition.of(PictureFiles.read(file)).isDrawn())
              .as(file.toString())
              .isEqualTo(file.toString().contains("ppt3"));
        }
      }
    }
  }

  @Test
  void sixteenBitsAreMeasuredLikeEight() throws IOException {
    Picture noisy = degraded("noise:4");
    Rows deep = new Rows(noisy.height(), PictureLayout.of(noisy).withDepth(16));
    for (int y = 0; y < noisy.height(); y++) {
      for (int x = 0; x < noisy.width(); x++) {
        for (int c = 0; c < 3; c++) {
          deep.put(y, x, c, 257 * noisy.at(x, y, c));
        }
      }
    }
    Condition of8 = Condition.of(noisy);
    Condition of16 = Condition.of(deep, noisy.height(), OptionalInt.empty());
    assertThat(of16.noise()).isCloseTo(of8.noise(), within(1e-3));
  }

  @Test
  void theMeanIgnoresPicturesWithoutDetails() {
    Condition noisy = new Condition(OptionalInt.empty(), 4, 0.2, 0.5, true);
    Condition calm = new Condition(OptionalInt.empty(), 2, 0.0, 0.3, false);
    assertThat(Condition.mean(List.of(Condition.CLEAN, noisy, calm)))
        .isEqualTo(new Condition(OptionalInt.empty(), 3, 0.1, 0.4, false));
    assertThat(Condition.mean(List.of())).isEqualTo(Condition.CLEAN);
  }

  /** White letters on black don't tell what follows. */
  @Test
  void titlesDoNotMakeAClipADrawing() {
    Condition title = Condition.of(discs());
    assertThat(title.isDrawn()).isTrue();
    assertThat(Condition.mean(List.of(title, title)).isDrawn()).isFalse();
  }

  @Test
  void noBlocksAreFoundInTheFieldsCleanPictures() throws IOException {
    Path folder = RealData.folder("lr-bicubic/Set5/x2");
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Condition condition = Condition.of(PictureFiles.read(file));
        assertThat(condition.blocks()).as(file.toString()).isZero();
        assertThat(condition.noise()).as(file.toString()).isLessThan(1);
      }
    }
  }
}
