package io.subpixel.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.conformance.cli.ConformanceCommand;
import io.subpixel.converter.cli.ConverterCommand;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.runtime.cli.RuntimeCommand;
import io.subpixel.trainer.cli.TrainerCommand;
import io.subpixel.trainer.network.Architectures;
import io.subpixel.zoo.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** fit, export, upscale, parity: the commands of the README on pictures drawn here. */
class LoopTest {
  @TempDir Path temporary;
  private Path data;
  private Path run;
  private Path onnx;
  private final Commands commands = new Commands();

  @BeforeEach
  void drawPictures() throws IOException {
    data = temporary.resolve("data");
    run = temporary.resolve("run");
    onnx = temporary.resolve("model.onnx");
    for (int i = 0; i < 3; i++) {
      PictureFiles.write(data.resolve(i + ".png"), TestCard.draw(99 + i, 84, i));
    }
  }

  @Test
  void bothPathsGiveTheSamePicture() throws IOException {
    fit(3, 1);
    assertThat(converter("export", onnx, "--from", run)).as(commands.err()).isZero();

    Path upscaled = temporary.resolve("out/upscaled.png");
    assertThat(runtime("upscale", data.resolve("0.png"), "-o", upscaled, "--model", onnx)).isZero();
    Picture sr = PictureFiles.read(upscaled);
    assertThat(sr.width()).isEqualTo(3 * 99);
    assertThat(sr.height()).isEqualTo(3 * 84);

    assertThat(conformance("parity", "--from", run, "--onnx", onnx, "--data", data, "--json"))
        .as(commands.err())
        .isZero();
    List<String> lines = commands.out().lines().collect(Collectors.toList());
    assertThat(lines).hasSize(3);
    for (String line : lines) {
      JsonNode result = new JsonMapper().readTree(line);
      assertThat(result.get("largestDifference").asDouble()).isLessThan(1e-5);
      assertThat(result.get("equalBytes").asDouble()).isGreaterThan(0.999);
      assertThat(result.get("samediffPsnr").asDouble()).isBetween(5.0, 60.0);
    }
  }

  /** Wide factors, if any, must have been multiplied out: parameters are those of the card. */
  @ParameterizedTest
  @MethodSource("networks")
  void everyNetworkIsExportedAsPlainConvolutions(String network, String colour, String activation)
      throws IOException {
    fit(2, 1, "--arch", network, "--colour", colour, "--activation", activation);
    assertThat(converter("export", onnx, "--from", run)).as(commands.err()).isZero();
    assertThat(conformance("parity", "--from", run, "--onnx", onnx, "--data", data))
        .as(commands.err())
        .isZero();

    assertThat(converter("inspect", onnx)).isZero();
    long parameters = ModelCard.read(run.resolve("card.json")).parameters();
    assertThat(line("parameters")).isEqualTo("parameters  " + parameters);
    assertThat(line("nodes").replaceAll("[^A-Za-z ]", "").split(" +"))
        .contains("Conv", "DepthToSpace")
        .isSubsetOf(
            "nodes",
            "Conv",
            "DepthToSpace",
            "Relu",
            "LeakyRelu",
            "Tanh",
            "Add",
            "Sub",
            "Mul",
            "Concat");
  }

  /** What the exporter multiplied out and put together is found again. */
  @ParameterizedTest
  @CsvSource({"sesr-m2-k3, leaky-relu", "sesr-m2-k3-edges, prelu", "espcn-paper, tanh"})
  void anExportedNetworkIsTheOneThatItCameFrom(String network, String activation)
      throws IOException {
    Object[] options = {"--arch", network, "--activation", activation};
    fit(2, 1, options);
    assertThat(converter("export", onnx, "--from", run)).as(commands.err()).isZero();
    Path first = run;
    Object[] still = {"--loss", "teacher", "--learning-rate", 1e-12};
    for (Object[] pair : new Object[][] {{first, onnx}, {onnx, first}}) {
      Object[] from = {"--start-from", pair[0], "--teacher", pair[1]};
      fit(2, 2, Stream.of(options, still, from).flatMap(Stream::of).toArray());
      assertThat(commands.err()).doesNotContain("warning: ");
      JsonNode epoch = new JsonMapper().readTree(Files.readString(run.resolve("history.json")));
      assertThat(epoch.get(0).get("loss").asDouble()).isLessThan(1e-6);
    }
  }

