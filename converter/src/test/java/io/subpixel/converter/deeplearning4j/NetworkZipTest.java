package io.subpixel.converter.deeplearning4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.converter.ExportOptions;
import io.subpixel.converter.OnnxExport;
import io.subpixel.converter.operators.UnsupportedModelException;
import io.subpixel.pictures.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
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
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
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
  void passesOverJavaObjects() throws Exception {
    // Not even the start of a stream of objects: whoever read it would fail.
    Deeplearning4jNetwork.read(altered(entries -> entries.put("preprocessor.bin", new byte[] {0})));
  }

  /** Coefficients as versions 0.5 to 0.8 wrote them: shapes of int, and no type among them. */
  private static byte[] old(INDArray coefficients, String allocation, boolean isDouble)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int count = (int) coefficients.length();
    try (DataOutputStream data = new DataOutputStream(bytes)) {
      data.writeUTF(allocation);
      data.writeInt(8);
      data.writeUTF("INT");
      for (int number : new int[] {2, 1, count, 1, 1, 0, 1, 'f'}) {
        data.writeInt(number);
      }
      data.writeUTF(allocation);
      data.writeInt(count);
      data.writeUTF(isDouble ? "DOUBLE" : "FLOAT");
      for (int i = 0; i < count; i++) {
        if (isDouble) {
          data.writeDouble(coefficients.getDouble(i));
        } else {
          data.writeFloat(coefficients.getFloat(i));
        }
      }
    }
    return bytes.toByteArray();
  }

  @Test
  void readsCoefficientsOfOldVersions() throws Exception {
    MultiLayerNetwork network = images();
    INDArray input = Comparison.random(1, 2, 2, 8, 8);
    for (String allocation : new String[] {"DIRECT", "HEAP", "JAVACPP"}) {
      for (boolean isDouble : new boolean[] {false, true}) {
        byte[] coefficients = old(network.params(), allocation, isDouble);
        Path zip = altered(entries -> entries.put(COEFFICIENTS, coefficients));
        Deeplearning4jNetwork read = Deeplearning4jNetwork.read(zip);
        INDArray x = isDouble ? input.castTo(DataType.DOUBLE) : input;
        Comparison.Result result =
            Comparison.compare(read, Map.of("input", x)).assertWithin(TOLERANCE);
        INDArray expected = network.output(input.dup());
        INDArray received = result.output("layer3").castTo(DataType.FLOAT);
        assertThat(received.distance2(expected)).isLessThan(1e-5);
        for (int length = 0; length < coefficients.length; length += 97) {
          byte[] cut = Arrays.copyOf(coefficients, length);
          assertRefused(altered(entries -> entries.put(COEFFICIENTS, cut)), "coefficients");
        }
      }
    }
  }

  /** Compiles a class of a user's and names the folder that it is in. */
  private Path compiled(String name, String source) throws IOException {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Path file =
        Files.writeString(
            Files.createDirectories(folder.resolve("source")).resolve(name + ".java"), source);
    JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
    int status =
        compiler.run(
            null,
            null,
            null,
            "-proc:none",
            "-cp",
            System.getProperty("java.class.path") + File.pathSeparator + classes,
            "-d",
            classes.toString(),
            file.toString());
    assertThat(status).isZero();
    return classes;
  }

  private static ComputationGraph own(GraphVertex vertex, IActivation activation) {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "a",
                    new DenseLayer.Builder().nIn(3).nOut(4).activation(activation).build(),
                    "in")
                .addLayer("b", new DenseLayer.Builder().nIn(3).nOut(4).build(), "in")
                .addVertex("own", vertex, "a", "b")
                .addLayer("out", new OutputLayer.Builder().nIn(4).nOut(2).build(), "own")
                .setOutputs("out")
                .build());
    network.init();
    return network;
  }

  @Test
  void readsClassesOfTheUsersOwn() throws Exception {
    Path classes =
        compiled(
            "Squares",
            """
            package users;
            import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLambdaVertex;
            import org.nd4j.autodiff.samediff.SDVariable;
            import org.nd4j.autodiff.samediff.SameDiff;
            public class Squares extends SameDiffLambdaVertex {
              @Override
              public SDVariable defineVertex(SameDiff graph, VertexInputs inputs) {
                return inputs.getInput(0).mul(inputs.getInput(0)).add(inputs.getInput(1));
              }
            }
            """);
    compiled(
        "Halved",
        """
        package users;
        import org.nd4j.common.primitives.Pair;
        import org.nd4j.linalg.activations.BaseActivationFunction;
        import org.nd4j.linalg.api.ndarray.INDArray;
        public class Halved extends BaseActivationFunction {
          @Override
          public INDArray getActivation(INDArray in, boolean training) {
            return in.muli(0.5);
          }
          @Override
          public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
            return Pair.of(epsilon.muli(0.5), null);
          }
        }
        """);
    ComputationGraph network;
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
      network =
          own(
              (GraphVertex) loader.loadClass("users.Squares").getConstructor().newInstance(),
              (IActivation) loader.loadClass("users.Halved").getConstructor().newInstance());
      Path zip = save(network);
      INDArray input = Comparison.random(1, 5, 3);
      INDArray expected = network.outputSingle(input.dup());

      assertRefused(zip, "--class-path", "users.");
      Deeplearning4jNetwork read = Deeplearning4jNetwork.read(zip, List.of(classes));
      assertThatThrownBy(read::toSameDiff)
          .isInstanceOf(UnsupportedModelException.class)
          .hasMessageContaining("users.Halved")
          .hasMessageContaining("Definition");

      compiled(
          "Half",
          """
          package users;
          import io.subpixel.converter.deeplearning4j.Definition;
          import java.util.List;
          import java.util.Map;
          import org.nd4j.autodiff.samediff.SDVariable;
          import org.nd4j.autodiff.samediff.SameDiff;
          public class Half implements Definition {
            @Override
            public Class<?> type() {
              return Halved.class;
            }
            @Override
            public SDVariable define(Object configuration, SameDiff graph, List<SDVariable> inputs,
                Map<String, SDVariable> coefficients) {
              return inputs.get(0).mul(0.5);
            }
          }
          """);
      Files.writeString(
          Files.createDirectories(classes.resolve("META-INF/services"))
              .resolve(Definition.class.getName()),
          "users.Half");
      Deeplearning4jNetwork defined = Deeplearning4jNetwork.read(zip, List.of(classes));
      Comparison.Result result =
          Comparison.compare(defined, Map.of("in", input)).assertWithin(TOLERANCE);
      assertThat(result.output("out").distance2(expected)).isLessThan(1e-5);
      OnnxExport.export(defined, ExportOptions.DEFAULT, folder.resolve("model.onnx"), report -> {});
    }
    assertThatThrownBy(
            () -> Deeplearning4jNetwork.read(save(images()), List.of(folder.resolve("no.jar"))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no.jar");
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
      // Some bytes are numbers, or flags that are ignored.
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
