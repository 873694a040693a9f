package io.subpixel.converter.deeplearning4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.subpixel.converter.operators.UnsupportedModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.L2Vertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PoolHelperVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.conf.preprocessor.Cnn3DToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnn3DPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.preprocessors.KerasFlattenRnnPreprocessor;
import org.deeplearning4j.preprocessors.PermutePreprocessor;
import org.deeplearning4j.preprocessors.ReshapePreprocessor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Every vertex and preprocessor beside Deeplearning4j itself. */
class GraphTranslationTest {
  private static final double TOLERANCE = 1e-4;

  private final List<DynamicTest> tests = new ArrayList<>();

  private static ComputationGraph network(UnaryOperator<GraphBuilder> parts, String... inputs) {
    GraphBuilder builder =
        new NeuralNetConfiguration.Builder().seed(5).graphBuilder().addInputs(inputs);
    ComputationGraph network = new ComputationGraph(parts.apply(builder).build());
    network.init();
    return network;
  }

  private void test(String name, GraphVertex vertex, INDArray... inputs) {
    String[] names = new String[inputs.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = "in" + i;
    }
    test(name, graph -> graph.addVertex("y", vertex, names).setOutputs("y"), inputs);
  }

  private void test(String name, UnaryOperator<GraphBuilder> parts, INDArray... inputs) {
    String[] names = new String[inputs.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = "in" + i;
    }
    tests.add(
        DynamicTest.dynamicTest(
            name,
            () -> Comparison.compare(network(parts, names), true, inputs).assertWithin(TOLERANCE)));
  }

