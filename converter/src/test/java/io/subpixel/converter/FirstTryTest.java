package io.subpixel.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.converter.ExportReport.Port;
import io.subpixel.converter.deeplearning4j.Deeplearning4jNetwork;
import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.OnnxFile;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.internal.verification.OnnxRun;
import io.subpixel.converter.internal.verification.Tensor;
import io.subpixel.converter.internal.verification.TensorAssert;
import io.subpixel.converter.source.NetworkFile;
import io.subpixel.zoo.VerificationException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.factory.Nd4j;

/** Networks as people have them are exported without options, and equal at sizes that they take. */
final class FirstTryTest {
  private static final int WIDTH = 8;
  private static final int WORDS = 50;
  private static final int LONGEST = 40;

  @TempDir Path folder;

  @Test
  void aTransformerOfSixLayers() throws Exception {
    SameDiff network = encoder(6);
    Path out = folder.resolve("model.onnx");

    ExportReport report = OnnxExport.export(saved(network), ExportOptions.DEFAULT, out);

    assertThat(report.inputs())
        .containsExactly(
            new Port("ids", "INT32", "[N,T]"), new Port("attention_mask", "FLOAT", "[N,T]"));
    assertThat(report.outputs()).containsExactly(new Port("encoded", "FLOAT", "[N,T,8]"));
    int[][] sizes = {{1, 2}, {3, 5}, {2, 9}, {1, 31}, {4, 16}};
    for (int[] size : sizes) {
      Map<String, INDArray> fed = new LinkedHashMap<>();
      INDArray ids = Networks.values(size[1], size[0], size[1]).add(0.5).mul(WORDS - 1);
      fed.put("ids", ids.castTo(DataType.INT32));
      INDArray mask = Nd4j.ones(size);
      mask.putScalar(0, size[1] - 1, 0);
      fed.put("attention_mask", mask);
      assertSame(network, out, fed, "encoded");
    }
  }

  @Test
  void aUNetOfUnknownSizes() throws Exception {
    SameDiff network = uNet();
    Path out = folder.resolve("model.onnx");

    ExportReport report = OnnxExport.export(saved(network), ExportOptions.DEFAULT, out);

    assertThat(report.inputs()).containsExactly(new Port("x", "FLOAT", "[N,3,H,W]"));
    assertThat(report.trials()).filteredOn(trial -> trial.ran()).hasSizeGreaterThanOrEqualTo(5);
    int[][] sizes = {{1, 4, 4}, {2, 8, 12}, {1, 16, 4}, {3, 20, 20}, {1, 32, 24}};
    for (int[] size : sizes) {
      Map<String, INDArray> fed =
          Map.of("x", Networks.values(size[1], size[0], 3, size[1], size[2]));
      assertSame(network, out, fed, "y");
    }
  }

  @Test
  void aDenseNetThatWouldShrinkSmallPicturesToNothing() throws Exception {
    ComputationGraph network = denseNet();
    Path out = folder.resolve("model.onnx");

    ExportReport report =
        OnnxExport.export(
            Deeplearning4jNetwork.of(network), ExportOptions.DEFAULT, out, made -> {});

    assertThat(report.inputs()).containsExactly(new Port("in", "FLOAT", "[N,3,H,W]"));
    for (int size : new int[] {19, 24, 33, 40, 64}) {
      INDArray x = Networks.values(size, 2, 3, size, size + 1);
      assertSame(network.output(x.dup())[0], out, Map.of("in", x), "out");
    }
  }

