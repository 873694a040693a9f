package io.subpixel.zoo.degradation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.pictures.metrics.Metrics;
import io.subpixel.pictures.resampling.MatlabBicubic;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DegradationTest {
  private static final Picture HR = TestCard.draw(96, 72, 5);

  @ParameterizedTest
  @CsvSource({
    "bicubic-uint8-clamp, false",
    "bicubic-double-mirror, false",
    "gaussian-decimate, false",
    "gaussian-decimate:sigma=0.8, false",
    "bicubic-uint8-clamp+jpeg:60, false",
    "bicubic-uint8-clamp+noise:5+jpeg:60, true",
    "gaussian-decimate:sigma=1.6+jpeg:1+noise:0.5+noise:255, true",
    "shrink:area, false",
    "shrink, true",
    "'blur:gaussian,0.4+shrink:bicubic+sharpen:0.5,1+webp:40', false",
    "'blur:gaussian/anisotropic/generalised/plateau/sinc,0.1..0.8@0.5+shrink:area/lanczos', true",
    "'[resize:area/bilinear,0.2..0.8+jpeg:80]@0.25+shrink:bicubic', true",
    "'resize:lanczos,1.5+resize:bilinear,0.3', false",
    "'shuffle[shrink:area+one[noise:grey/bayer,1..9+shot:soft,0.01..0.2]+jpeg:5..90,444]', true",
    "'shrink:area+jpeg:60,420/444,shifted', true"
  })
  void anIdIsReadAndPrinted(String id, boolean random) throws IOException {
    Degradation degradation = Degradation.parse(id);
    assertThat(degradation.id()).isEqualTo(id);
    assertThat(degradation).hasToString(id).isEqualTo(Degradation.parse(id));
    assertThat(degradation.isRandom()).isEqualTo(random);
    assertThat(degradation.label()).isEqualTo(id);
    for (int scale = 2; scale <= 4; scale++) {
      assertThat(degradation.apply(HR, scale, 1)).hasToString(96 / scale + "x" + 72 / scale + "x3");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gaussian-decimate:sigma=1.0, gaussian-decimate",
    "gaussian-decimate:sigma=0.80, gaussian-decimate:sigma=0.8",
    "bicubic-uint8-clamp+noise:10.0+jpeg:07, bicubic-uint8-clamp+noise:10+jpeg:7",
    "shrink:area/bilinear/bicubic/lanczos, shrink",
    "'noise:colour,3..3', noise:3",
    "'jpeg:40..90,420', jpeg:40..90"
  })
  void oneDegradationHasOneSpelling(String id, String printed) throws IOException {
    assertThat(Degradation.parse(id).id()).isEqualTo(printed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bicubic",
        "+noise:5",
        "bicubic-uint8-clamp+",
        "bicubic-uint8-clamp+noise",
        "bicubic-uint8-clamp+noise:",
        "bicubic-uint8-clamp+noise:0",
        "bicubic-uint8-clamp+noise:256",
        "bicubic-uint8-clamp+noise:NaN",
        "bicubic-uint8-clamp+noise:1e1",
        "bicubic-uint8-clamp+jpeg:0",
        "bicubic-uint8-clamp+jpeg:101",
        "bicubic-uint8-clamp+jpeg:9.5",
        "bicubic-uint8-clamp:sigma=1",
        "gaussian-decimate:sigma=0",
        "gaussian-decimate:sigma=17",
        "gaussian-decimate:sigma=-1",
        "gaussian-decimate:1",
        "shrink:",
        "shrink:area/area",
        "shrink:nearest",
        "shrink+bicubic-uint8-clamp",
        "resize:area",
        "resize:area,3",
        "resize:area,0.8..0.2",
        "blur:gaussian,5",
        "blur:0.5",
        "sharpen:1",
        "webp:101",
        "jpeg:30..95,421",
        "jpeg:30..95,420,444",
        "jpeg:30..95,moved",
        "shrink@0",
        "shrink@1",
        "shrink@",
        "[shrink",
        "shrink]",
        "any[shrink]",
        "one[]",
        "photo+jpeg:30",
        "Bicubic-uint8-clamp"
      })
  void anotherIdIsRefusedWithOneLine(String id) {
    assertThatThrownBy(() -> Degradation.parse(id))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContainingAll(
            "degradation: expected bicubic-uint8-clamp, bicubic-double-mirror or gaussian-decimate",
            "photo",
            "noise:SIGMA",
            "jpeg:QUALITY",
            "received " + (id.isEmpty() ? "nothing" : id))
        .message()
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "photoo | (step 1, photoo: unknown step, or wrong number of settings)",
        "shrink+noise:300+jpeg:50 | (step 2, noise:300: expected more than 0, at most 255, received 300)",
        "shrink+one[jpeg:50+blur:box,1] | (step 2.2, blur:box,1: box: expected some of",
        "shrink+jpeg:x | (step 2, jpeg:x: expected a number such as 0.5, received x)",
        "noise:3+gaussian-decimate | (step 2, gaussian-decimate: can only come first)",
        "shrink+jpeg:50@2 | (step 2, jpeg:50@2: chance: expected more than 0, less than 1, received 2"
      })
  void aMessageNamesTheWrongStep(String id, String reason) {
    assertThatThrownBy(() -> Degradation.parse(id))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("received " + id + " " + reason);
  }

  @Test
  void anOverlongIdIsRejected() {
    assertThatThrownBy(() -> Degradation.parse("[".repeat(20_000)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith(", received 20000 characters");
    assertThatThrownBy(() -> Degradation.parse("[".repeat(2000)))
        .isInstanceOf(InvalidInputException.class);
  }

  @ParameterizedTest
  @EnumSource
  void theBicubicsAreMatlabs(MatlabBicubic recipe) throws IOException {
    assertThat(Degradation.parse(recipe.id()).apply(HR, 3, 0)).isEqualTo(recipe.downscale(HR, 3));
    assertThat(Degradation.DEFAULT.id()).isEqualTo("bicubic-uint8-clamp");
  }

  @Test
  void noiseIsWhiteAndFollowsTheSeed() throws IOException {
    Degradation noisy = Degradation.parse("bicubic-uint8-clamp+noise:6");
    Picture grey = grey(400, 400);
    Picture lr = noisy.apply(grey, 2, 1);
    assertThat(noisy.apply(grey, 2, 1)).isEqualTo(lr);
    assertThat(noisy.apply(grey, 2, 2)).isNotEqualTo(lr);
    double sum = 0;
    double squares = 0;
    double neighbours = 0;
    int previous = 0;
    for (byte sample : lr.samples()) {
      int d = (sample & 0xff) - 128;
      sum += d;
      squares += d * d;
      neighbours += d * previous;
      previous = d;
    }
    int count = lr.samples().length;
    assertThat(sum / count).isCloseTo(0, Offset.offset(0.1));
    // Rounding adds a twelfth to the variance.
    assertThat(squares / count).isCloseTo(36 + 1 / 12.0, Offset.offset(1.0));
    assertThat(neighbours / count).isCloseTo(0, Offset.offset(1.0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"photo", "photo-strong", "web", "drawing"})
  void aPresetStandsForItsSteps(String name) throws IOException {
    Degradation preset = Degradation.parse(name);
    assertThat(Degradation.presets()).contains(name);
    assertThat(preset.label()).isEqualTo(name);
    assertThat(preset.id()).isNotEqualTo(name);
    assertThat(Degradation.parse(preset.id())).isEqualTo(preset);
    assertThat(preset.isRandom()).isTrue();
    Set<Picture> drawn = new HashSet<>();
    for (int seed = 0; seed < 20; seed++) {
      Picture lr = preset.apply(HR, 2, seed);
      drawn.add(lr);
      assertThat(lr).hasToString("48x36x3").isEqualTo(preset.apply(HR, 2, seed));
      // Spoilt, but still that picture.
      assertThat(Metrics.psnr(Degradation.DEFAULT.apply(HR, 2, 0), lr, 2)).isGreaterThan(14);
    }
    assertThat(drawn).hasSizeGreaterThan(12);
  }

  /** Encoders lie in another module, whose tests run them. */
  @Test
  void withoutAnEncoderAClipIsReadButNotMade() throws IOException {
    Degradation clip = Degradation.parse("clip");
    assertThat(Degradation.parse(clip.id())).isEqualTo(clip);
    assertThat(clip.isRandom()).isTrue();
    assertThatThrownBy(() -> Degradation.parse("shrink+av1:20..30").apply(HR, 2, 1))
        .isInstanceOf(UnavailableException.class)
        .hasMessage(
            "degradation: av1:20..30 needs subpixel-runtime-video on the class path, received none");
    for (String wrong : List.of("h264:0", "vp9:64", "av1:1..64", "mpeg4:2,3", "h264")) {
      assertThatThrownBy(() -> Degradation.parse("shrink+" + wrong))
          .isInstanceOf(InvalidInputException.class);
    }
  }

  @Test
  void greyStaysGrey() throws IOException {
    Picture hr = Picture.ofChannels(HR.channel(1));
    assertThat(Degradation.parse("photo").apply(hr, 2, 3)).hasToString("48x36x1");
    assertThat(Degradation.parse("shrink+webp:50+jpeg:50").apply(hr, 2, 3)).hasToString("48x36x1");
  }

  @Test
  void theOrderOfStepsMatters() throws IOException {
    Picture noiseFirst = Degradation.parse("bicubic-uint8-clamp+noise:9+jpeg:30").apply(HR, 2, 3);
    Picture jpegFirst = Degradation.parse("bicubic-uint8-clamp+jpeg:30+noise:9").apply(HR, 2, 3);
    assertThat(noiseFirst).isNotEqualTo(jpegFirst);
  }

  @Test
  void deterministicStepsCanBeCached() throws IOException {
    Degradation degradation = Degradation.parse("bicubic-uint8-clamp+jpeg:50+noise:5+jpeg:60");
    Picture fixed = degradation.fixedPart(HR, 2);
    assertThat(fixed).isEqualTo(Degradation.parse("bicubic-uint8-clamp+jpeg:50").apply(HR, 2, 9));
    assertThat(degradation.randomPart(fixed, 2, 4)).isEqualTo(degradation.apply(HR, 2, 4));
  }

  @Test
  void randomShrinkingCachesHr() throws IOException {
    Degradation degradation = Degradation.parse("blur:gaussian,0.3+shrink+jpeg:60");
    assertThat(degradation.shrinksFirst()).isFalse();
    assertThat(degradation.fixedPart(HR, 2)).isSameAs(HR);
    assertThat(degradation.randomPart(HR, 2, 4)).isEqualTo(degradation.apply(HR, 2, 4));
    Degradation spoiltLater = Degradation.parse("blur:gaussian,0.3+shrink:area+jpeg:30..90");
    assertThat(spoiltLater.shrinksFirst()).isTrue();
    assertThat(spoiltLater.fixedPart(HR, 2))
        .isEqualTo(Degradation.parse("blur:gaussian,0.3+shrink:area").apply(HR, 2, 0));
  }

  @Test
  void alphaIsShrunkButNotDegraded() throws IOException {
    Picture hr = Picture.ofChannels(HR.channel(0), HR.channel(1), HR.channel(2), HR.channel(1));
    Picture lr = Degradation.parse("bicubic-uint8-clamp+noise:20+jpeg:10").apply(hr, 2, 1);
    Picture clean = Degradation.DEFAULT.apply(hr, 2, 1);
    assertThat(lr.channel(3).values()).containsExactly(clean.channel(3).values());
    assertThat(lr.channel(1).values()).isNotEqualTo(clean.channel(1).values());
    Picture photo = Degradation.parse("photo").apply(hr, 2, 1);
    assertThat(photo.channel(3).values()).containsExactly(clean.channel(3).values());
  }

  @Test
  void sidesThatAreNoMultiplesAreRefused() {
    assertThatThrownBy(() -> Degradation.DEFAULT.apply(HR, 5, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("downscale: expected sides divisible by 5, received 96x72x3");
  }

  private static Picture grey(int width, int height) {
    byte[] samples = new byte[width * height];
    java.util.Arrays.fill(samples, (byte) 128);
    return new Picture(width, height, 1, samples);
  }
}
