package io.subpixel.converter.deeplearning4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.converter.ExportOptions;
import io.subpixel.converter.ExportReport;
import io.subpixel.converter.OnnxExport;
import io.subpixel.converter.graph.OnnxFile;
import io.subpixel.converter.internal.verification.OnnxRun;
import io.subpixel.converter.internal.verification.Tensor;
import io.subpixel.converter.internal.verification.TensorAssert;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling1D;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.util.MaskLayer;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToCnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationCube;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.activations.impl.ActivationRationalTanh;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationRectifiedTanh;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.activations.impl.ActivationThresholdedReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Networks of sequences whose number of steps is unknown, exported without and with an input for
 * their mask; ONNX Runtime beside Deeplearning4j's own output on padded sequences.
 */
@SuppressWarnings("deprecation")
final class SequenceExportTest {
  private static final double TOLERANCE = 1e-5;
  private static final InputType STEPS = InputType.recurrent(3);

  /** Right padding, left padding, holes, and nothing left out. */
  private static final INDArray MASK =
      Nd4j.createFromArray(
              new int[][] {
                {1, 1, 1, 0, 0, 0}, {0, 0, 1, 1, 1, 1}, {1, 0, 1, 0, 1, 0}, {1, 1, 1, 1, 1, 1}
              })
          .castTo(DataType.FLOAT);

  /** Examples and steps. */
  private static final int[][] SIZES = {{1, 1}, {1, 9}, {5, 1}, {2, 4}};

  @TempDir private Path folder;

  private static LSTM lstm() {
    return new LSTM.Builder()
        .nIn(3)
        .nOut(4)
        .weightInit(WeightInit.XAVIER)
        .activation(Activation.TANH)
        .build();
  }

  private static SimpleRnn simple(IActivation activation) {
    return simple(3, activation);
  }

  private static SimpleRnn simple(int in, IActivation activation) {
    return new SimpleRnn.Builder()
        .nIn(in)
        .nOut(4)
        .weightInit(WeightInit.XAVIER)
        .activation(activation)
        .build();
  }

