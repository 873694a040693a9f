package io.subpixel.converter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.commands.CommandRunner;
import io.subpixel.converter.Networks;
import io.subpixel.converter.graph.OnnxFile;
import io.subpixel.converter.operators.standard.StandardOperators;
import io.subpixel.zoo.Colour;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ConverterCommandTest {
  @TempDir Path folder;
  private Path run = Path.of("");
  private Path out = Path.of("");

  private record Outcome(int status, String out, String err) {}

  @BeforeEach
  void makeRun() throws IOException {
    run = Files.createDirectory(folder.resolve("run"));
    out = folder.resolve("model.onnx");
    Networks.espcn(2, 1).save(run.resolve("model.fb").toFile(), true);
    Files.writeString(run.resolve("card.json"), Networks.card(2, Colour.Y).toJson());
  }

  @Test
  void exportsARun() throws IOException {
    Path report = folder.resolve("report.json");

    Outcome outcome = execute("export", out, "--from", run, "--report", report);

    assertThat(outcome.err).isEmpty();
    assertThat(outcome.status).isZero();
    assertThat(outcome.out)
        .contains("inputs      lr FLOAT [N,1,H,W]")
        .contains("outputs     sr FLOAT [N,1,x2H,x2W]")
        .contains("conv2d_2 ")
        .contains("Wrote " + out);
    assertThat(OnnxFile.read(out).metadata()).containsKey("subpixel.card");
    JsonNode json = JsonMapper.shared().readTree(Files.readString(report));
    assertThat(json.get("verified").asBoolean()).isTrue();
    assertThat(json.get("seconds").asDouble()).isPositive();
    assertThat(json.get("nodes").size()).isEqualTo(6);
    for (JsonNode node : json.get("nodes")) {
      for (String step : new String[] {"converted", "checked", "ran", "accurate"}) {
        assertThat(node.get(step).asBoolean()).as(step).isTrue();
      }
      assertThat(node.get("relative").asDouble()).isBetween(0.0, 1e-5);
    }
  }

  @Test
  void exportsASequenceWithAndWithoutItsMask() throws IOException {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .list()
                .layer(new SimpleRnn.Builder().nIn(3).nOut(4).activation(Activation.TANH).build())
                .layer(new RnnOutputLayer.Builder().nIn(4).nOut(2).build())
                .build());
    network.init();
    Path zip = folder.resolve("sequence.zip");
    ModelSerializer.writeModel(network, zip.toFile(), false);

    Outcome inspected = execute("inspect", zip);
    Outcome plain = execute("export", out, "--from", zip);
    Outcome masked = execute("export", out, "--from", zip, "--masks");

    assertThat(inspected.out).contains("mask        input_mask [N,T] of input");
    assertThat(plain.status).isZero();
    assertThat(plain.out).contains("a mask of input is left out; --masks makes it an input");
    assertThat(masked.status).isZero();
    assertThat(masked.out).contains("input_mask BOOL").doesNotContain("left out");
    assertThat(OnnxFile.read(out).inputs().keySet()).contains("input", "input_mask");
  }

  @Test
  void exportsWithoutVerifying() throws IOException {
    Outcome outcome =
        execute(
            "export",
            out,
            "--from",
            run.resolve("model.fb"),
            "--no-verify",
            "--opset",
            "13",
            "--outputs",
            "relu,sr",
            "--inputs",
            "lr,b0");

    assertThat(outcome.status).isZero();
    assertThat(outcome.out).doesNotContain("RELATIVE");
    assertThat(OnnxFile.read(out).opset()).isEqualTo(13);
    assertThat(OnnxFile.read(out).inputs().keySet()).containsExactly("lr", "b0");
    assertThat(OnnxFile.read(out).outputs().keySet()).containsExactly("relu", "sr");
  }

  @Test
  void unknownNamesAndOpsetsAreWrongUsage() {
    Outcome outcome = execute("export", out, "--from", run, "--outputs", "nope");
    assertThat(outcome.status).isEqualTo(2);
    assertThat(outcome.err.lines().findFirst())
        .hasValueSatisfying(
            line ->
                assertThat(line).contains("--outputs").contains("relu, relu_1, sr, received nope"));

    assertThat(execute("export", out, "--from", run, "--inputs", "relu").status).isEqualTo(2);
    assertThat(execute("export", out, "--from", run, "--opset", "12").err)
        .contains("--opset: expected 13 to 23, received 12");
    assertThat(execute("export", out).status).isEqualTo(2);
    assertThat(execute().status).isEqualTo(2);
    assertThat(out).doesNotExist();
  }

  @Test
  void brokenNetworksGiveOneLine() throws IOException {
    byte[] bytes = Files.readAllBytes(run.resolve("model.fb"));
    Path broken = folder.resolve("broken.fb");
    assertOneLine("export", out, "--from", broken);
    Files.write(broken, new byte[0]);
    assertOneLine("export", out, "--from", broken);
    Files.writeString(broken, "Not a network but some text that is long enough.\n".repeat(50));
    assertOneLine("export", out, "--from", broken);
    assertOneLine("inspect", broken);
    Files.write(broken, Arrays.copyOf(bytes, bytes.length / 2));
    assertOneLine("export", out, "--from", broken);
    assertThat(out).doesNotExist();
  }

  @Test
  void unsupportedOperatorsGiveOneLineAndAReport() throws IOException {
    SameDiff network = Networks.espcn(2, 1);
    SDVariable noise = network.random().normal("noise", 0, 1, DataType.FLOAT, 1);
    SDVariable more = network.random().uniform("more", 0, 1, DataType.FLOAT, 1);
    network.getVariable("sr").add("other", noise.add(more));
    network.save(run.resolve("model.fb").toFile(), false);
    Path report = folder.resolve("report.json");

    Outcome outcome =
        execute("export", out, "--from", run, "--outputs", "other", "--report", report);

    assertThat(outcome.status).isEqualTo(1);
    assertThat(outcome.err.lines()).hasSize(1);
    assertThat(outcome.err)
        .contains("2 parts")
        .contains("distribution_gaussian")
        .contains("distribution_uniform")
        .contains("random numbers");
    assertThat(JsonMapper.shared().readTree(Files.readString(report)).get("failures").size())
        .isEqualTo(2);
  }

  @Test
  void inspectsBothKinds() throws IOException {
    Outcome network = execute("inspect", run);
    assertThat(network.status).isZero();
    assertThat(network.out)
        .contains("input       lr [-1,1,-1,-1]")
        .contains("output      sr")
        .contains("3 conv2d")
        .contains("parameters  866")
        .contains("espcn-x2");

    execute("export", out, "--from", run);
    Outcome exported = execute("inspect", out);
    assertThat(exported.status).isZero();
    assertThat(exported.out)
        .contains("opset 17, IR version 8, by subpixel")
        .contains("input       lr [N,1,H,W]")
        .contains("nodes       6: 3 Conv, 1 DepthToSpace, 2 Relu")
        .contains("parameters  866")
        .contains("espcn-x2");

    Path broken = folder.resolve("broken.onnx");
    assertOneLine("inspect", broken);
    Files.write(broken, new byte[0]);
    assertOneLine("inspect", broken);
    Files.write(broken, Arrays.copyOf(Files.readAllBytes(out), 1000));
    assertOneLine("inspect", broken);
  }

  @Test
  void halvesSayWhatTheyLose() throws IOException {
    Outcome outcome = execute("export", out, "--from", run, "--half");

    assertThat(outcome.err).isEmpty();
    assertThat(outcome.out)
        .containsPattern(
            "float16     \\d+\\.\\d{3} dB on a drawn card, \\d+\\.\\d{3} dB at float32");
    assertThat(execute("inspect", out).out).contains("\"psnrAtFloat32\"");
  }

  @Test
  void aDryRunWritesNothing() throws IOException {
    assertThat(execute("export", out, "--from", run, "--dry-run").out)
        .isEqualToIgnoringNewLines("All of it can be exported.");

    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, 3);
    x.add(network.random().normal(0, 1, DataType.FLOAT, 3)).rename("y");
    Path random = folder.resolve("random.fb");
    network.save(random.toFile(), false);
    Outcome outcome = execute("export", out, "--from", random, "--dry-run");
    assertThat(outcome.status).isEqualTo(1);
    assertThat(outcome.out.lines()).hasSize(2);
    assertThat(out).doesNotExist();
  }

  @Test
  void takesDeeplearning4jsZips() throws IOException {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(6, 6, 2))
                .build());
    network.init();
    Path zip = folder.resolve("network.zip");
    ModelSerializer.writeModel(network, zip.toFile(), false);

    assertThat(execute("inspect", zip).out)
        .contains("format      Deeplearning4j, 2 layers and vertices")
        .contains("input       input [-1,2,-1,-1]")
        .contains("parameters  " + network.numParams());
    assertThat(execute("export", out, "--from", zip, "--dry-run").status).isZero();
    Outcome exported = execute("export", out, "--from", zip, "--shape", "input=-1,2,6,6");
    assertThat(exported.err).isEmpty();
    assertThat(exported.out).contains("layer1").contains("Wrote " + out);
    // 16 places of 4 kernels over 2 channels, and 64 features to 3 classes.
    assertThat(execute("inspect", out).out).contains("MACs        " + (16 * 4 * 2 * 9 + 64 * 3));

    Outcome unknown = execute("export", out, "--from", zip, "--shape", "other=1");
    assertThat(unknown.status).isEqualTo(2);
    assertThat(unknown.err).contains("expected names out of input, received other");
  }

  @Test
  void saysWhichInputsShareSizesAndTakesNamesForThem() throws IOException {
    SameDiff network = SameDiff.create();
    SDVariable a = network.placeHolder("a", DataType.FLOAT, -1, 8, -1);
    SDVariable b = network.placeHolder("b", DataType.FLOAT, -1, 8, -1);
    SDVariable c = network.placeHolder("c", DataType.FLOAT, -1, -1);
    network.nn().dotProductAttention("y", a, b, b, c, true);
    Path file = folder.resolve("attention.fb");
    network.save(file.toFile(), false);

    assertThat(execute("inspect", file).out)
        .contains("input       a [-1,8,-1]")
        .contains("shared      a [N,8,T], b [N,8,b_d2], c [N,b_d2]");

    Outcome named =
        execute("export", out, "--from", file, "--shape", "a=B,8,Q", "b=B,8,K", "--no-verify");
    assertThat(named.err).isEmpty();
    assertThat(named.out).contains("inputs      a FLOAT [B,8,Q], b FLOAT [B,8,K], c FLOAT [B,K]");

    Outcome alike = execute("export", out, "--from", file, "--shape", "a=B,8,T", "b=B,8,T");
    assertThat(alike.err).isEmpty();
    assertThat(alike.status).isZero();
    assertThat(OnnxFile.read(out).inputs())
        .containsEntry("a", "[B,8,T]")
        .containsEntry("c", "[B,T]");

    Outcome wrong = execute("export", out, "--from", file, "--shape", "a=B,8,2T");
    assertThat(wrong.status).isEqualTo(2);
    assertThat(wrong.err)
        .contains("--shape: expected INPUT=SIZES with whole numbers or names")
        .contains("received a=B,8,2T");
  }

  @Test
  void listsTheRegistry() {
    JsonNode rows = JsonMapper.shared().readTree(execute("ops", "--json").out);
    assertThat(rows.valueStream().map(row -> row.get("operator").asString()))
        .containsExactlyElementsOf(StandardOperators.registry().entries().keySet());

    assertThat(execute("ops").out.lines()).hasSize(rows.size() + 1);
  }

  private static void assertOneLine(Object... arguments) {
    Outcome outcome = execute(arguments);
    assertThat(outcome.status).isEqualTo(1);
    assertThat(outcome.err.lines()).hasSize(1);
    assertThat(outcome.err).contains("expected").contains("received");
    assertThat(outcome.out).isEmpty();
  }

  private static Outcome execute(Object... arguments) {
    StringWriter stdout = new StringWriter();
    StringWriter stderr = new StringWriter();
    CommandLine command = CommandRunner.prepare(new ConverterCommand());
    command.setOut(new PrintWriter(stdout));
    command.setErr(new PrintWriter(stderr));
    int status =
        command.execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    return new Outcome(status, stdout.toString(), stderr.toString());
  }
}