  @TestFactory
  Stream<DynamicTest> vertices() {
    INDArray rows = Comparison.random(1, 4, 5);
    INDArray others = Comparison.random(2, 4, 5);
    INDArray images = Comparison.random(3, 2, 4, 5, 6);
    INDArray steps = Comparison.random(4, 2, 3, 7);
    test("merge", new MergeVertex(), rows, others);
    test("merge of images", new MergeVertex(), images, images.mul(2));
    test("one alone", new MergeVertex(), rows);
    for (ElementWiseVertex.Op op : ElementWiseVertex.Op.values()) {
      test("elementwise " + op, new ElementWiseVertex(op), rows, others);
      if (op != ElementWiseVertex.Op.Subtract) {
        test("elementwise of three " + op, new ElementWiseVertex(op), rows, others, rows.mul(3));
      }
    }
    test(
        "elementwise broadcast",
        new ElementWiseVertex(ElementWiseVertex.Op.Product),
        images,
        Comparison.random(5, 2, 4, 1, 1));
    test("subset", new SubsetVertex(1, 3), rows);
    test("subset of images", new SubsetVertex(1, 2), images);
    test("subset of steps", new SubsetVertex(0, 1), steps);
    test("stack", new StackVertex(), rows, others);
    test("stack of steps", new StackVertex(), steps, steps.mul(2));
    test("unstack", new UnstackVertex(1, 2), rows);
    test("unstack of images", new UnstackVertex(0, 2), images);
    test("scale", new ScaleVertex(0.3), images);
    test("shift", new ShiftVertex(0.3), images);
    test("distance", new L2Vertex(), rows, others);
    test("distance of images", new L2Vertex(), images, images.mul(2));
    test("normalize", new L2NormalizeVertex(), rows);
    test("normalize images", new L2NormalizeVertex(), images);
    test("reshape", new ReshapeVertex(-1, 20, 6), images);
    test("pool helper", new PoolHelperVertex(), images);
    test("last step", new LastTimeStepVertex("in0"), steps);
    test("reverse", new ReverseTimeSeriesVertex(), steps);
    test("frozen", new FrozenVertex(new ScaleVertex(2)), rows);
    test(
        "every step",
        graph ->
            graph
                .addVertex("last", new LastTimeStepVertex("in0"), "in0")
                .addVertex("y", new DuplicateToTimeSeriesVertex("in0"), "last")
                .setOutputs("y"),
        steps);
    test(
        "attention",
        new AttentionVertex.Builder()
            .nInKeys(3)
            .nInQueries(3)
            .nInValues(3)
            .nHeads(2)
            .nOut(4)
            .projectInput(true)
            .weightInit(WeightInit.XAVIER)
            .build(),
        steps,
        steps.mul(2),
        steps.mul(3));
    test(
        "in place layers beside readers of the same value",
        graph ->
            graph
                .addLayer("dense", new DenseLayer.Builder().nIn(5).nOut(5).build(), "in0")
                .addLayer("relu", new ActivationLayer(Activation.RELU), "dense")
                .addVertex("y", new MergeVertex(), "dense", "relu")
                .setOutputs("y"),
        rows);
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> preprocessors() {
    INDArray rows = Comparison.random(1, 6, 24);
    INDArray steps = Comparison.random(2, 3, 24, 5);
    INDArray images = Comparison.random(3, 2, 2, 3, 4);
    preprocessor("pixels to flat", new CnnToFeedForwardPreProcessor(3, 4, 2), images);
    preprocessor("flat to pixels", new FeedForwardToCnnPreProcessor(3, 4, 2), rows);
    preprocessor(
        "voxels to flat",
        new Cnn3DToFeedForwardPreProcessor(2, 3, 2, 2, true),
        Comparison.random(4, 3, 2, 2, 3, 2));
    preprocessor("flat to voxels", new FeedForwardToCnn3DPreProcessor(2, 3, 2, 2, true), rows);
    preprocessor(
        "flat to voxels last", new FeedForwardToCnn3DPreProcessor(2, 3, 2, 2, false), rows);
    preprocessor("steps to flat", new RnnToFeedForwardPreProcessor(), steps);
    preprocessor("flat to steps", new FeedForwardToRnnPreProcessor(), rows);
    preprocessor("steps to pixels", new RnnToCnnPreProcessor(3, 4, 2, RNNFormat.NCW), steps);
    preprocessor("pixels to steps", new CnnToRnnPreProcessor(3, 4, 2, RNNFormat.NCW), images);
    preprocessor(
        "reshape", new ReshapePreprocessor(new long[] {24}, new long[] {4, 6}, false), rows);
    preprocessor("permute", new PermutePreprocessor(2, 1), steps);
    preprocessor("flatten steps", new KerasFlattenRnnPreprocessor(24, 5), steps);
    preprocessor(
        "several",
        new ComposableInputPreProcessor(
            new FeedForwardToCnnPreProcessor(3, 4, 2), new CnnToFeedForwardPreProcessor(3, 4, 2)),
        rows);
    test(
        "steps to pixels and back",
        graph ->
            graph
                .addVertex(
                    "pixels",
                    new PreprocessorVertex(new RnnToCnnPreProcessor(3, 4, 2, RNNFormat.NCW)),
                    "in0")
                .addLayer(
                    "convolution",
                    new ConvolutionLayer.Builder(2, 2).nIn(2).nOut(3).build(),
                    "pixels")
                .addVertex(
                    "y",
                    new PreprocessorVertex(new CnnToRnnPreProcessor(2, 3, 3, RNNFormat.NCW)),
                    "convolution")
                .setOutputs("y"),
        steps);
    return tests.stream();
  }

  private void preprocessor(String name, InputPreProcessor preprocessor, INDArray input) {
    test(name, new PreprocessorVertex(preprocessor), input);
  }

  @Test
  void listsAllThatItCannotTranslate() {
    ComputationGraph network =
        network(
            graph ->
                graph
                    .addLayer(
                        "masked",
                        new MaskZeroLayer(
                            new LSTM.Builder()
                                .nIn(3)
                                .nOut(4)
                                .weightInit(WeightInit.XAVIER)
                                .activation(Activation.TANH)
                                .build(),
                            0),
                        "in")
                    .addLayer(
                        "cubic",
                        new LSTM.Builder().nIn(4).nOut(4).activation(Activation.CUBE).build(),
                        "masked")
                    .addVertex("reshaped", new ReshapeVertex('f', new int[] {-1, 4}, null), "cubic")
                    .setOutputs("reshaped"),
            "in");
    UnsupportedModelException refused =
        catchThrowableOfType(
            UnsupportedModelException.class, () -> Deeplearning4jNetwork.of(network).toSameDiff());
    assertThat(refused.problems())
        .extracting(UnsupportedModelException.Problem::where)
        .containsExactly("cubic", "reshaped");
    assertThat(refused.problems())
        .extracting(UnsupportedModelException.Problem::operator)
        .containsExactly("LSTM", "ReshapeVertex");
  }

  @Test
  void namesItsVariablesAndLeavesTheNetworkAlone() throws Exception {
    ComputationGraph network =
        network(
            graph ->
                graph
                    .addLayer("add", new DenseLayer.Builder().nIn(5).nOut(4).build(), "x")
                    .addLayer("drop", new ActivationLayer(Activation.IDENTITY), "add")
                    .setOutputs("drop"),
            "x");
    Deeplearning4jNetwork read = Deeplearning4jNetwork.of(network);
    assertThat(read.inputs()).containsExactly("x");
    assertThat(read.outputs()).containsExactly("drop");
    assertThat(read.layers()).containsExactly("add", "drop");
    assertThat(read.inputShapes().get("x")).containsExactly(-1, 5);
    var graph = read.toSameDiff();
    assertThat(graph.outputs()).containsExactly("drop");
    assertThat(graph.variableMap()).containsKeys("x", "add", "add/W", "add/b", "drop");
    graph.getVariable("add/W").getArr().assign(0);
    assertThat(network.params().amaxNumber().doubleValue()).isPositive();
  }

  @Test
  void refusesInputsThatItDoesNotKnow() {
    Deeplearning4jNetwork read =
        Deeplearning4jNetwork.of(
            network(graph -> graph.addVertex("y", new ScaleVertex(2), "x").setOutputs("y"), "x"));
    assertThat(read.inputShapes()).isEmpty();
    assertThatThrownBy(read::toSameDiff).hasMessageContaining("its rank");
    assertThatThrownBy(() -> read.withInputShape("z", -1, 2)).hasMessageContaining("received z");
    assertThatThrownBy(() -> read.withInputShape("x", -1, 0)).hasMessageContaining("[-1, 0]");
    assertThatThrownBy(() -> read.activations(Map.of())).hasMessageContaining("expected [x]");
  }
}
