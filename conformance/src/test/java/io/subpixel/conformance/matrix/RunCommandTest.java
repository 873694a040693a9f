package io.subpixel.conformance.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.conformance.Commands;
import io.subpixel.conformance.cli.ConformanceCommand;
import io.subpixel.models.Colour;
import io.subpixel.models.picture.TestCard;
import io.subpixel.models.picture.file.PictureFiles;
import io.subpixel.trainer.network.Activation;
import io.subpixel.trainer.network.Architectures;
import io.subpixel.trainer.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code conformance run} as its users meet it. */
class RunCommandTest {
  @TempDir Path temporary;
  private final Commands commands = new Commands();

  @Test
  void writesAllFigures() {
    Path json = temporary.resolve("run.json");
    assertThat(
            run(
                "--models",
                "sesr-tiny-x2,random-crd-rgb-x2",
                "--runtimes",
                "onnxruntime,onnxruntime-tiled",
                "--rounds",
                "1",
                "--json",
                json))
        .as(commands.err())
        .isZero();
    assertThat(commands.out()).contains("2 networks on 3 drawn pictures", "0 broken");
    JsonNode result = new JsonMapper().readTree(json);
    assertThat(result.get("machine").get("Cores").asInt()).isPositive();
    assertThat(result.get("runtimes")).hasSize(3);
    assertThat(result.get("subjects").get(1).get("colour").asString()).isEqualTo("rgb");
    // Of each network the reference, and two runtimes by two forms.
    assertThat(result.get("cells")).hasSize(10);
    for (JsonNode cell : result.get("cells")) {
      assertThat(cell.get("pictures")).hasSize(3);
      assertThat(cell.get("pictures").get(0).get("psnr").asDouble()).isBetween(5.0, 60.0);
    }
  }

  @Test
  void aModelThatDiffersFromWhatWasTrainedIsStatus4() throws IOException {
    Path fb = temporary.resolve("model.fb");
    Network network =
        Network.build(
            Architectures.find("sesr-tiny").orElseThrow(), 2, Colour.Y, Activation.LEAKY_RELU, 3);
    network.graph().save(fb.toFile(), true);
    Path onnx = temporary.resolve("model.onnx");
    byte[] right =
        Subjects.exported(
            network.graph(),
            Subjects.randomCard("mine", 2, Colour.Y, network.receptiveRadius(), 1, 1),
            io.subpixel.converter.Io.PLAIN);
    Files.write(onnx, right);
    PictureFiles.write(temporary.resolve("data/1.png"), TestCard.draw(90, 80, 1));
    Object[] line = {
      "--from", fb, "--onnx", onnx, "--data", temporary.resolve("data"), "--runtimes", "onnxruntime"
    };
    assertThat(run(line)).as(commands.err()).isZero();

    Files.write(onnx, MatrixTest.withOneWeightOff(right));
    Path json = temporary.resolve("run.json");
    Object[] withJson = java.util.Arrays.copyOf(line, line.length + 2);
    withJson[line.length] = "--json";
    withJson[line.length + 1] = json;
    assertThat(run(withJson)).isEqualTo(4);
    assertThat(commands.err().strip())
        .contains("mine (plain) in onnxruntime: 1.png: expected values within 1e-04")
        .hasLineCount(1);
    assertThat(new JsonMapper().readTree(json).get("cells").toString()).contains("BROKEN");
  }

  @ParameterizedTest
  @CsvSource({
    "--models nothing, --models",
    "--runtimes cuda, --runtimes",
    "--runtimes samediff, --runtimes",
    "--rounds 0, --rounds",
    "--from x.fb, --from and --onnx",
  })
  void otherValuesAreWrongUsage(String line, String option) {
    assertThat(run((Object[]) line.split(" "))).isEqualTo(2);
    assertThat(commands.err().strip()).contains(option + ": expected", "received").hasLineCount(1);
  }

  @Test
  void aFolderWithoutPicturesIsStatus1() {
    assertThat(run("--models", "sesr-tiny-x2", "--runtimes", "onnxruntime", "--data", temporary))
        .isEqualTo(1);
    assertThat(commands.err().strip()).contains("expected a folder of pictures").hasLineCount(1);
  }

  private int run(Object... args) {
    Object[] line = new Object[args.length + 1];
    line[0] = "run";
    System.arraycopy(args, 0, line, 1, args.length);
    return commands.run(new ConformanceCommand(), line);
  }
}
