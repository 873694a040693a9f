package io.subpixel.trainer.internal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;
import static org.nd4j.linalg.indexing.NDArrayIndex.point;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.trainer.network.Activation;
import io.subpixel.trainer.network.Architectures;
import io.subpixel.trainer.network.Network;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.Pretrained;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import onnx.Onnx;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.protobuf.ByteString;

class StartingPointTest {
  private static final int SIDE = 12;

  @TempDir private Path temporary;

  @ParameterizedTest
  @CsvSource({
    "sesr-m5-x2, sesr-m5",
    "sesr-m5-x3, sesr-m5",
    "espcn-x2, espcn",
    "photo-light-x2, sesr-c16-m6",
    "photo-x2, sesr-c32-m6"
  })
  void upscalesAsTheShippedModelDoes(String name, String architecture)
      throws IOException, OrtException {
    ModelCard card = Pretrained.card(name);
    Network network = network(architecture, card.scale(), card.colour());
    float[] lr = noise(card.channels());
    float[] expected = onnxRuntime(Pretrained.onnx(name), card.channels(), lr);
    assertThat(distance(sameDiff(network, card.channels(), lr), expected)).isGreaterThan(0.01);

    StartingPoint start = StartingPoint.of(Path.of(name));
    assertThat(start.copyTo(network.graph())).isEmpty();
    assertThat(distance(sameDiff(network, card.channels(), lr), expected))
        .isCloseTo(0, within(2e-5));
    assertThat(start.card()).contains(card);
  }

  @ParameterizedTest
  @CsvSource({
    "sesr-m2-k3, sesr-c16-m2, sesr-c24-m2, 2, Y",
    "sesr-c12-m2, sesr-c12-m2, sesr-c16-m2, 2, RGB",
    "sesr-c16-m2, sesr-c16-m2, sesr-c64-m2, 4, RGB",
    "sesr-m2-k3-edges, sesr-m2-k3-edges, sesr-c16-m2, 2, Y",
    "sesr-m2-k3, sesr-m2-k3-edges, sesr-c24-m2-edges, 2, RGB",
    "sesr-c12-m2-edges, sesr-c12-m2, sesr-c16-m2-edges, 2, RGB"
  })
  void aWiderNetworkBeginsWhereTheNarrowOneStands(
      String narrow, String same, String wide, int scale, Colour colour) throws IOException {
    Path run = temporary.resolve("run");
    Files.createDirectory(run);
    Network trained = network(narrow, scale, colour, Activation.PRELU, 2);
    // A fresh network adds so little to its input that one without hidden layers looks alike.
    array(trained, "last_project").muli(20);
    for (SDVariable variable : trained.graph().variables()) {
      if (variable.name().endsWith("_edge_factors")) {
        variable.getArr().assign(0.2);
      }
    }
    trained.graph().asFlatFile(run.resolve("model.fb").toFile());
    float[] lr = noise(colour.channels());
    float[] expected = sameDiff(trained, colour.channels(), lr);
    for (String each : List.of(same, wide)) {
      Network network = network(each, scale, colour, Activation.PRELU, 1);
      assertThat(StartingPoint.of(run).copyTo(network.graph())).isEmpty();
      assertThat(distance(sameDiff(network, colour.channels(), lr), expected))
          .isCloseTo(0, within(2e-5));
    }
  }

  @Test
  void aWiderNetworkBeginsWhereAFileStandsAndCanLearnMore() throws IOException, OrtException {
    Network network = network("sesr-c64-m6", 2, Colour.RGB);
    assertThat(StartingPoint.of(Path.of("photo-x2")).copyTo(network.graph())).isEmpty();
    float[] lr = noise(3);
    assertThat(distance(sameDiff(network, 3, lr), onnxRuntime(Pretrained.onnx("photo-x2"), 3, lr)))
        .isCloseTo(0, within(2e-5));
    // New channels that were all zero would stay so: they would get no gradient.
    INDArray kernel = requireNonNull(network.graph().getVariable("block3_weight")).eval();
    assertThat(kernel.get(all(), all(), all(), point(40)).norm2Number().doubleValue())
        .isGreaterThan(0.1);
    assertThat(kernel.get(all(), all(), interval(32, 64), interval(0, 32)).norm2Number())
        .isEqualTo(0.0);
  }