  static Stream<Arguments> networks() {
    return Stream.concat(
        Architectures.names().stream().map(name -> Arguments.of(name, "y", "relu")),
        Stream.of(
            Arguments.of("sesr-m5", "rgb", "leaky-relu"),
            Arguments.of("espcn", "rgb", "relu"),
            Arguments.of("sesr-m2-k3-edges", "rgb", "leaky-relu"),
            Arguments.of("sesr-tiny", "y-studio", "prelu"),
            Arguments.of("espcn-paper", "y-studio", "tanh")));
  }

  private String line(String start) {
    return commands.out().lines().filter(l -> l.startsWith(start)).findFirst().orElse("");
  }

  @Test
  void anotherModelIsFoundOut() throws IOException {
    fit(2, 1);
    assertThat(converter("export", onnx, "--from", run)).isZero();
    fit(2, 2);
    assertThat(conformance("parity", "--from", run, "--onnx", onnx, "--data", data)).isEqualTo(4);
    assertThat(commands.err().strip()).contains("expected PSNR within", "received").hasLineCount(1);
  }

  @Test
  void modelsOfDifferentScalesAreRefused() throws IOException {
    fit(2, 1);
    assertThat(converter("export", onnx, "--from", run)).isZero();
    fit(3, 1);
    assertThat(conformance("parity", "--from", run, "--onnx", onnx, "--data", data)).isEqualTo(1);
    assertThat(commands.err().strip()).contains("scale").hasLineCount(1);
  }

  @Test
  void aRunCutInHalfIsOneLine() throws IOException {
    fit(2, 1);
    assertThat(converter("export", onnx, "--from", run)).isZero();
    byte[] whole = Files.readAllBytes(run.resolve("model.fb"));
    Files.write(run.resolve("model.fb"), java.util.Arrays.copyOf(whole, whole.length / 2));
    assertThat(conformance("parity", "--from", run, "--onnx", onnx, "--data", data)).isEqualTo(1);
    assertThat(commands.err().strip()).contains("model.fb").hasLineCount(1);
  }

  @Test
  void theShippedModelIsMeasuredBesideBicubic() {
    assertThat(conformance("evaluate", "--data", data, "--json")).as(commands.err()).isZero();
    JsonNode mean =
        new JsonMapper().readTree(commands.out().lines().reduce((a, b) -> b).orElseThrow());
    assertThat(mean.get("picture").asString()).isEqualTo("mean");
    double bicubic = mean.get("bicubicPsnr").asDouble();
    assertThat(mean.get("psnr").asDouble()).isGreaterThan(bicubic + 1);
    assertThat(mean.get("bilinearPsnr").asDouble()).isLessThan(bicubic);
  }

  @Test
  void aModelIsMeasuredByItsOwnDegradationOrTheOneAskedFor() {
    assertThat(conformance("evaluate", "--data", data)).as(commands.err()).isZero();
    String byCard = commands.out();
    assertThat(conformance("evaluate", "--data", data, "--degradation", "bicubic-uint8-clamp"))
        .isZero();
    assertThat(commands.out()).isEqualTo(byCard);
    assertThat(conformance("evaluate", "--data", data, "--degradation", "gaussian-decimate"))
        .isZero();
    assertThat(commands.out()).isNotEqualTo(byCard).contains("mean");
    assertThat(conformance("evaluate", "--data", data, "--degradation", "bicubic")).isEqualTo(2);
    assertThat(commands.err()).contains("--degradation: expected bicubic-uint8-clamp", "bicubic");
  }

  @Test
  void aScaleThatTheModelHasNotIsWrongUsage() {
    assertThat(conformance("evaluate", "--data", data, "--scale", 5)).isEqualTo(2);
    assertThat(commands.err()).contains("--scale", "expected 2", "received 5");
  }

  @Test
  void aModelOfUnknownNameIsWrongUsage() {
    assertThat(conformance("evaluate", "--data", data, "--model", "espcn-x9")).isEqualTo(2);
    assertThat(commands.err()).contains("--model", "espcn-x2", "espcn-x9");
  }

  private void fit(int scale, int seed, Object... more) throws IOException {
    run = Files.createTempDirectory(temporary, "run");
    Object[] options = {"fit", "--data", data, "--out", run, "--scale", scale, "--seed", seed};
    Object[] length = {"--steps", 12, "--batch", 4, "--patch", 12};
    assertThat(
            commands.run(
                new TrainerCommand(),
                Stream.of(options, length, more).flatMap(Stream::of).toArray()))
        .as(commands.err())
        .isZero();
  }

  private int converter(Object... args) {
    return commands.run(new ConverterCommand(), args);
  }

  private int runtime(Object... args) {
    return commands.run(new RuntimeCommand(), args);
  }

  private int conformance(Object... args) {
    return commands.run(new ConformanceCommand(), args);
  }
}
