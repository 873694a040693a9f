package io.subpixel.conformance.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.internal.TestCard;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RangeMixupTest {
  @Test
  void oneRangeChangesNothing() {
    Picture picture = TestCard.draw(60, 50, 3);
    assertThat(RangeMixup.ALL.get(0).apply(picture)).isEqualTo(picture);
  }

  @Test
  void mixedRangesMoveBlackAndWhite() {
    Picture black = new Picture(1, 1, 1, new byte[] {0});
    Picture white = new Picture(1, 1, 1, new byte[] {-1});
    assertThat(RangeMixup.ALL.get(1).apply(black).at(0, 0, 0)).isZero();
    // Neutral chroma is 128 there and 127.5 here, so that black gets a tint too.
    Picture tinted = RangeMixup.ALL.get(2).apply(black);
    assertThat(tinted.at(0, 0, 0)).isEqualTo(17);
    assertThat(tinted.at(0, 0, 1)).isEqualTo(15);
    assertThat(tinted.at(0, 0, 2)).isEqualTo(17);
    assertThat(RangeMixup.ALL.get(3).apply(black).at(0, 0, 0)).isEqualTo(16);
    assertThat(RangeMixup.ALL.get(3).apply(white).at(0, 0, 0)).isEqualTo(235);
  }

  @Test
  void aWhitePictureHasKnownFigures() {
    byte[] samples = new byte[3 * 20 * 20];
    Arrays.fill(samples, (byte) 255);
    List<String> lines = RangeMixup.figures(new Picture(20, 20, 3, samples));
    assertThat(lines).hasSize(7);
    // 20 levels, then 254, of 255.
    assertThat(lines.get(4)).contains("16..235 against 0..255", "PSNR 22.11 dB");
    assertThat(lines.get(5)).contains("0..1 against 0..255", "PSNR 0.03 dB");
    assertThat(lines.get(6)).contains("Infinity");
  }
}