  @Test
  void aNarrowerOrGreyNetworkTakesNothingOfOtherLayers() throws IOException {
    Network narrow = network("sesr-c16-m6", 2, Colour.RGB);
    StartingPoint photo = StartingPoint.of(Path.of("photo-x2"));
    assertThat(photo.copyTo(narrow.graph())).contains("block0_expand", "first_bias");
    Network grey = network("sesr-c64-m6", 2, Colour.Y);
    assertThat(photo.copyTo(grey.graph()))
        .containsExactly("first_expand", "last_bias", "last_expand");
  }

  @Test
  void takesAnyFileAndLeavesOtherLayersFresh() throws IOException {
    // A file goes before a shipped model of its name.
    Path file = temporary.resolve("sesr-m11-x2");
    Files.write(file, Pretrained.onnx("sesr-m5-x2"));
    Network network = network("sesr-m5", 4, Colour.Y);
    INDArray fresh = array(network, "last_project").dup();
    StartingPoint start = StartingPoint.of(file);
    assertThat(start.copyTo(network.graph())).containsExactly("last_bias", "last_expand");
    assertThat(array(network, "last_project")).isEqualTo(fresh);
    // The first filters are passed on to one output each, scaled; the others to none.
    INDArray project = array(network, "block4_project");
    assertThat(project.getDouble(3, 3)).isPositive();
    assertThat(project.getDouble(3, 4)).isZero();
    assertThat(project.getRow(40).norm2Number().doubleValue()).isZero();
    assertThat(array(network, "block4_expand").getColumn(40).norm2Number().doubleValue())
        .isPositive();
    assertThat(start.card()).contains(Pretrained.card("sesr-m5-x2"));
  }

  @ParameterizedTest
  @EnumSource
  void knowsTheActivationOfARun(Activation activation) throws IOException {
    Path run = temporary.resolve("run");
    Files.createDirectory(run);
    network("sesr-tiny", 2, Colour.Y, activation, 1)
        .graph()
        .asFlatFile(run.resolve("model.fb").toFile());
    assertThat(StartingPoint.of(run).activations()).containsExactly(activation);
  }

  @ParameterizedTest
  @CsvSource({"photo-x2, LEAKY_RELU", "espcn-x2, RELU"})
  void knowsTheActivationOfAFile(String name, Activation activation) throws IOException {
    assertThat(StartingPoint.of(Path.of(name)).activations()).containsExactly(activation);
  }