  private static RnnOutputLayer each() {
    return new RnnOutputLayer.Builder(LossFunction.MCXENT)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static OutputLayer one() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static MultiLayerNetwork network(InputType type, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().seed(5).list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork network = new MultiLayerNetwork(list.setInputType(type).build());
    network.init();
    Comparison.randomize(network.paramTable(), 7);
    return network;
  }

  private Path export(Deeplearning4jNetwork network, boolean masks) throws Exception {
    Path model = folder.resolve("model.onnx");
    List<ExportReport> reports = new ArrayList<>();
    OnnxExport.export(network, ExportOptions.DEFAULT.withMasks(masks), model, reports::add);
    assertThat(reports.get(0).trials().stream().filter(trial -> trial.ran()).count())
        .isGreaterThanOrEqualTo(4);
    return model;
  }

  private void assertEqual(Path model, Map<String, INDArray> inputs, INDArray expected)
      throws Exception {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    inputs.forEach((name, array) -> tensors.put(name, Tensor.of(array)));
    try (OnnxRun run = OnnxRun.of(model)) {
      Tensor received = run.run(tensors).values().iterator().next();
      TensorAssert.assertSame("padded", Tensor.of(expected), received, TOLERANCE);
    }
  }

  private void check(String name, List<DynamicTest> tests, InputType type, Layer... layers) {
    check(name, tests, SIZES, type, layers);
  }

  private void check(
      String name, List<DynamicTest> tests, int[][] sizes, InputType type, Layer... layers) {
    tests.add(
        DynamicTest.dynamicTest(
            name,
            () -> {
              MultiLayerNetwork network = network(type, layers);
              Deeplearning4jNetwork read = Deeplearning4jNetwork.of(network);
              boolean isLast = ((InputType.InputTypeRecurrent) type).getFormat() == RNNFormat.NWC;
              INDArray x = isLast ? Comparison.random(1, 4, 6, 3) : Comparison.random(1, 4, 3, 6);
              Path plain = export(read, false);
              assertEqual(plain, Map.of("input", x), network.output(x.dup()));
              for (int[] size : sizes) {
                INDArray other =
                    isLast
                        ? Comparison.random(2, size[0], size[1], 3)
                        : Comparison.random(2, size[0], 3, size[1]);
                assertEqual(plain, Map.of("input", other), network.output(other.dup()));
              }
              assertThat(read.maskable()).containsExactly("input");
              assertEqual(
                  export(read, true),
                  Map.of("input", x, "input_mask", MASK.castTo(DataType.BOOL)),
                  network.output(x.dup(), false, MASK, null));
            }));
  }

  @TestFactory
  Stream<DynamicTest> masksThatAreGiven() {
    List<DynamicTest> tests = new ArrayList<>();
    for (IActivation activation :
        List.of(
            new ActivationTanH(),
            new ActivationHardSigmoid(),
            new ActivationIdentity(),
            new ActivationReLU(),
            new ActivationLReLU(0.2),
            new ActivationELU(0.7),
            new ActivationThresholdedReLU(0.1),
            new ActivationSigmoid(),
            new ActivationSoftSign())) {
      check("simple, " + activation, tests, STEPS, simple(activation), each());
    }
    for (IActivation activation :
        List.of(
            new ActivationReLU(1.0, 0.1, -0.2),
            new ActivationReLU6(),
            new ActivationSELU(),
            new ActivationSwish(),
            new ActivationGELU(true),
            new ActivationMish(),
            new ActivationHardTanH(),
            new ActivationRationalTanh(),
            new ActivationRectifiedTanh(),
            new ActivationRReLU(0.1, 0.3),
            new ActivationCube(),
            new ActivationSoftmax())) {
      check("step by step, " + activation, tests, STEPS, simple(activation), each());
    }
    check(
        "step by step, channels last",
        tests,
        InputType.recurrent(3, RNNFormat.NWC),
        new LastTimeStep(
            new SimpleRnn.Builder()
                .nIn(3)
                .nOut(4)
                .weightInit(WeightInit.XAVIER)
                .activation(Activation.SELU)
                .dataFormat(RNNFormat.NWC)
                .build()),
        one());
    check(
        "step by step, both ways",
        tests,
        STEPS,
        new Bidirectional(Bidirectional.Mode.CONCAT, simple(new ActivationSwish())),
        new Bidirectional(Bidirectional.Mode.ADD, simple(8, new ActivationRationalTanh())),
        each());
    check("last step", tests, STEPS, new LastTimeStep(lstm()), one());
    check(
        "last step, channels last",
        tests,
        InputType.recurrent(3, RNNFormat.NWC),
        new LastTimeStep(
            new LSTM.Builder()
                .nIn(3)
                .nOut(4)
                .weightInit(WeightInit.XAVIER)
                .activation(Activation.TANH)
                .dataFormat(RNNFormat.NWC)
                .build()),
        one());
    check(
        "last step, peepholes",
        tests,
        STEPS,
        new LastTimeStep(
            new GravesLSTM.Builder()
                .nIn(3)
                .nOut(4)
                .weightInit(WeightInit.XAVIER)
                .activation(Activation.TANH)
                .gateActivationFunction(new ActivationHardSigmoid())
                .build()),
        one());
    check(
        "both ways, peepholes",
        tests,
        STEPS,
        new GravesBidirectionalLSTM.Builder().nOut(4).activation(Activation.TANH).build(),
        each());
    check(
        "both ways, last step",
        tests,
        STEPS,
        new Bidirectional(Bidirectional.Mode.CONCAT, new LastTimeStep(lstm())),
        one());
    check(
        "last step of both ways",
        tests,
        STEPS,
        new LastTimeStep(new Bidirectional(Bidirectional.Mode.ADD, lstm())),
        one());
    check(
        "both ways, simple",
        tests,
        STEPS,
        new Bidirectional(Bidirectional.Mode.MUL, simple(new ActivationTanH())),
        each());
    for (PoolingType pooling : PoolingType.values()) {
      check("pooled, " + pooling, tests, STEPS, lstm(), new GlobalPoolingLayer(pooling), one());
    }
    check(
        "dense at each step",
        tests,
        STEPS,
        new DenseLayer.Builder().nOut(5).activation(Activation.TANH).build(),
        lstm(5),
        each());
    check(
        "mask layers",
        tests,
        STEPS,
        new MaskLayer(),
        simple(new ActivationTanH()),
        new MaskLayer(),
        each());
    check(
        "attention",
        tests,
        STEPS,
        lstm(),
        new SelfAttentionLayer.Builder().nOut(4).nHeads(2).projectInput(true).build(),
        new GlobalPoolingLayer(PoolingType.MAX),
        one());
    check(
        "convolution",
        tests,
        STEPS,
        new Convolution1DLayer.Builder(3).convolutionMode(ConvolutionMode.Same).nOut(4).build(),
        new GlobalPoolingLayer(PoolingType.AVG),
        one());
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> masksThatLayersChange() {
    int[][] sizes = {{1, 9}, {5, 6}, {2, 7}};
    List<DynamicTest> tests = new ArrayList<>();
    for (ConvolutionMode mode :
        List.of(ConvolutionMode.Same, ConvolutionMode.Causal, ConvolutionMode.Truncate)) {
      check(
          "strided convolution, " + mode,
          tests,
          sizes,
          STEPS,
          simple(new ActivationTanH()),
          new Convolution1DLayer.Builder(3, 2).convolutionMode(mode).nOut(4).build(),
          new GlobalPoolingLayer(PoolingType.AVG),
          one());
    }
    check(
        "convolutions that shorten, then a loop",
        tests,
        sizes,
        STEPS,
        new Convolution1DLayer.Builder(2).nOut(4).activation(Activation.TANH).build(),
        new Convolution1DLayer.Builder(2).nOut(4).build(),
        simple(4, new ActivationSELU()),
        each());
    for (PoolingType pooling : List.of(PoolingType.MAX, PoolingType.AVG)) {
      check(
          "strided pooling, " + pooling,
          tests,
          sizes,
          STEPS,
          simple(new ActivationTanH()),
          new Subsampling1DLayer.Builder(pooling).kernelSize(2).stride(2).build(),
          simple(4, new ActivationTanH()),
          new GlobalPoolingLayer(PoolingType.MAX),
          one());
    }
    return tests.stream();
  }

  @Test
  void aMaskOfStepsThatAreImages() throws Exception {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .list()
                .layer(new SimpleRnn.Builder().nIn(3).nOut(32).build())
                .layer(new ConvolutionLayer.Builder(3, 3).nIn(2).nOut(3).build())
                .layer(new SubsamplingLayer.Builder(PoolingType.MAX).kernelSize(2, 2).build())
                .layer(new SimpleRnn.Builder().nIn(3).nOut(4).build())
                .layer(new GlobalPoolingLayer(PoolingType.AVG))
                .layer(new OutputLayer.Builder(LossFunction.MSE).nIn(4).nOut(3).build())
                .inputPreProcessor(1, new RnnToCnnPreProcessor(4, 4, 2))
                .inputPreProcessor(3, new CnnToRnnPreProcessor(1, 1, 3))
                .build());
    network.init();
    Deeplearning4jNetwork read = Deeplearning4jNetwork.of(network);
    INDArray x = Comparison.random(1, 4, 3, 6);
    assertEqual(export(read, false), Map.of("input", x), network.output(x.dup()));
    assertThat(read.maskable()).containsExactly("input");
    assertEqual(
        export(read, true),
        Map.of("input", x, "input_mask", MASK.castTo(DataType.BOOL)),
        network.output(x.dup(), false, MASK, null));
  }

  private static LSTM lstm(int in) {
    return new LSTM.Builder().nIn(in).nOut(4).activation(Activation.TANH).build();
  }

  @TestFactory
  Stream<DynamicTest> masksThatAreComputed() {
    return Map.of(
            "lstm", new Layer[] {new MaskZeroLayer(lstm(), 0.5), each()},
            "simple", new Layer[] {new MaskZeroLayer(simple(new ActivationTanH()), 0.5), each()},
            "last step inside",
                new Layer[] {new MaskZeroLayer(new LastTimeStep(lstm()), 0.5), one()},
            "last step outside",
                new Layer[] {new LastTimeStep(new MaskZeroLayer(lstm(), 0.5)), one()},
            "both ways",
                new Layer[] {
                  new MaskZeroLayer(new Bidirectional(Bidirectional.Mode.ADD, lstm()), 0.5), each()
                })
        .entrySet()
        .stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () -> {
                      MultiLayerNetwork network = network(STEPS, entry.getValue());
                      INDArray x = Comparison.random(1, 4, 3, 6);
                      for (int example = 0; example < 4; example++) {
                        for (int step = 0; step < 6; step++) {
                          if (MASK.getDouble(example, step) == 0) {
                            x.get(
                                    NDArrayIndex.point(example),
                                    NDArrayIndex.all(),
                                    NDArrayIndex.point(step))
                                .assign(0.5);
                          }
                        }
                      }
                      Path model = export(Deeplearning4jNetwork.of(network), false);
                      assertEqual(model, Map.of("input", x), network.output(x.dup()));
                    }));
  }

  @Test
  void aMaskOfIndices() throws Exception {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .list()
                .layer(new EmbeddingSequenceLayer.Builder().nIn(10).nOut(3).build())
                .layer(lstm())
                .layer(new GlobalPoolingLayer(PoolingType.AVG))
                .layer(new OutputLayer.Builder(LossFunction.MSE).nIn(4).nOut(3).build())
                .build());
    network.init();
    INDArray x = Nd4j.createFromArray(new float[][] {{1, 2, 3, 4, 5, 6}, {7, 8, 9, 0, 0, 0}});
    INDArray mask = MASK.get(NDArrayIndex.interval(0, 2), NDArrayIndex.all()).dup();
    assertEqual(
        export(Deeplearning4jNetwork.of(network), true),
        Map.of("input", x, "input_mask", mask.castTo(DataType.BOOL)),
        network.output(x.dup(), false, mask, null));
  }

  @Test
  void masksOfTwoInputs() throws Exception {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .graphBuilder()
                .addInputs("a", "b")
                .setInputTypes(STEPS, STEPS)
                .addLayer("l", lstm(), "a")
                .addLayer("r", simple(new ActivationTanH()), "b")
                .addVertex("reversed", new ReverseTimeSeriesVertex("b"), "r")
                .addVertex("last", new LastTimeStepVertex("a"), "l")
                .addVertex("each", new DuplicateToTimeSeriesVertex("b"), "last")
                .addVertex("both", new MergeVertex(), "each", "reversed")
                .addLayer("out", each(), "both")
                .setOutputs("out")
                .build());
    network.init();
    INDArray a = Comparison.random(1, 4, 3, 6);
    INDArray b = Comparison.random(2, 4, 3, 6);
    INDArray other = Nd4j.reverse(MASK.dup()).reshape(4, 6);
    assertEqual(
        export(Deeplearning4jNetwork.of(network), true),
        Map.of(
            "a",
            a,
            "b",
            b,
            "a_mask",
            MASK.castTo(DataType.BOOL),
            "b_mask",
            other.castTo(DataType.BOOL)),
        network.output(false, new INDArray[] {a, b}, new INDArray[] {MASK, other}, null)[0]);
  }

  @Test
  void anLstmWithHardSigmoidGates() throws Exception {
    MultiLayerNetwork network =
        network(
            STEPS,
            new LSTM.Builder()
                .nOut(4)
                .activation(new ActivationLReLU(0.3))
                .gateActivationFunction(new ActivationHardSigmoid())
                .build(),
            each());
    INDArray x = Comparison.random(1, 4, 3, 6);
    Deeplearning4jNetwork read = Deeplearning4jNetwork.of(network);
    assertEqual(export(read, false), Map.of("input", x), network.output(x.dup()));
    // Deeplearning4j's LSTM passes its mask on without obeying it.
    assertThat(read.maskable()).isEmpty();
  }

  @Test
  void aSimpleLayerIsOneNode() throws Exception {
    MultiLayerNetwork network = network(STEPS, simple(new ActivationTanH()), each());
    Path model = export(Deeplearning4jNetwork.of(network), false);
    assertThat(OnnxFile.read(model).operators()).contains("RNN").doesNotContain("LSTM");
  }

  @TestFactory
  Stream<DynamicTest> attentionStepByStep() {
    return Stream.of(true, false)
        .flatMap(
            projected ->
                Stream.of(true, false)
                    .map(
                        biased ->
                            DynamicTest.dynamicTest(
                                "projected " + projected + ", bias " + biased,
                                () -> checkAttention(projected, biased))));
  }

  private void checkAttention(boolean projected, boolean biased) throws Exception {
    MultiLayerNetwork network =
        network(
            STEPS,
            lstm(),
            new RecurrentAttentionLayer.Builder()
                .nIn(4)
                .nOut(4)
                .nHeads(projected ? 2 : 1)
                .projectInput(projected)
                .hasBias(biased)
                .activation(projected ? Activation.TANH : Activation.ELU)
                .build(),
            each());
    Path plain = export(Deeplearning4jNetwork.of(network), false);
    Path masked = folder.resolve("masked.onnx");
    OnnxExport.export(
        Deeplearning4jNetwork.of(network),
        ExportOptions.DEFAULT.withMasks(true),
        masked,
        report -> {});
    for (int[] size : new int[][] {{4, 6}, {1, 1}, {1, 9}, {5, 1}, {2, 4}}) {
      INDArray x = Comparison.random(1, size[0], 3, size[1]);
      // Deeplearning4j's layer takes as many steps as it took first.
      assertEqual(plain, Map.of("input", x), network.clone().output(x.dup()));
    }
    INDArray x = Comparison.random(1, 4, 3, 6);
    assertEqual(
        masked,
        Map.of("input", x, "input_mask", MASK.castTo(DataType.BOOL)),
        network.clone().output(x, false, MASK, null));
  }

  @Test
  void refusesAMaskThatDeeplearning4jDoesntChange() {
    MultiLayerNetwork network =
        network(
            STEPS,
            simple(new ActivationTanH()),
            new Upsampling1D.Builder(2).build(),
            new GlobalPoolingLayer(PoolingType.MAX),
            one());
    INDArray x = Comparison.random(1, 4, 3, 6);
    assertThatThrownBy(() -> network.output(x, false, MASK, null))
        .isInstanceOf(RuntimeException.class);
    Deeplearning4jNetwork read = Deeplearning4jNetwork.of(network);
    assertThat(read.maskable()).isEmpty();
    assertThat(Objects.requireNonNull(read.inputShapes().get("input"))).containsExactly(-1, 3, -1);
  }
}
