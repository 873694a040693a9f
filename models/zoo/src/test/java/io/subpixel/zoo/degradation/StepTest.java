package io.subpixel.zoo.degradation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.pictures.Picture;
import io.subpixel.zoo.degradation.Step.Target;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StepTest {
  private static final int SIDE = 65;
  private static final int MIDDLE = 32;

  @ParameterizedTest
  @EnumSource
  void aBlurKeepsTheMeanAndSpreadsAPoint(Blur.Kind kind) {
    Blur blur = new Blur(Choice.of(kind), new Range(1, 1));
    Planes spread = apply(blur, point(), 3);
    float[] values = spread.channel(0);
    assertThat(sum(values)).isCloseTo(255, within(0.05));
    assertThat(values[SIDE * MIDDLE + MIDDLE]).isLessThan(128);
    // Nothing moves: the centre of gravity stays.
    double x = 0;
    double y = 0;
    for (int i = 0; i < values.length; i++) {
      int row = i / SIDE;
      x += values[i] * (i % SIDE);
      y += values[i] * row;
    }
    assertThat(x / 255).isCloseTo(MIDDLE, within(0.01));
    assertThat(y / 255).isCloseTo(MIDDLE, within(0.01));
  }

  /** The variance of a gaussian is sigma squared, less what the cut tails would add. */
  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1, 2})
  void aGaussianHasItsSigmaInLrPixels(double sigma) {
    // Two pixels for each one of LR: sigma is twice as many of them.
    Target target = new Target(MIDDLE, MIDDLE, 2);
    Planes spread =
        new Blur(Choice.of(Blur.Kind.GAUSSIAN), new Range(sigma, sigma))
            .apply(point(), target, new Random(1));
    double variance = 0;
    for (int i = 0; i < spread.channel(0).length; i++) {
      variance += spread.channel(0)[i] * Math.pow(i % SIDE - MIDDLE, 2) / 255;
    }
    assertThat(Math.sqrt(variance)).isCloseTo(2.03 * sigma, within(0.1 * sigma));
  }

  /** Abramowitz and Stegun, table 9.1. */
  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0.4400505857", "5, -0.3275791376", "10, 0.0434727462"})
  void besselIsThatOfTheTables(double x, double expected) {
    assertThat(Bessel.j1(x)).isCloseTo(expected, within(1e-9));
  }

  @Test
  void aSincRings() {
    Planes spread = apply(new Blur(Choice.of(Blur.Kind.SINC), new Range(1, 1)), point(), 1);
    boolean negative = false;
    for (float value : spread.channel(0)) {
      negative |= value < -0.5;
    }
    assertThat(negative).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void noiseHasItsSigmaAndNoMean(Noise.Kind kind) {
    Planes noisy =
        apply(new Noise(Noise.Source.NOISE, Choice.of(kind), new Range(8, 8)), grey(3, 400), 5);
    double[] sigmas = new double[3];
    for (int c = 0; c < 3; c++) {
      assertThat(mean(noisy.channel(c))).isCloseTo(100, within(0.3));
      sigmas[c] = Math.sqrt(covariance(noisy.channel(c), noisy.channel(c), 0));
    }
    double white = covariance(noisy.channel(0), noisy.channel(0), 1) / (sigmas[0] * sigmas[0]);
    double common = covariance(noisy.channel(0), noisy.channel(1), 0) / (sigmas[0] * sigmas[1]);
    switch (kind) {
      case COLOUR -> {
        assertThat(sigmas[0]).isCloseTo(8, within(0.2));
        assertThat(white).isCloseTo(0, within(0.02));
        assertThat(common).isCloseTo(0, within(0.02));
      }
      case GREY -> {
        assertThat(sigmas[0]).isCloseTo(8, within(0.2));
        assertThat(white).isCloseTo(0, within(0.02));
        assertThat(common).isCloseTo(1, within(1e-6));
      }
      case SOFT -> {
        assertThat(sigmas[0]).isCloseTo(8, within(0.3));
        assertThat(white).isBetween(0.05, 0.8);
        assertThat(common).isCloseTo(0, within(0.02));
      }
      case BAYER -> {
        // Interpolated pixels have less: of red 1, 1/2, 1/2 and 1/4 of the variance, of green 1,
        // 1/4.
        assertThat(sigmas[0]).isCloseTo(8 * Math.sqrt(9 / 16.0), within(0.2));
        assertThat(sigmas[1]).isCloseTo(8 * Math.sqrt(5 / 8.0), within(0.2));
        assertThat(white).isGreaterThan(0.3);
        assertThat(common).isCloseTo(0, within(0.02));
      }
    }
  }

  @Test
  void shotNoiseGrowsWithTheRootOfLight() {
    for (float level : new float[] {25, 100, 225}) {
      Planes noisy =
          apply(Noise.of(Noise.Source.SHOT, new Range(0.09, 0.09)), grey(1, 300, level), 2);
      assertThat(Math.sqrt(covariance(noisy.channel(0), noisy.channel(0), 0)))
          .isCloseTo(0.3 * Math.sqrt(level), within(0.1));
    }
  }

  @Test
  void sharpeningUndoesSomeOfABlur() {
    Planes edge = edge();
    Planes blurred = BlurKernel.gaussian(1).apply(edge);
    Planes sharpened = apply(new Sharpen(new Range(0.8, 0.8), new Range(1, 1)), blurred, 1);
    assertThat(steepest(sharpened)).isBetween(1.2 * steepest(blurred), steepest(edge));
  }

  @Test
  void resizingGoesToASizeBetween() {
    Target target = new Target(20, 10, 4);
    Planes hr = grey(1, 80, 40, 50);
    for (String size : List.of("0:20x10", "0.5:40x20", "1:80x40", "1.5:160x80")) {
      double part = Double.parseDouble(size.substring(0, size.indexOf(':')));
      Planes resized =
          new Resize(Choice.of(Resize.Kind.AREA), new Range(part, part))
              .apply(hr, target, new Random(1));
      assertThat(resized.width() + "x" + resized.height())
          .isEqualTo(size.substring(size.indexOf(':') + 1));
    }
  }

  @Test
  void chanceAppliesAStepAtItsRate() {
    Step brighten = new Sharpen(new Range(1, 1), new Range(1, 1));
    Chance sometimes = new Chance(brighten, 0.3);
    Random random = new Random(9);
    int taken = 0;
    Planes edge = edge();
    for (int i = 0; i < 1000; i++) {
      taken += sometimes.apply(edge, target(), random) == edge ? 0 : 1;
    }
    assertThat(taken).isBetween(250, 350);
  }

  @Test
  void groupsTakeAllInEitherOrderOrJustOne() {
    Step blur = new Blur(Choice.of(Blur.Kind.GAUSSIAN), new Range(1, 1));
    Step jpeg = Jpeg.of(new Range(20, 20));
    Set<List<Integer>> shuffled = results(new Group(Group.Order.SHUFFLE, List.of(blur, jpeg)));
    Set<List<Integer>> one = results(new Group(Group.Order.ONE, List.of(blur, jpeg)));
    Set<List<Integer>> stated = results(new Group(Group.Order.STATED, List.of(blur, jpeg)));
    assertThat(stated).hasSize(1);
    assertThat(shuffled).hasSize(2).containsAll(stated);
    assertThat(one)
        .containsExactlyInAnyOrderElementsOf(
            Set.of(rounded(apply(blur, edge(), 1)), rounded(apply(jpeg, edge(), 1))));
  }

  @Test
  void webpKeepsMoreOfAHigherQuality() {
    Planes edge = edge();
    double worse = distance(edge, apply(new Webp(new Range(5, 5)), edge, 1));
    double better = distance(edge, apply(new Webp(new Range(95, 95)), edge, 1));
    assertThat(better).isPositive().isLessThan(0.6 * worse);
  }

  private static Set<List<Integer>> results(Step step) {
    Set<List<Integer>> results = new HashSet<>();
    for (int seed = 0; seed < 30; seed++) {
      results.add(rounded(apply(step, edge(), seed)));
    }
    return results;
  }

  private static List<Integer> rounded(Planes planes) {
    return Arrays.asList(Arrays.hashCode(planes.toPicture().samples()));
  }

  private static Planes apply(Step step, Planes picture, long seed) {
    // Neighbouring seeds begin alike.
    return step.apply(picture, target(), new Random(seed * 0x9E3779B97F4A7C15L));
  }

  private static Target target() {
    return new Target(SIDE, SIDE, 2);
  }

  private static Planes point() {
    float[] values = new float[SIDE * SIDE];
    values[SIDE * MIDDLE + MIDDLE] = 255;
    return new Planes(SIDE, SIDE, new float[][] {values});
  }

  /** A slanted edge of colour. */
  private static Planes edge() {
    byte[] samples = new byte[3 * SIDE * SIDE];
    for (int i = 0; i < SIDE * SIDE; i++) {
      boolean right = 3 * (i % SIDE) > 60 + i / SIDE;
      samples[3 * i] = (byte) (right ? 200 : 50);
      samples[3 * i + 1] = (byte) (right ? 160 : 90);
      samples[3 * i + 2] = (byte) (right ? 60 : 120);
    }
    return Planes.of(new Picture(SIDE, SIDE, 3, samples));
  }

  private static Planes grey(int channels, int side) {
    return grey(channels, side, side, 100);
  }

  private static Planes grey(int channels, int side, float level) {
    return grey(channels, side, side, level);
  }

  private static Planes grey(int channels, int width, int height, float level) {
    float[][] values = new float[channels][width * height];
    for (float[] plane : values) {
      Arrays.fill(plane, level);
    }
    return new Planes(width, height, values);
  }

  private static double steepest(Planes picture) {
    double steepest = 0;
    float[] values = picture.channel(0);
    for (int i = 1; i < values.length; i++) {
      if (i % SIDE != 0) {
        steepest = Math.max(steepest, Math.abs(values[i] - values[i - 1]));
      }
    }
    return steepest;
  }

  private static double distance(Planes one, Planes other) {
    double sum = 0;
    for (int c = 0; c < one.channels(); c++) {
      for (int i = 0; i < one.channel(c).length; i++) {
        sum += Math.abs(one.channel(c)[i] - other.channel(c)[i]);
      }
    }
    return sum;
  }

  private static double sum(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }

  private static double mean(float[] values) {
    return sum(values) / values.length;
  }

  /** Of values and those so many places behind. */
  private static double covariance(float[] one, float[] other, int behind) {
    double meanOne = mean(one);
    double meanOther = mean(other);
    double sum = 0;
    for (int i = 0; i + behind < one.length; i++) {
      sum += (one[i] - meanOne) * (other[i + behind] - meanOther);
    }
    return sum / (one.length - behind);
  }
}