  @Test
  void aNetworkThatSharesNothingIsRefused() throws IOException {
    StartingPoint espcn = StartingPoint.of(Path.of("espcn-x2"));
    Network sesr = network("sesr-m5", 2, Colour.Y);
    assertThatThrownBy(() -> espcn.copyTo(sesr.graph()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "espcn-x2: expected weights that fit this network, received none of equal name and shape");
  }

  @Test
  void aFileOfHalfPrecisionIsRefused() throws IOException {
    Onnx.GraphProto.Builder graph =
        Onnx.GraphProto.newBuilder()
            .addInitializer(
                zeros("first_bias", 16).toBuilder()
                    .setDataType(Onnx.TensorProto.DataType.FLOAT16_VALUE));
    Path file = temporary.resolve("half.onnx");
    Files.write(file, Onnx.ModelProto.newBuilder().setGraph(graph).build().toByteArray());
    assertThatThrownBy(() -> StartingPoint.of(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(file + ": first_bias: expected float32 weights, received float16 ones");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void whatCantBeReadIsNamed() {
    assertThatThrownBy(() -> StartingPoint.of(Path.of("/proc/self/mem")))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("/proc/self/mem: ");
    assertThatThrownBy(() -> StartingPoint.of(Path.of("/dev/null")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("received something that is no file");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 20_000})
  void aFileCutShortIsRefusedOrHasNothingThatFits(int bytes) throws IOException {
    byte[] whole = Pretrained.onnx("sesr-m5-x2");
    Path file = temporary.resolve("short.onnx");
    Files.write(file, Arrays.copyOf(whole, bytes));
    Network network = network("sesr-m5", 2, Colour.Y);
    assertThatThrownBy(() -> StartingPoint.of(file).copyTo(network.graph()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file.toString());
  }

  static Stream<Arguments> damages() {
    Consumer<Onnx.TensorProto.Builder> nan =
        kernel -> kernel.setRawData(filled(kernel.getRawData().size(), Float.NaN));
    Consumer<Onnx.TensorProto.Builder> infinite =
        kernel -> kernel.setRawData(filled(kernel.getRawData().size(), Float.POSITIVE_INFINITY));
    return Stream.of(
        arguments(nan, "block1_weight: expected finite weights, received NaN or infinity"),
        arguments(infinite, "block1_weight: expected finite weights, received NaN or infinity"),
        arguments(dimension(1L << 40), "block1_weight_oihw: expected float32 values that fill its"),
        arguments(
            dimension(-16), "block1_weight_oihw: expected float32 values that fill its shape"),
        arguments(dimension(0), "block1_weight_oihw: expected float32 values that fill its shape"),
        arguments(
            (Consumer<Onnx.TensorProto.Builder>)
                kernel -> kernel.setRawData(kernel.getRawData().substring(1)),
            "block1_weight_oihw: expected float32 values that fill its shape"),
        arguments(
            (Consumer<Onnx.TensorProto.Builder>)
                kernel -> kernel.setDataLocation(Onnx.TensorProto.DataLocation.EXTERNAL),
            "block1_weight_oihw: expected weights in the file itself, received external data"));
  }

  private static Consumer<Onnx.TensorProto.Builder> dimension(long size) {
    return kernel -> kernel.setDims(0, size);
  }

  private static ByteString filled(int bytes, float value) {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      buffer.putFloat(value);
    }
    return ByteString.copyFrom(buffer.array());
  }

  @ParameterizedTest
  @MethodSource("damages")
  void aDamagedKernelIsRefused(Consumer<Onnx.TensorProto.Builder> damage, String expected)
      throws IOException {
    Onnx.ModelProto.Builder model =
        Onnx.ModelProto.parseFrom(Pretrained.onnx("sesr-m5-x2")).toBuilder();
    model.getGraphBuilder().getInitializerBuilderList().stream()
        .filter(each -> each.getName().equals("block1_weight_oihw"))
        .forEach(damage);
    Path file = temporary.resolve("damaged.onnx");
    Files.write(file, model.build().toByteArray());
    Network network = network("sesr-m5", 2, Colour.Y);
    assertThatThrownBy(() -> StartingPoint.of(file).copyTo(network.graph()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file + ": " + expected);
  }

  /** Half of a product would be noise. */
  @Test
  void ofFactorsBothAreTakenOrNone() throws IOException {
    Path run = temporary.resolve("run");
    Files.createDirectory(run);
    network("sesr-m5", 2, Colour.Y).graph().asFlatFile(run.resolve("model.fb").toFile());
    Network network = network("sesr-tiny", 2, Colour.Y);
    INDArray fresh = array(network, "last_project").dup();
    // They have the last layer's projection in common, by name and shape.
    assertThat(StartingPoint.of(run.resolve("model.fb")).copyTo(network.graph()))
        .contains("last_expand")
        .doesNotContain("last_bias");
    assertThat(array(network, "last_project")).isEqualTo(fresh);
  }

  /** Anybody may write a file whose names promise factors. */
  @ParameterizedTest
  @CsvSource({
    "144, 64, 32, 16, 16",
    "144, 32, 32, 16, 8",
    "145, 64, 64, 16, 16",
    "100000, 1, 1, 1, 16"
  })
  void factorsThatDontFitEachOtherAreLeftOut(
      int rows, int wide, int projected, int filters, int shortcut) throws IOException {
    Onnx.GraphProto.Builder graph =
        Onnx.GraphProto.newBuilder()
            .addInitializer(zeros("first_bias", 16))
            .addInitializer(zeros("block0_expand", rows, wide))
            .addInitializer(zeros("block0_project", projected, filters))
            .addInitializer(zeros("block0_shortcut", 3, 3, shortcut, shortcut));
    Path file = temporary.resolve("factors.onnx");
    Files.write(file, Onnx.ModelProto.newBuilder().setGraph(graph).build().toByteArray());
    for (String name : List.of("sesr-m2-k3", "sesr-c24-m2")) {
      Network network = network(name, 2, Colour.Y);
      assertThat(StartingPoint.of(file).copyTo(network.graph()))
          .contains("block0_expand")
          .doesNotContain("first_bias");
    }
  }

  @Test
  void edgesThatDontFitAreLeftOutWithTheirFactors() throws IOException {
    Onnx.GraphProto.Builder graph =
        Onnx.GraphProto.newBuilder()
            .addInitializer(zeros("first_bias", 16))
            .addInitializer(zeros("block0_expand", 144, 64))
            .addInitializer(zeros("block0_project", 64, 16))
            .addInitializer(zeros("block0_edges", 9, 3))
            .addInitializer(zeros("block0_edge_mixtures", 3, 8, 16))
            .addInitializer(zeros("block0_edge_factors", 3, 1, 16));
    Path file = temporary.resolve("edges.onnx");
    Files.write(file, Onnx.ModelProto.newBuilder().setGraph(graph).build().toByteArray());
    for (String name : List.of("sesr-m2-k3", "sesr-m2-k3-edges", "sesr-c24-m2")) {
      assertThat(StartingPoint.of(file).copyTo(network(name, 2, Colour.Y).graph()))
          .contains("block0_expand")
          .doesNotContain("first_bias");
    }
  }

  private static Onnx.TensorProto zeros(String name, int... shape) {
    Onnx.TensorProto.Builder tensor =
        Onnx.TensorProto.newBuilder()
            .setName(name)
            .setDataType(Onnx.TensorProto.DataType.FLOAT_VALUE);
    int count = 1;
    for (int size : shape) {
      tensor.addDims(size);
      count *= size;
    }
    return tensor.setRawData(ByteString.copyFrom(new byte[count * Float.BYTES])).build();
  }

  @Test
  void anUnknownNameIsRefused() {
    assertThatThrownBy(() -> StartingPoint.of(Path.of("photo-x9")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "photo-x9: expected a run with its model, an ONNX file or one of "
                + Pretrained.names()
                + ", received no such file");
    assertThatThrownBy(() -> StartingPoint.of(temporary))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("received a folder without model.fb");
  }

  private static Network network(String architecture, int scale, Colour colour) {
    Activation activation = Architectures.find(architecture).orElseThrow().activation();
    return network(architecture, scale, colour, activation, 1);
  }

  private static Network network(
      String architecture, int scale, Colour colour, Activation activation, long seed) {
    var found = Architectures.find(architecture).orElseThrow();
    return Network.build(found, scale, colour, activation, seed);
  }

  private static INDArray array(Network network, String name) {
    return requireNonNull(network.graph().getVariable(name)).getArr();
  }

  private static float[] noise(int channels) {
    float[] values = new float[channels * SIDE * SIDE];
    Random random = new Random(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }

  private static float[] sameDiff(Network network, int channels, float[] lr) {
    INDArray input = Nd4j.createFromArray(lr).reshape(1, channels, SIDE, SIDE);
    INDArray sr = network.graph().outputSingle(Map.of(Network.LR, input), Network.SR);
    return sr.dup('c').data().asFloat();
  }

  private static float[] onnxRuntime(byte[] model, int channels, float[] lr) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(model);
        OnnxTensor input =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(lr), new long[] {1, channels, SIDE, SIDE});
        OrtSession.Result result = session.run(Map.of("lr", input))) {
      FloatBuffer sr = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] values = new float[sr.remaining()];
      sr.get(values);
      return values;
    }
  }

  /** The largest difference. */
  private static double distance(float[] a, float[] b) {
    assertThat(a).hasSameSizeAs(b);
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }
}
