package io.subpixel.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.conformance.cli.ConformanceCommand;
import io.subpixel.converter.cli.ConverterCommand;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.pictures.metrics.Metrics;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.pictures.resampling.MatlabBicubic;
import io.subpixel.pictures.resampling.Resampler;
import io.subpixel.runtime.cli.RuntimeCommand;
import io.subpixel.trainer.cli.TrainerCommand;
import io.subpixel.zoo.Pretrained;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code evaluate --twice}: a x2 model measured as one of x4. */
class EvaluateTwiceTest {
  @TempDir Path temporary;
  private Path data;
  private final Commands commands = new Commands();

  @BeforeEach
  void drawAPicture() throws IOException {
    data = temporary.resolve("data");
    PictureFiles.write(data.resolve("card.png"), TestCard.draw(98, 85, 5));
  }

  @Test
  void theSecondPassTakesThePictureOfTheFirst() throws IOException {
    assertThat(conformance("evaluate", "--data", data, "--twice", "--scale", 4, "--json"))
        .as(commands.err())
        .isZero();
    JsonNode score = new JsonMapper().readTree(commands.out().lines().findFirst().orElseThrow());

    Picture hr = PictureFiles.read(data.resolve("card.png")).cropToMultiple(4);
    Picture lr = MatlabBicubic.UINT8_CLAMP.downscale(hr, 4);
    Path small = temporary.resolve("small.png");
    Path middle = temporary.resolve("middle.png");
    Path large = temporary.resolve("large.png");
    PictureFiles.write(small, lr);
    assertThat(runtime("upscale", small, "-o", middle)).isZero();
    assertThat(runtime("upscale", middle, "-o", large)).isZero();
    Picture sr = PictureFiles.read(large);
    Picture bicubic = Resampler.enlarging(lr.width(), lr.height(), 4, Kernel.CUBIC).apply(lr);
    assertThat(score.get("psnr").asDouble()).isEqualTo(Metrics.psnr(hr, sr, 4));
    assertThat(score.get("ssim").asDouble()).isEqualTo(Metrics.ssim(hr, sr, 4));
    assertThat(score.get("bicubicPsnr").asDouble()).isEqualTo(Metrics.psnr(hr, bicubic, 4));
  }

  @Test
  void onePictureIsMeasuredAsAFolderOfOne() {
    assertThat(conformance("evaluate", "--data", data)).as(commands.err()).isZero();
    String ofTheFolder = commands.out();
    assertThat(conformance("evaluate", "--data", data.resolve("card.png"))).isZero();
    assertThat(commands.out()).isEqualTo(ofTheFolder).contains("card.png ", "mean ");

    assertThat(conformance("evaluate", "--data", temporary.resolve("absent.png"))).isEqualTo(1);
    assertThat(commands.err().strip())
        .endsWith("expected an image or a folder of images, received no such file or folder")
        .hasLineCount(1);
  }

  @Test
  void itsScaleIsThatOfBothPasses() {
    assertThat(conformance("evaluate", "--data", data, "--twice", "--scale", 2)).isEqualTo(2);
    assertThat(commands.err())
        .contains("--scale: expected 4 for " + Pretrained.DEFAULT + " applied twice, received 2");
    assertThat(conformance("evaluate", "--data", data, "--scale", 4)).isEqualTo(2);
    assertThat(commands.err())
        .contains("--scale: expected 2 for " + Pretrained.DEFAULT + ", received 4");
  }

  @Test
  void itIsForModelsOfScale2() {
    Path run = temporary.resolve("run");
    Path onnx = temporary.resolve("model.onnx");
    Object[] fit = {"fit", "--data", data, "--out", run, "--scale", 3, "--name", "third"};
    Object[] length = {"--steps", 2, "--batch", 4, "--patch", 12};
    assertThat(
            commands.run(
                new TrainerCommand(), Stream.of(fit, length).flatMap(Stream::of).toArray()))
        .as(commands.err())
        .isZero();
    assertThat(commands.run(new ConverterCommand(), "export", onnx, "--from", run)).isZero();
    assertThat(conformance("evaluate", "--data", data, "--model", onnx, "--twice")).isEqualTo(2);
    assertThat(commands.err())
        .contains("--twice: expected a model of scale 2, received third of scale 3");
  }

  private int runtime(Object... args) {
    return commands.run(new RuntimeCommand(), args);
  }

  private int conformance(Object... args) {
    return commands.run(new ConformanceCommand(), args);
  }
}