  @Test
  void aWindowLargerThanItsInputIsComparedWithoutOptimisation() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, 1, 16, 1, 1);
    network
        .cnn()
        .avgPooling2d(
            "y", x, Pooling2DConfig.builder().kH(2).kW(2).sH(2).sW(2).isNHWC(false).build());
    Path out = folder.resolve("model.onnx");

    // ONNX Runtime 1.28 gives a pixel there, unless it is optimised, when it divides by zero.
    ExportReport report = OnnxExport.export(saved(network), ExportOptions.DEFAULT, out);

    assertThat(report.notes())
        .anyMatch(note -> note.startsWith("AveragePool: a window of 2 on a size of 1: compared"));
  }

  @Test
  void windowsInsideOfALoopAreComparedWithoutOptimisation() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, -1, 16, -1, -1);
    Pooling2DConfig halving =
        Pooling2DConfig.builder().kH(2).kW(2).sH(2).sW(2).isNHWC(false).build();
    network.whileLoop(
        new String[] {"n", "y"},
        "loop",
        new SDVariable[] {network.constant("zero", Nd4j.scalar(0f)), x},
        (g, v) -> v[0].lt(2.0),
        (g, v) -> new SDVariable[] {v[0].add(1.0), g.cnn().maxPooling2d(v[1], halving)});
    Path out = folder.resolve("model.onnx");

    ExportReport report =
        OnnxExport.export(saved(network), ExportOptions.DEFAULT.withOutputs(List.of("y")), out);

    assertThat(report.notes()).anyMatch(note -> note.startsWith("windows inside of a branch"));
    assertThat(report.trials()).filteredOn(trial -> trial.ran()).hasSizeGreaterThan(1);
    INDArray pixels = Networks.values(3, 1, 16, 12, 8);
    assertSame(network, out, Map.of("x", pixels), "y");
  }

  @Test
  void convolutionsBeforeDenseLayersTellHowLargeThePictureIs() throws Exception {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .list()
                .layer(new ConvolutionLayer.Builder(5, 5).nOut(4).build())
                .layer(
                    new SubsamplingLayer.Builder(PoolingType.MAX)
                        .kernelSize(2, 2)
                        .stride(2, 2)
                        .build())
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(3).stride(2, 2).build())
                .layer(new DenseLayer.Builder().nOut(7).activation(Activation.RELU).build())
                .layer(new OutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(38, 26, 1))
                .build());
    network.init();
    Path out = folder.resolve("model.onnx");

    ExportReport report =
        OnnxExport.export(
            Deeplearning4jNetwork.of(network), ExportOptions.DEFAULT, out, made -> {});

    assertThat(report.trials()).allMatch(trial -> trial.ran()).hasSizeGreaterThan(1);
    INDArray x = Networks.values(1, 3, 1, 38, 26);
    assertSame(network.output(x.dup()), out, Map.of("input", x), report.outputs().get(0).name());
  }

  @Test
  void severalInputsThatAreMerged() throws Exception {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .graphBuilder()
            .addInputs("a", "b", "c")
            .addLayer("first", new LSTM.Builder().nIn(5).nOut(6).build(), "a")
            .addVertex("ab", new MergeVertex(), "first", "b")
            .addLayer("second", new LSTM.Builder().nIn(6 + 9).nOut(4).build(), "ab")
            .addVertex("abc", new MergeVertex(), "second", "c")
            .addLayer("third", new LSTM.Builder().nIn(4 + 3).nOut(4).build(), "abc")
            .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "third")
            .addLayer(
                "out",
                new OutputLayer.Builder().nIn(4).nOut(2).activation(Activation.SOFTMAX).build(),
                "pool")
            .setOutputs("out")
            .build();
    ComputationGraph network = new ComputationGraph(configuration);
    network.init();
    Path out = folder.resolve("model.onnx");

    ExportReport report =
        OnnxExport.export(
            Deeplearning4jNetwork.of(network), ExportOptions.DEFAULT, out, made -> {});

    assertThat(report.inputs().get(0)).isEqualTo(new Port("a", "FLOAT", "[N,5,T]"));
    assertThat(report.inputs())
        .allMatch(port -> port.shape().startsWith("[N,") && port.shape().endsWith(",T]"));
    for (int[] size : new int[][] {{1, 2}, {3, 7}}) {
      Map<String, INDArray> fed = new LinkedHashMap<>();
      fed.put("a", Networks.values(1, size[0], 5, size[1]));
      fed.put("b", Networks.values(2, size[0], 9, size[1]));
      fed.put("c", Networks.values(3, size[0], 3, size[1]));
      INDArray[] copies = fed.values().stream().map(INDArray::dup).toArray(INDArray[]::new);
      assertSame(network.output(copies)[0], out, fed, "out");
    }
  }

  @Test
  void sizesThatInputsShareAreOne() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable q = network.placeHolder("q", DataType.FLOAT, -1, 8, -1);
    SDVariable k = network.placeHolder("k", DataType.FLOAT, -1, 8, -1);
    SDVariable mask = network.placeHolder("mask", DataType.FLOAT, -1, -1);
    network.nn().dotProductAttention("y", q, k, k, mask, true);
    Path out = folder.resolve("model.onnx");

    ExportReport report = OnnxExport.export(saved(network), ExportOptions.DEFAULT, out);

    assertThat(report.inputs())
        .containsExactly(
            new Port("q", "FLOAT", "[N,8,T]"),
            new Port("k", "FLOAT", "[N,8,k_d2]"),
            new Port("mask", "FLOAT", "[N,k_d2]"));
    assertThat(report.trials())
        .anyMatch(trial -> !Objects.equals(trial.inputs().get("q"), trial.inputs().get("k")));

    ExportReport named =
        OnnxExport.export(
            saved(network),
            ExportOptions.DEFAULT
                .withShape("q", Shape.of(Dim.named("B"), Dim.of(8), Dim.named("S")))
                .withShape("k", Shape.of(Dim.named("B"), Dim.of(8), Dim.named("S"))),
            out);
    assertThat(named.inputs())
        .containsExactly(
            new Port("q", "FLOAT", "[B,8,S]"),
            new Port("k", "FLOAT", "[B,8,S]"),
            new Port("mask", "FLOAT", "[B,S]"));
  }

  @Test
  void aStateHasTheBatchOfItsSequence() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, -1, -1, 6);
    SDVariable state = network.placeHolder("state", DataType.FLOAT, -1, 5);
    network
        .rnn()
        .gru(
            x,
            state,
            network.var("wx", Networks.values(1, 6, 15)),
            network.var("wh", Networks.values(2, 5, 15)),
            network.var("b", Networks.values(3, 15)))
        .rename("y");
    Path out = folder.resolve("model.onnx");

    ExportReport report = OnnxExport.export(saved(network), ExportOptions.DEFAULT, out);

    assertThat(report.inputs())
        .containsExactly(new Port("x", "FLOAT", "[T,N,6]"), new Port("state", "FLOAT", "[N,5]"));
  }

  @Test
  void indicesAreWithinTheTableAndSegmentsSorted() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable ids = network.placeHolder("ids", DataType.INT32, -1);
    SDVariable segments = network.placeHolder("segments", DataType.INT32, -1);
    SDVariable rows = network.gather(network.var("table", Networks.values(1, 1, 4)), ids, 0);
    network.segmentSum("y", rows, segments);
    Path out = folder.resolve("model.onnx");

    ExportReport report = OnnxExport.export(saved(network), ExportOptions.DEFAULT, out);

    assertThat(report.nodes()).allMatch(node -> node.accurate());
  }

  @Test
  void whatSameDiffOverwritesIsComparedAsItWas() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, 8, 8, 3);
    SDVariable read = network.identity("read", x);
    network.image().adjustContrast("y", read, 2.0);
    Path out = folder.resolve("model.onnx");

    ExportReport report = OnnxExport.export(saved(network), ExportOptions.DEFAULT, out);

    assertThat(report.notes()).anyMatch(note -> note.startsWith("read: SameDiff writes into it"));
  }

  @Test
  void sizesWithWhichSameDiffIsWrongAreLeftOut() throws Exception {
    SameDiff network = SameDiff.create();
    network.expandDims("y", network.placeHolder("x", DataType.FLOAT, -1, -1), 1);
    Path out = folder.resolve("model.onnx");

    ExportReport report = OnnxExport.export(saved(network), ExportOptions.DEFAULT, out);

    assertThat(report.notes()).anyMatch(note -> note.contains("expand_dims adds no axis"));
    assertThat(report.trials()).noneMatch(trial -> trial.inputs().containsValue(List.of(1L, 1L)));
  }

  @Test
  void outputsAreWhatTheLossComparesWithLabels() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, -1, 4);
    SDVariable label = network.placeHolder("label", DataType.FLOAT, -1, 2);
    SDVariable logits = x.mmul(network.var("w", Networks.values(1, 4, 2))).rename("logits");
    SDVariable difference = logits.sub(label);
    network.math().square(difference).mean("loss").markAsLoss();
    network.math().abs(difference).mean("error");
    Path out = folder.resolve("model.onnx");

    ExportReport report = OnnxExport.export(saved(network), ExportOptions.DEFAULT, out);

    assertThat(report.inputs()).containsExactly(new Port("x", "FLOAT", "[N,4]"));
    assertThat(report.outputs()).containsExactly(new Port("logits", "FLOAT", "[N,2]"));
  }

  @Test
  void weightsInAnotherOrderAreStored() throws Exception {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, -1, -1, 6);
    network
        .rnn()
        .gru(
            x,
            network.constant("state", Nd4j.zeros(1, 5)),
            network.var("wx", Networks.values(1, 6, 15)),
            network.var("wh", Networks.values(2, 5, 15)),
            network.var("b", Networks.values(3, 15)))
        .rename("y");
    Path out = folder.resolve("model.onnx");

    OnnxExport.export(saved(network), ExportOptions.DEFAULT, out);

    assertThat(OnnxFile.read(out).operators()).hasSizeLessThan(6).contains("GRU");
  }

  @Test
  void whereNoSizeFitsTheMessageSaysHowToGiveOne() {
    SameDiff network = SameDiff.create();
    SDVariable x = network.placeHolder("x", DataType.FLOAT, -1, -1);
    network.reshape("a", x, 7, 11);
    network.reshape("b", x, 5, 3);
    Path out = folder.resolve("model.onnx");

    assertThatThrownBy(() -> OnnxExport.export(network, ExportOptions.DEFAULT, out))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("not written: expected inputs of sizes that the network")
        .hasMessageContaining("--shape, here x=N,x_d1");
    assertThat(out).doesNotExist();
  }

  private SameDiff saved(SameDiff network) throws Exception {
    Path file = folder.resolve("network.fb");
    network.save(file.toFile(), false);
    return NetworkFile.read(file).sameDiff();
  }

  private static void assertSame(
      SameDiff network, Path file, Map<String, INDArray> fed, String output) {
    Map<String, INDArray> copies = new LinkedHashMap<>();
    fed.forEach((name, array) -> copies.put(name, array.dup()));
    INDArray expected = Objects.requireNonNull(network.output(copies, List.of(output)).get(output));
    assertSame(expected, file, fed, output);
  }

  private static void assertSame(
      INDArray expected, Path file, Map<String, INDArray> fed, String output) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    fed.forEach((name, array) -> inputs.put(name, Tensor.of(array)));
    try (OnnxRun run = OnnxRun.of(file)) {
      TensorAssert.assertSame(
          output,
          Tensor.of(expected),
          Objects.requireNonNull(run.run(inputs).get(output)),
          /* tolerance= */ 1e-5);
    }
  }

  /** Words and places, then attention and dense layers with residuals; a mask of 0 and 1. */
  private static SameDiff encoder(int layers) {
    SameDiff sd = SameDiff.create();
    SDVariable ids = sd.placeHolder("ids", DataType.INT32, -1, -1);
    SDVariable mask = sd.placeHolder("attention_mask", DataType.FLOAT, -1, -1);
    SDVariable shape = sd.shape(ids);
    SDVariable length = sd.squeeze(sd.stridedSlice(shape, new long[] {1}, new long[] {2}, 1), 0);
    SDVariable places =
        sd.range(sd.constant(0), length.castTo(DataType.INT32), sd.constant(1), DataType.INT32);
    SDVariable x =
        sd.gather(sd.var("words", Networks.values(1, WORDS, WIDTH)), ids, 0)
            .add(
                sd.expandDims(
                    sd.gather(sd.var("places", Networks.values(2, LONGEST, WIDTH)), places, 0), 0));
    SDVariable hiding = sd.expandDims(sd.expandDims(mask.rsub(1.0).mul(-1e9), 1), 1);
    for (int i = 0; i < layers; i++) {
      x = norm(sd, i + "/a", x.add(attention(sd, i, x, hiding, shape)));
      SDVariable wide = sd.nn().gelu(dense(sd, i + "/wide", x, WIDTH, 2 * WIDTH));
      x = norm(sd, i + "/b", x.add(dense(sd, i + "/narrow", wide, 2 * WIDTH, WIDTH)));
    }
    x.rename("encoded");
    return sd;
  }

  private static SDVariable attention(
      SameDiff sd, int layer, SDVariable x, SDVariable hiding, SDVariable shape) {
    int heads = 2;
    SDVariable outer = sd.stridedSlice(shape, new long[] {0}, new long[] {2}, 1);
    SDVariable split =
        sd.concat(0, outer, sd.constant(Nd4j.createFromArray((long) heads, (long) WIDTH / heads)));
    SDVariable[] parts = new SDVariable[3];
    for (int i = 0; i < parts.length; i++) {
      SDVariable part = dense(sd, layer + "/qkv" + i, x, WIDTH, WIDTH);
      parts[i] = sd.permute(sd.reshape(part, split), 0, 2, 1, 3);
    }
    SDVariable scores = sd.mmul(parts[0], parts[1], false, true, false).div(2.0).add(hiding);
    SDVariable mixed = sd.mmul(sd.nn().softmax(scores, 3), parts[2]);
    SDVariable joined = sd.concat(0, outer, sd.constant(Nd4j.createFromArray((long) WIDTH)));
    return dense(sd, layer + "/o", sd.reshape(sd.permute(mixed, 0, 2, 1, 3), joined), WIDTH, WIDTH);
  }

  private static SDVariable dense(SameDiff sd, String name, SDVariable x, int in, int out) {
    SDVariable weights = sd.var(name + "/w", Networks.values(name.hashCode(), in, out));
    return sd.tensorMmul(x, weights, new int[] {2}, 0)
        .add(sd.var(name + "/b", Networks.values(name.length(), out)));
  }

  private static SDVariable norm(SameDiff sd, String name, SDVariable x) {
    SDVariable gain = sd.var(name + "/gain", Networks.values(name.hashCode(), WIDTH).add(1));
    return sd.nn().layerNorm(x, gain, sd.var(name + "/bias", Nd4j.zeros(WIDTH)), false, 2);
  }

  /** Two levels down and up again, with skips; the picture's sides have to be multiples of 4. */
  private static SameDiff uNet() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 3, -1, -1);
    SDVariable top = block(sd, "top", x, 3, 4);
    SDVariable middle = block(sd, "middle", halved(sd, top), 4, 6);
    SDVariable bottom = block(sd, "bottom", halved(sd, middle), 6, 8);
    SDVariable up = sd.concat(1, sd.cnn().upsampling2d(bottom, 2, 2, true), middle);
    SDVariable wide = block(sd, "up", up, 8 + 6, 6);
    SDVariable last = sd.concat(1, sd.cnn().upsampling2d(wide, 2, 2, true), top);
    sd.nn().sigmoid("y", block(sd, "last", last, 6 + 4, 1));
    return sd;
  }

  private static SDVariable block(SameDiff sd, String name, SDVariable x, int in, int out) {
    SDVariable weights = sd.var(name + "/w", Networks.values(name.hashCode(), 3, 3, in, out));
    SDVariable bias = sd.var(name + "/b", Networks.values(name.length(), out));
    return sd.nn().relu(sd.cnn().conv2d(x, weights, bias, Networks.same(3)), 0);
  }

  private static SDVariable halved(SameDiff sd, SDVariable x) {
    return sd.cnn()
        .maxPooling2d(x, Pooling2DConfig.builder().kH(2).kW(2).sH(2).sW(2).isNHWC(false).build());
  }

  private static ComputationGraph denseNet() {
    ComputationGraphConfiguration.GraphBuilder builder =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .convolutionMode(ConvolutionMode.Truncate)
            .graphBuilder()
            .addInputs("in");
    builder.addLayer("stem", conv(7, 2, 3, 4, ConvolutionMode.Truncate), "in");
    builder.addLayer("pool", pool(3, PoolingType.MAX), "stem");
    String last = "pool";
    int channels = 4;
    for (int block = 0; block < 2; block++) {
      for (int i = 0; i < 2; i++) {
        String name = block + "-" + i;
        builder.addLayer(name, conv(3, 1, channels, 2, ConvolutionMode.Same), last);
        builder.addVertex(name + "-merge", new MergeVertex(), last, name);
        last = name + "-merge";
        channels += 2;
      }
      builder.addLayer("half" + block, pool(2, PoolingType.AVG), last);
      last = "half" + block;
    }
    builder.addLayer("mean", new GlobalPoolingLayer(PoolingType.AVG), last);
    builder.addLayer(
        "out",
        new OutputLayer.Builder().nIn(channels).nOut(3).activation(Activation.SOFTMAX).build(),
        "mean");
    ComputationGraph network = new ComputationGraph(builder.setOutputs("out").build());
    network.init();
    return network;
  }

  private static ConvolutionLayer conv(
      int kernel, int stride, int in, int out, ConvolutionMode mode) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .stride(stride, stride)
        .nIn(in)
        .nOut(out)
        .convolutionMode(mode)
        .activation(Activation.RELU)
        .build();
  }

  private static SubsamplingLayer pool(int kernel, PoolingType type) {
    return new SubsamplingLayer.Builder(type).kernelSize(kernel, kernel).stride(2, 2).build();
  }
}
