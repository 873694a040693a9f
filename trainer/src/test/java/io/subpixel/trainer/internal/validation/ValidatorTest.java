package io.subpixel.trainer.internal.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.pictures.metrics.Metrics;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.pictures.resampling.Resampler;
import io.subpixel.trainer.history.Quality;
import io.subpixel.trainer.internal.data.FrameChoice;
import io.subpixel.trainer.internal.data.TrainingData;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.degradation.Degradation;
import io.subpixel.zoo.internal.PixelPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidatorTest {
  private static final ModelCard CARD =
      new ModelCard(
          "nearest-x2",
          2,
          Colour.Y,
          1,
          List.of(0.0, 1.0),
          1,
          0,
          0,
          "any",
          null,
          List.of(),
          "none",
          null,
          Map.of());

  /** A network whose result is known: it repeats pixels. */
  private static final PixelPath.Network NEAREST =
      lr ->
          new Plane[] {
            Resampler.enlarging(lr[0].width(), lr[0].height(), 2, Kernel.NEAREST).apply(lr[0])
          };

  @TempDir Path folder;
  private Path first;
  private Path second;

  @BeforeEach
  void drawSets() throws IOException {
    first = folder.resolve("a/set");
    second = folder.resolve("b/set");
    PictureFiles.write(first.resolve("one.png"), TestCard.draw(65, 48, 1));
    PictureFiles.write(first.resolve("two.png"), TestCard.draw(48, 64, 2));
    PictureFiles.write(second.resolve("three.png"), TestCard.draw(50, 50, 3));
  }

  @Test
  void figuresAreThoseOfMetrics() throws IOException {
    List<Measurement> measured = validator(1 << 20).measure(CARD, NEAREST);
    Picture hr = TestCard.draw(65, 48, 1).cropToMultiple(2);
    Picture lr = Degradation.DEFAULT.apply(hr, 2, 0);
    Picture sr = PixelPath.upscale(lr, CARD, NEAREST);
    Picture bilinear = Resampler.enlarging(32, 24, 2, Kernel.LINEAR).apply(lr);
    Picture bicubic = Resampler.enlarging(32, 24, 2, Kernel.CUBIC).apply(lr);
    Quality one =
        new Quality(
            "one.png",
            Metrics.psnr(hr, sr, 2),
            Metrics.ssim(hr, sr, 2),
            Metrics.psnr(hr, bilinear, 2),
            Metrics.ssim(hr, bilinear, 2),
            Metrics.psnr(hr, bicubic, 2),
            Metrics.ssim(hr, bicubic, 2));
    assertThat(measured.get(0).pictures()).hasSize(2).startsWith(one);
    assertThat(one.psnr()).isNotEqualTo(one.bicubicPsnr());
    Quality two = measured.get(0).pictures().get(1);
    assertThat(measured.get(0).mean().psnr()).isEqualTo((one.psnr() + two.psnr()) / 2);
    assertThat(measured.get(0).mean().bilinearSsim())
        .isEqualTo((one.bilinearSsim() + two.bilinearSsim()) / 2);
  }

  @Test
  void setsOfOneNameAreToldApart() throws IOException {
    assertThat(validator(0).measure(CARD, NEAREST))
        .extracting(m -> m.mean().data())
        .containsExactly("set", "set-2");
  }

  @Test
  void rereadsImagesThatDoNotFitIntoMemory() throws IOException {
    Validator bounded = validator(0);
    Validator keeping = validator(1 << 20);
    List<Measurement> before = keeping.measure(CARD, NEAREST);
    assertThat(bounded.measure(CARD, NEAREST)).isEqualTo(before);
    PictureFiles.write(second.resolve("three.png"), TestCard.draw(50, 50, 4));
    assertThat(keeping.measure(CARD, NEAREST)).isEqualTo(before);
    assertThat(bounded.measure(CARD, NEAREST)).isNotEqualTo(before);
  }

  @Test
  void withoutSetsMeasuresNothing() throws IOException {
    Validator none = new Validator(List.of(), Degradation.DEFAULT, 2);
    assertThat(none.sets()).isEmpty();
    assertThat(none.measure(CARD, NEAREST)).isEmpty();
  }

  private Validator validator(long memory) throws IOException {
    return new Validator(
        TrainingData.sets(List.of(first, second), FrameChoice.DIFFERING),
        Degradation.DEFAULT,
        2,
        memory);
  }
}
