package io.subpixel.conformance.networks;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.commands.ExitStatus;
import io.subpixel.conformance.Commands;
import io.subpixel.conformance.cli.ConformanceCommand;
import io.subpixel.conformance.networks.NetworkResult.Standing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ForeignNetworksTest {
  @TempDir Path parent;
  private final Commands commands = new Commands();

  /** y = x * w, with Deeplearning4j's y plus an error. */
  private void product(String name, double error) throws IOException {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, -1, 3);
    SDVariable w = network.var("w", Nd4j.rand(DataType.FLOAT, 3, 4));
    SDVariable y = x.mmul("y", w);
    INDArray fed = Nd4j.rand(DataType.FLOAT, 2, 3);
    INDArray made = y.eval(Map.of("x", fed));
    Path folder = save(name, network);
    Files.write(folder.resolve("in.x.npy"), Nd4j.toNpyByteArray(fed));
    Files.write(folder.resolve("out.y.npy"), Nd4j.toNpyByteArray(made.dup('c').addi(error)));
  }

  private void random(String name) throws IOException {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, -1, 3);
    x.add("y", network.random().normal(0, 1, DataType.FLOAT, 3));
    save(name, network);
  }

  private Path save(String name, SameDiff network) throws IOException {
    Path folder = Files.createDirectories(parent.resolve(name));
    network.save(folder.resolve("network.fb").toFile(), false);
    return folder;
  }

  private void layers(String name) throws IOException {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new DenseLayer.Builder().nIn(5).nOut(4).build())
                .layer(new OutputLayer.Builder().nIn(4).nOut(2).build())
                .build());
    network.init();
    Path folder = Files.createDirectories(parent.resolve(name));
    ModelSerializer.writeModel(network, folder.resolve("network.zip").toFile(), false);
    INDArray fed = Nd4j.rand(DataType.FLOAT, 3, 5);
    Files.write(folder.resolve("in.input.npy"), Nd4j.toNpyByteArray(fed));
    Files.write(
        folder.resolve("out.output.npy"), Nd4j.toNpyByteArray(network.output(fed).dup('c')));
  }

  @Test
  void networksAreCountedBySourceAndByWhatBecameOfThem() throws IOException {
    product("drawn-product", 0);
    layers("drawn-layers");
    random("drawn-random");
    Path refused = Files.createDirectories(parent.resolve("imported-refused"));
    Files.writeString(refused.resolve("refused.txt"), "no mapping\n");
    Path json = parent.resolve("tally.json");

    assertThat(networks("--json", json)).as(commands.err()).isEqualTo(ExitStatus.DONE);
    assertThat(commands.out().lines())
        .anyMatch(line -> line.matches("drawn +3 +2 +0 +1 +0 +0 +0 +0 +0"))
        .anyMatch(line -> line.matches("imported +1 +0 +0 +0 +0 +0 +0 +1 +0"))
        .anyMatch(line -> line.startsWith("Of 3 networks that Deeplearning4j runs 2 are exported"))
        .anyMatch(line -> line.matches(" +1 +.*random numbers.*\\(drawn-random\\)"));
    JsonNode results = JsonMapper.builder().build().readTree(json.toFile());
    assertThat(results.valueStream().map(each -> each.get("standing").stringValue()))
        .containsExactly("AT_ONCE", "AT_ONCE", "REFUSED", "NOT_RUN");
  }

  @Test
  void anotherValueThanDeeplearning4jsIsWrong() throws IOException {
    product("drawn-a", 0.01);
    product("drawn-b", 0);

    assertThat(networks()).isEqualTo(ExitStatus.VERIFICATION_FAILED);
    assertThat(commands.out())
        .contains("drawn-a wrong: y: expected a relative difference")
        .contains("Of 2 networks that Deeplearning4j runs 1 are exported at once")
        .doesNotContain("drawn-b ");
  }

  @Test
  void whatEndsTheProcessDoesNotEndTheTally() throws IOException {
    product("drawn-a", 0);
    product("drawn-b", 0);

    assertThat(networks("--heap", "1k")).isEqualTo(ExitStatus.VERIFICATION_FAILED);
    assertThat(commands.out().lines())
        .anyMatch(line -> line.startsWith("drawn-a crashed: the process ended with status 1"))
        .anyMatch(line -> line.startsWith("drawn-b crashed: "));
  }

  @Test
  void whatTakesTooLongIsGivenUp() throws IOException {
    product("drawn", 0);
    List<NetworkResult> results = new ArrayList<>();

    ForeignNetworks.tally(parent, 1e-4, Duration.ZERO, "1g", results::add);

    assertThat(results).extracting(NetworkResult::standing).containsExactly(Standing.HUNG);
  }

  @Test
  void badInputIsOneLine() {
    assertThat(networks()).isEqualTo(ExitStatus.INPUT_FAILED);
    assertThat(commands.err())
        .contains("expected folders with network.fb or network.zip")
        .hasLineCount(1);
    assertThat(networks("--heap", "much")).isEqualTo(ExitStatus.USAGE);
    assertThat(networks("--timeout", "0")).isEqualTo(ExitStatus.USAGE);
  }

  @Test
  void aDamagedArrayCostsOneNetwork() throws IOException {
    product("drawn-a", 0);
    product("drawn-b", 0);
    product("drawn-c", 0);
    Files.write(parent.resolve("drawn-a").resolve("out.y.npy"), new byte[20]);
    Files.write(parent.resolve("drawn-b").resolve("in.x.npy"), new byte[0]);

    assertThat(networks()).isEqualTo(ExitStatus.INPUT_FAILED);
    assertThat(commands.out())
        .containsPattern("drawn-a unreadable: .*out.y.npy: expected a .npy array")
        .containsPattern("drawn-b unreadable: .*in.x.npy: expected a .npy array")
        .contains("Of 1 networks that Deeplearning4j runs 1 are exported at once");
  }

  @Test
  void aReasonHoldsForEveryNetworkOfItsKind() {
    assertThat(
            RefusalReason.of(
                "converter: 2 parts of the network can't be exported: a/b (conv2d): a kernel of"
                    + " unknown size (x FLOAT[1,5], w FLOAT[2]), set it; c (conv2d): a kernel of"
                    + " unknown size (y FLOAT[N]), set it"))
        .containsExactly("(conv2d): a kernel of unknown size, set it");
    assertThat(
            RefusalReason.of("converter: /a/network.zip/coefficients.bin: expected 41, received 3"))
        .containsExactly("expected #, received #");
  }

  private int networks(Object... options) {
    List<Object> arguments = new ArrayList<>(List.of("networks", parent));
    arguments.addAll(List.of(options));
    return commands.run(new ConformanceCommand(), arguments.toArray());
  }
}
