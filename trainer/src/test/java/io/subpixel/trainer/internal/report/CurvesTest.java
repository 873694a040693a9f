package io.subpixel.trainer.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.trainer.history.Epoch;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class CurvesTest {
  private static final List<Epoch> FALLING =
      List.of(
          ReportTest.epoch(1, 0.1, 30),
          ReportTest.epoch(2, 0.01, 33),
          ReportTest.epoch(3, 0.001, 36));

  @Test
  void lossFallsFromTheTopLeftToTheBottomRight() throws IOException {
    BufferedImage picture = decode(Curves.loss(FALLING, Shade.LIGHT).orElseThrow());
    assertThat(picture.getWidth()).isEqualTo(1000);
    assertThat(picture.getHeight()).isEqualTo(500);
    assertThat(colours(picture)).isGreaterThan(20);
    assertThat(middleOfLine(picture, 100, 300)).isLessThan(middleOfLine(picture, 700, 980) - 100);
  }

  @Test
  void psnrRisesFromTheBottomLeftToTheTopRight() throws IOException {
    BufferedImage picture = decode(Curves.psnr(FALLING, Shade.LIGHT).orElseThrow());
    assertThat(colours(picture)).isGreaterThan(20);
    assertThat(middleOfLine(picture, 700, 980)).isLessThan(middleOfLine(picture, 100, 300) - 50);
  }

  @Test
  void psnrAlongAClipHasThreeCurves() throws IOException {
    List<Curves.Moment> falling =
        IntStream.range(0, 200)
            .mapToObj(i -> new Curves.Moment(i / 25.0, 40 - i / 20.0, 28, Double.POSITIVE_INFINITY))
            .toList();
    BufferedImage picture = decode(Curves.alongClip("clip.mp4", falling));
    assertThat(picture.getWidth()).isEqualTo(1000);
    assertThat(middleOfLine(picture, 100, 300)).isLessThan(middleOfLine(picture, 700, 980) - 50);
    assertThat(Curves.alongClip("clip.mp4", falling.subList(0, 1))).isNotEmpty();
  }

  @Test
  void drawsASinglePoint() throws IOException {
    List<Epoch> one = FALLING.subList(0, 1);
    assertThat(middleOfLine(decode(Curves.loss(one, Shade.DARK).orElseThrow()), 100, 980, true))
        .isBetween(100, 400);
    assertThat(Curves.psnr(one, Shade.LIGHT)).isPresent();
  }

  @Test
  void differentHistoriesGiveDifferentCurves() throws IOException {
    List<Epoch> other = List.of(FALLING.get(0), ReportTest.epoch(2, 0.05, 31), FALLING.get(2));
    assertThat(Curves.loss(FALLING, Shade.LIGHT).orElseThrow())
        .isEqualTo(Curves.loss(FALLING, Shade.LIGHT).orElseThrow())
        .isNotEqualTo(Curves.loss(other, Shade.LIGHT).orElseThrow())
        .isNotEqualTo(Curves.loss(FALLING, Shade.DARK).orElseThrow());
    assertThat(Curves.psnr(FALLING, Shade.LIGHT).orElseThrow())
        .isNotEqualTo(Curves.psnr(other, Shade.LIGHT).orElseThrow());
  }

  @Test
  void leavesOutNaN() throws IOException {
    List<Epoch> astray =
        List.of(
            FALLING.get(0),
            ReportTest.epoch(2, Double.NaN, Double.POSITIVE_INFINITY),
            ReportTest.epoch(3, Double.POSITIVE_INFINITY, Double.NaN),
            ReportTest.epoch(4, 0, 33));
    assertThat(Curves.loss(astray, Shade.LIGHT)).isPresent();
    assertThat(Curves.psnr(astray, Shade.LIGHT)).isPresent();
    assertThat(Curves.loss(astray.subList(1, 4), Shade.LIGHT)).isEmpty();
  }

  @Test
  void drawsManyEpochs() throws IOException {
    List<Epoch> many =
        IntStream.rangeClosed(1, 500)
            .mapToObj(i -> ReportTest.epoch(i, 1.0 / i, 30 + Math.log10(i)))
            .toList();
    BufferedImage picture = decode(Curves.loss(many, Shade.LIGHT).orElseThrow());
    assertThat(middleOfLine(picture, 80, 150)).isLessThan(middleOfLine(picture, 900, 980));
  }

  /** The mean row of the first curve's colour within some columns. */
  private static int middleOfLine(BufferedImage picture, int from, int to) {
    return middleOfLine(picture, from, to, false);
  }

  private static int middleOfLine(BufferedImage picture, int from, int to, boolean dark) {
    int colour = (dark ? Shade.DARK : Shade.LIGHT).line(0).getRGB();
    // Above the legend, which has the colour too.
    return (int)
        IntStream.range(0, 440)
            .filter(y -> IntStream.range(from, to).anyMatch(x -> picture.getRGB(x, y) == colour))
            .average()
            .orElseThrow();
  }

  private static long colours(BufferedImage picture) {
    return IntStream.range(0, 1000 * 500)
        .map(i -> picture.getRGB(i % 1000, i / 1000))
        .distinct()
        .count();
  }

  private static BufferedImage decode(byte[] png) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(png));
  }
}
