package io.subpixel.conformance.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.conformance.Commands;
import io.subpixel.conformance.WrongModel;
import io.subpixel.conformance.cli.ConformanceCommand;
import io.subpixel.converter.Io;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.trainer.network.Activation;
import io.subpixel.trainer.network.Architectures;
import io.subpixel.trainer.network.Network;
import io.subpixel.zoo.Colour;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
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
            Io.PLAIN);
    Files.write(onnx, right);
    PictureFiles.write(temporary.resolve("data/1.png"), TestCard.draw(90, 80, 1));
    Object[] line = {
      "--from", fb, "--onnx", onnx, "--data", temporary.resolve("data"), "--runtimes", "onnxruntime"
    };
    assertThat(run(line)).as(commands.err()).isZero();

    Files.write(onnx, WrongModel.of(right));
    Path json = temporary.resolve("run.json");
    assertThat(run(with(line, "--json", json))).isEqualTo(4);
    assertThat(commands.err().strip())
        .contains("mine (plain) in onnxruntime: 1.png: expected values within 1e-04")
        .hasLineCount(1);
    assertThat(new JsonMapper().readTree(json).get("cells").toString()).contains("BROKEN");
  }

  @Test
  void thePageNeedsNothingElse() throws Exception {
    Path html = temporary.resolve("run.html");
    assertThat(run("--models", "sesr-tiny-x2", "--runtimes", "onnxruntime,opencv", "--html", html))
        .as(commands.err())
        .isZero();
    // It is XML too, so that whatever isn't closed or escaped shows.
    Document page =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(withoutDoctype(Files.readString(html))));
    assertThat(page.getElementsByTagName("tr").getLength()).isGreaterThan(8);
    assertThat(page.getElementsByTagName("input").getLength()).isEqualTo(3);
    NodeList images = page.getElementsByTagName("img");
    // Of each picture the network's, bicubic's and a map for each runtime.
    assertThat(images.getLength()).isEqualTo(3 * (2 + 2));
    for (int i = 0; i < images.getLength(); i++) {
      assertThat(((Element) images.item(i)).getAttribute("src"))
          .startsWith("data:image/png;base64,");
    }
    assertThat(Files.readString(html))
        .contains("within the bounds", "not taken", "bin/conformance run --models sesr-tiny-x2")
        .doesNotContain("<script", "<link");
  }

  private static byte[] withoutDoctype(String html) {
    return html.substring(html.indexOf('\n')).strip().getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void whatIsAbsentIsSaidWithHowToInstallItAndNeverPasses() {
    String nowhere = temporary.resolve("nowhere").toString();
    Object[] places = {"--node", nowhere, "--chromium", nowhere, "--npm", temporary.resolve("npm")};
    assertThat(run(with(places, "--models", "sesr-tiny-x2", "--rounds", "1")))
        .as(commands.err())
        .isZero();
    assertThat(commands.out())
        .contains("absent: onnxruntime-node and onnxruntime-web: expected Node.js (Debian: apt-get")
        .contains("absent: onnxruntime-web: expected Chromium (Debian: apt-get install chromium)")
        .contains("absent, so not compared: onnxruntime-node, onnxruntime-web")
        .doesNotContain("onnxruntime-web    equal");

    assertThat(run(with(places, "--runtimes", "onnxruntime-web"))).isEqualTo(3);
    assertThat(commands.err().strip()).contains("expected Chromium", nowhere).hasLineCount(1);
    assertThat(run(with(places, "--runtimes", "onnxruntime,onnxruntime-node"))).isEqualTo(3);
    assertThat(commands.err().strip()).contains("expected Node.js", nowhere).hasLineCount(1);
  }

  private static Object[] with(Object[] some, Object... more) {
    return Stream.concat(Stream.of(some), Stream.of(more)).toArray();
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
  void aPlaceThatCannotBeWrittenIsRefusedBeforeAnythingRuns() {
    assertThat(run("--models", "sesr-tiny-x2", "--json", temporary)).isEqualTo(1);
    assertThat(commands.err().strip()).contains("expected a file to write").hasLineCount(1);
    assertThat(commands.out()).isEmpty();
  }

  @Test
  void aFolderWithoutPicturesIsStatus1() {
    assertThat(run("--models", "sesr-tiny-x2", "--runtimes", "onnxruntime", "--data", temporary))
        .isEqualTo(1);
    assertThat(commands.err().strip()).contains("expected a folder of images").hasLineCount(1);
  }

  private int run(Object... args) {
    return commands.run(new ConformanceCommand(), with(new Object[] {"run"}, args));
  }
}
