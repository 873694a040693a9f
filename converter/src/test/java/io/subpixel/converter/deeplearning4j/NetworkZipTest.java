package io.subpixel.converter.deeplearning4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.models.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class NetworkZipTest {
  private static final double TOLERANCE = 1e-4;
  private static final String CONFIGURATION = "configuration.json";
  private static final String COEFFICIENTS = "coefficients.bin";

  @TempDir private Path folder;

  private static MultiLayerNetwork images() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                .layer(new BatchNormalization())
                .layer(new SubsamplingLayer.Builder().build())
                .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(8, 8, 2))
                .build());
    network.init();
    Comparison.randomize(network.paramTable(), 7);
    return network;
  }

  private static ComputationGraph sequences() {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "both",
                    new Bidirectional(
                        new LSTM.Builder().nIn(3).nOut(4).activation(Activation.TANH).build()),
                    "in")
                .addLayer(
                    "out",
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(8)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "both")
                .setOutputs("out")
                .build());
    network.init();
    return network;
  }

  private Path save(Model model) throws IOException {
    Path zip = folder.resolve("network.zip");
    ModelSerializer.writeModel(model, zip.toFile(), true);
    return zip;
  }

  private static Map<String, byte[]> entries(Path zip) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile file = new ZipFile(zip.toFile())) {
      for (ZipEntry entry : file.stream().toList()) {
        try (InputStream stream = file.getInputStream(entry)) {
          entries.put(entry.getName(), stream.readAllBytes());
        }
      }
    }
    return entries;
  }

  /** The same zip with other entries. */
  private Path altered(Consumer<Map<String, byte[]>> change) throws IOException {
    Map<String, byte[]> entries = entries(save(images()));
    change.accept(entries);
    Path zip = folder.resolve("altered.zip");
    try (ZipOutputStream stream = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        stream.putNextEntry(new ZipEntry(entry.getKey()));
        stream.write(entry.getValue());
      }
    }
    return zip;
  }

  private Path replaced(String from, String to) throws IOException {
    return altered(
        entries ->
            entries.computeIfPresent(
                CONFIGURATION,
                (name, bytes) -> {
                  String json = new String(bytes, StandardCharsets.UTF_8);
                  assertThat(json).contains(from);
                  return json.replace(from, to).getBytes(StandardCharsets.UTF_8);
                }));
  }

  private static void assertRefused(Path zip, String... parts) {
    assertThatThrownBy(() -> Deeplearning4jNetwork.read(zip))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContainingAll(parts)
        .extracting(Throwable::getMessage)
        .asString()
        .hasLineCount(1);
  }

  @Test
  void readsASequenceOfLayers() throws Exception {
    MultiLayerNetwork network = images();
    Deeplearning4jNetwork read = Deeplearning4jNetwork.read(save(network));
    INDArray input = Comparison.random(1, 2, 2, 8, 8);
    assertThat(read.inputShapes().get("input")).containsExactly(-1, 2, -1, -1);
    Comparison.Result result =
        Comparison.compare(read, Map.of("input", input)).assertWithin(TOLERANCE);
    assertThat(result.output("layer3").distance2(network.output(input.dup()))).isLessThan(1e-5);
  }

  @Test
  void readsAComputationGraph() throws Exception {
    ComputationGraph network = sequences();
    Deeplearning4jNetwork read = Deeplearning4jNetwork.read(save(network));
    INDArray input = Comparison.random(1, 2, 3, 7);
    assertThat(read.inputShapes().get("in")).containsExactly(-1, 3, -1);
    Comparison.Result result =
        Comparison.compare(read, Map.of("in", input)).assertWithin(TOLERANCE);
    assertThat(result.output("out").distance2(network.outputSingle(input.dup()))).isLessThan(1e-5);
  }

  @Test
  void readsTheBoxesOfADetector() throws Exception {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nIn(2).nOut(16).build())
                .layer(
                    new Yolo2OutputLayer.Builder()
                        .boundingBoxPriors(Nd4j.createFromArray(new float[][] {{1, 2}, {3, 4}}))
                        .build())
                .build());
    network.init();
    Comparison.compare(
            Deeplearning4jNetwork.read(save(network)),
            Map.of("input", Comparison.random(1, 2, 2, 8, 8)))
        .assertWithin(TOLERANCE);
  }

  @Test
  void refusesANetworkBeforeItsInit() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(images().getLayerWiseConfigurations().clone());
    assertThatThrownBy(() -> Deeplearning4jNetwork.of(network))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("init()");
  }

  @Test
  void refusesWhatIsNoNetwork() throws Exception {
    assertRefused(folder.resolve("none.zip"), "none.zip", "received nothing");
    assertRefused(folder, "received no file");
    assertRefused(
        Files.write(folder.resolve("text.zip"), new byte[] {1, 2, 3}), "received a damaged zip");
    assertRefused(altered(entries -> entries.remove(CONFIGURATION)), "a zip without configuration");
    assertRefused(altered(entries -> entries.remove(COEFFICIENTS)), "a zip without coefficients");
    assertRefused(
        altered(entries -> entries.put(CONFIGURATION, "no".getBytes(StandardCharsets.UTF_8))),
        "a configuration in JSON");
    assertRefused(
        altered(entries -> entries.put(CONFIGURATION, "{}".getBytes(StandardCharsets.UTF_8))),
        "a network of Deeplearning4j");
  }

  @Test
  void refusesJavaObjects() throws Exception {
    assertRefused(
        altered(entries -> entries.put("preprocessor.bin", new byte[] {0})), "preprocessor.bin");
  }

  @Test
  void refusesForeignClasses() throws Exception {
    String layer = "org.deeplearning4j.nn.conf.layers.SubsamplingLayer";
    for (String other :
        new String[] {
          "javax.swing.JEditorPane",
          "org.nd4j.shade.jackson.databind.JsonNode",
          "org.deeplearning4j.List<javax.swing.JEditorPane>"
        }) {
      assertRefused(replaced(layer, other), CONFIGURATION, "classes of Deeplearning4j", other);
    }
    assertRefused(
        replaced("\"@class\" : \"" + layer, "\"@class\" : \"a.B\", \"@class\" : \"" + layer),
        "a.B");
    assertRefused(
        altered(
            entries ->
                entries.put(
                    CONFIGURATION, "{\"confs\":[\"a.B\",{}]}".getBytes(StandardCharsets.UTF_8))),
        "a.B");
  }

  @Test
  void refusesBombs() throws Exception {
    assertRefused(
        altered(entries -> entries.put(CONFIGURATION, new byte[40 << 20])),
        CONFIGURATION,
        "at most");
    assertRefused(
        altered(entries -> entries.put(COEFFICIENTS, new byte[40 << 20])), COEFFICIENTS, "at most");
    assertRefused(replaced("\"nout\" : 4", "\"nout\" : 400000000"), COEFFICIENTS, "coefficients");
  }

  @Test
  void refusesDamagedCoefficients() throws Exception {
    byte[] whole = Objects.requireNonNull(entries(save(images())).get(COEFFICIENTS));
    for (int length = 0; length < whole.length; length += 1 + whole.length / 40) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertRefused(altered(entries -> entries.put(COEFFICIENTS, cut)), "coefficients");
    }
    for (int at = 0; at < 120; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= 0x41;
      Path zip = altered(entries -> entries.put(COEFFICIENTS, changed));
      // Some bytes are numbers, or flags that are passed over.
      try {
        Deeplearning4jNetwork.read(zip);
      } catch (InvalidInputException e) {
        assertThat(e.getMessage()).hasLineCount(1);
      }
    }
  }

  @Test
  void refusesAnEntryWithoutItsChecksum() throws Exception {
    byte[] bytes = Files.readAllBytes(save(images()));
    int refused = 0;
    for (int at = 0; at < bytes.length; at += 37) {
      byte[] changed = bytes.clone();
      changed[at] ^= 0x10;
      Path zip = Files.write(folder.resolve("changed.zip"), changed);
      try {
        Deeplearning4jNetwork.read(zip);
      } catch (InvalidInputException e) {
        assertThat(e.getMessage()).hasLineCount(1);
        refused++;
      }
    }
    // The rest lies in the updater's state, which isn't read.
    assertThat(refused).isPositive();
  }
}
