package io.subpixel.models.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.pictures.Picture;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsTest {
  private static final int WIDTH = 16;
  private static final int HEIGHT = 14;

  @Test
  void identicalPicturesGiveInfinityAndOne() {
    assertThat(Metrics.psnr(drawing(), drawing(), 1)).isPositive().isInfinite();
    assertThat(Metrics.ssim(drawing(), drawing(), 1)).isCloseTo(1, within(1e-12));
  }

  /** An offset of d in all three channels is one of 219/255 d in Y. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 100})
  void aConstantOffsetHasItsClosedForm(int offset) {
    byte[] other = new byte[9 * 7 * 3];
    java.util.Arrays.fill(other, (byte) offset);
    double psnr =
        Metrics.psnr(new Picture(9, 7, 3, new byte[9 * 7 * 3]), new Picture(9, 7, 3, other), 2);
    assertThat(psnr).isCloseTo(20 * Math.log10(255 * 255 / (219.0 * offset)), within(1e-9));
  }

  /** By Python, as the sum over the pixels of 219/255 of the difference. */
  @Test
  void psnrIsThatOfAnIndependentComputation() {
    assertThat(Metrics.psnr(drawing(), disturbed(), 0)).isCloseTo(24.149527068942078, within(1e-9));
    assertThat(Metrics.psnr(drawing(), disturbed(), 2)).isCloseTo(24.117970105687213, within(1e-9));
  }

  /**
   * By Python, with loops over each window: the 11x11 gaussian in two dimensions at once, and
   * variances from differences to the mean.
   */
  @Test
  void ssimIsThatOfAnIndependentComputation() {
    assertThat(Metrics.ssim(drawing(), disturbed(), 0)).isCloseTo(0.9705663149387987, within(1e-9));
    assertThat(Metrics.ssim(drawing(), disturbed(), 1)).isCloseTo(0.9708983471034118, within(1e-9));
  }

  @Test
  void theBorderDoesntCount() {
    Picture inside = drawing();
    Picture other = drawing();
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        if (x < 1 || y < 1 || x >= WIDTH - 1 || y >= HEIGHT - 1) {
          other.samples()[y * WIDTH + x] ^= (byte) 0x80;
        }
      }
    }
    assertThat(Metrics.psnr(inside, other, 1)).isInfinite();
    assertThat(Metrics.ssim(inside, other, 1)).isCloseTo(1, within(1e-12));
    assertThat(Metrics.psnr(inside, other, 0)).isFinite();
    assertThat(Metrics.ssim(inside, other, 0)).isLessThan(0.9999);
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 30, 193, 206})
  void whatIsJustWithinTheBorderCounts(int at) {
    Picture other = drawing();
    other.samples()[at] ^= 1;
    assertThat(Metrics.psnr(drawing(), other, 1)).isFinite();
    assertThat(Metrics.ssim(drawing(), other, 1)).isLessThan(1 - 1e-12);
  }

  @Property(tries = 100)
  void bothAreSymmetricAndBounded(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int channels) {
    Random random = new Random(seed);
    Picture a = noise(random, channels);
    Picture b = noise(random, channels);
    assertThat(Metrics.psnr(a, b, 1)).isEqualTo(Metrics.psnr(b, a, 1)).isPositive();
    assertThat(Metrics.ssim(a, b, 1))
        .isCloseTo(Metrics.ssim(b, a, 1), within(1e-12))
        .isBetween(-1.0, 1.0);
  }

  @Test
  void greyComparesWithItsColour() {
    Picture grey = drawing();
    Picture rgb = Picture.ofChannels(grey.channel(0), grey.channel(0), grey.channel(0));
    assertThat(Metrics.psnr(grey, rgb, 0)).isInfinite();
  }

  @Test
  void differentSizesAreRefused() {
    Picture narrow = drawing().crop(0, 0, WIDTH - 1, HEIGHT);
    assertThatThrownBy(() -> Metrics.psnr(drawing(), narrow, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("compare: expected equal sizes, received 16x14x1 and 15x14x1");
    assertThatThrownBy(() -> Metrics.ssim(narrow, drawing(), 0))
        .isInstanceOf(IllegalArgumentException.class);
    Picture low = drawing().crop(0, 0, WIDTH, HEIGHT - 1);
    assertThatThrownBy(() -> Metrics.psnr(drawing(), low, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 7, 1_500_000_000, Integer.MAX_VALUE})
  void aBorderThatLeavesNothingIsRefused(int border) {
    assertThatThrownBy(() -> Metrics.psnr(drawing(), drawing(), border))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("border of " + border);
  }

  @Test
  void ssimNeedsRoomForItsWindow() {
    assertThatThrownBy(() -> Metrics.ssim(drawing(), drawing(), 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("compare: expected at least 11 pixels within a border of 2, received 16x14x1");
  }

  private static Picture drawing() {
    byte[] samples = new byte[WIDTH * HEIGHT];
    for (int i = 0; i < samples.length; i++) {
      int x = i % WIDTH;
      int y = i / WIDTH;
      samples[i] = (byte) (7 * x * x + 11 * y + 3 * x * y);
    }
    return new Picture(WIDTH, HEIGHT, 1, samples);
  }

  private static Picture disturbed() {
    Picture picture = drawing();
    byte[] samples = picture.samples();
    for (int i = 0; i < samples.length; i++) {
      int by = ((i % WIDTH * 5 + i / WIDTH * 3) % 17 - 8) * 4;
      samples[i] = (byte) Math.min(255, Math.max(0, (samples[i] & 0xff) + by));
    }
    return picture;
  }

  private static Picture noise(Random random, int channels) {
    byte[] samples = new byte[13 * 15 * channels];
    random.nextBytes(samples);
    return new Picture(13, 15, channels, samples);
  }
}
