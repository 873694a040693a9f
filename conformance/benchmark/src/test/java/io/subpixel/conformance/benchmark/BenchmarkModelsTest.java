package io.subpixel.conformance.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.conformance.Commands;
import io.subpixel.conformance.benchmark.ModelsBenchmark.Result;
import io.subpixel.conformance.benchmark.ModelsBenchmark.Row;
import io.subpixel.conformance.benchmark.cli.BenchCommand;
import io.subpixel.conformance.evaluate.Evaluation;
import io.subpixel.conformance.evaluate.PictureScore;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.runtime.Upscaler;
import io.subpixel.zoo.Pretrained;
import io.subpixel.zoo.degradation.Degradation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All models by what they give and cost. */
class BenchmarkModelsTest {
  private final Commands commands = new Commands();

  @TempDir Path temporary;

  private int run(Object... args) {
    return commands.run(new BenchCommand(), args);
  }

  @Test
  void allModelsOfAScaleAreMeasuredAndDrawn() throws Exception {
    Path hr = Files.createDirectory(temporary.resolve("HR"));
    PictureFiles.write(hr.resolve("a.png"), TestCard.draw(99, 72, 1));
    PictureFiles.write(hr.resolve("b.png"), TestCard.draw(72, 99, 2));
    Path json = temporary.resolve("models.json");
    Path other = temporary.resolve("other.onnx");
    Files.write(other, Pretrained.onnx("sesr-m7-x2"));
    Path same = temporary.resolve("same.onnx");
    Files.write(same, Pretrained.onnx("sesr-m5-x3"));
    Path png = temporary.resolve("models.png");
    assertThat(
            run(
                "models",
                "--data",
                hr,
                "--scale",
                "3",
                "--also",
                other + "," + same,
                "--rounds",
                "1",
                "--json",
                json,
                "--picture",
                png))
        .as(commands.err())
        .isZero();
    Result result = Result.read(json);
    List<String> expected =
        Pretrained.names().stream().filter(name -> Pretrained.card(name).scale() == 3).toList();
    assertThat(result.rows()).extracting(Row::model).startsWith("bicubic").containsAll(expected);
    // One is of another scale; the other one is there twice.
    assertThat(result.rows()).hasSize(expected.size() + 2);
    List<Double> twice =
        result.rows().stream()
            .filter(row -> row.model().equals("sesr-m5-x3"))
            .map(Row::psnr)
            .toList();
    assertThat(twice).hasSize(2).containsOnly(twice.get(0));
    try (Upscaler upscaler = Upscaler.builder().model("sesr-m5-x3").open()) {
      PictureScore a = Evaluation.score(hr.resolve("a.png"), Degradation.DEFAULT, 0, upscaler);
      PictureScore b = Evaluation.score(hr.resolve("b.png"), Degradation.DEFAULT, 1, upscaler);
      assertThat(psnr(result, "sesr-m5-x3")).isCloseTo((a.psnr() + b.psnr()) / 2, within(1e-4));
      assertThat(psnr(result, "bicubic"))
          .isCloseTo((a.bicubicPsnr() + b.bicubicPsnr()) / 2, within(1e-9));
    }
    Picture drawn = PictureFiles.read(png);
    assertThat(drawn.width()).isEqualTo(1200);
    Path again = temporary.resolve("again.png");
    assertThat(run("models", "--from", json, "--picture", again)).as(commands.err()).isZero();
    assertThat(again).hasSameBinaryContentAs(png);
  }

  private static double psnr(Result result, String model) {
    return result.rows().stream()
        .filter(row -> row.model().equals(model))
        .mapToDouble(Row::psnr)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void pointsCloseTogetherAreDrawnToo() {
    List<Row> rows =
        List.of(
            new Row("bicubic", 2, 60, 30.2, false),
            new Row("one-x2", 2, 100, 32.9, false),
            new Row("another-x2", 2, 100, 32.9, false),
            new Row("third-x2", 2, 100.5, 32.91, true));
    Result result = new Result(Map.of(), "Set14", 14, "bicubic-uint8-clamp", 1, rows);
    assertThat(ModelsChart.draw(result).getHeight()).isEqualTo(440);
    Result alone = new Result(Map.of(), "Set14", 14, "none", 1, rows.subList(0, 1));
    assertThat(ModelsChart.draw(alone).getWidth()).isEqualTo(1200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{}",
        "[1]",
        "{\"machine\":{},\"data\":\"a\",\"degradation\":\"b\",\"rows\":[null]}",
        "{\"machine\":{},\"data\":\"a\",\"degradation\":\"b\",\"rows\":[{\"model\":\"c\"}]}"
      })
  void anotherFileIsRefused(String text) throws Exception {
    Path file = Files.writeString(temporary.resolve("other.json"), text);
    assertThat(run("models", "--from", file)).isEqualTo(1);
    assertThat(commands.err().strip())
        .endsWith(file + ": expected what --json wrote, received something else")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "models",
        "models --data . --from x",
        "models --data . --scale 7",
        "models --data . --rounds 0",
        "models --data . --degradation none-such"
      })
  void otherValuesAreWrongUsage(String line) {
    assertThat(run((Object[]) line.split(" "))).isEqualTo(2);
    assertThat(commands.err().strip()).hasLineCount(1);
  }
}
