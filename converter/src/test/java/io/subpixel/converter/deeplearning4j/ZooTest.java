package io.subpixel.converter.deeplearning4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.converter.ExportOptions;
import io.subpixel.converter.ExportReport;
import io.subpixel.converter.OnnxExport;
import io.subpixel.converter.verification.Trial;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.zoo.model.AlexNet;
import org.deeplearning4j.zoo.model.Darknet19;
import org.deeplearning4j.zoo.model.FaceNetNN4Small2;
import org.deeplearning4j.zoo.model.InceptionResNetV1;
import org.deeplearning4j.zoo.model.LeNet;
import org.deeplearning4j.zoo.model.NASNet;
import org.deeplearning4j.zoo.model.ResNet50;
import org.deeplearning4j.zoo.model.SimpleCNN;
import org.deeplearning4j.zoo.model.SqueezeNet;
import org.deeplearning4j.zoo.model.TextGenerationLSTM;
import org.deeplearning4j.zoo.model.TinyYOLO;
import org.deeplearning4j.zoo.model.UNet;
import org.deeplearning4j.zoo.model.VGG16;
import org.deeplearning4j.zoo.model.VGG19;
import org.deeplearning4j.zoo.model.Xception;
import org.deeplearning4j.zoo.model.YOLO2;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Every architecture of Deeplearning4j's zoo, with inputs as small as it allows. */
class ZooTest {
  private static final double TOLERANCE = 1e-4;
  private static final int CLASSES = 7;

  @TempDir Path folder;

  private final List<DynamicTest> tests = new ArrayList<>();

  private void test(String name, Supplier<Model> model, long... shape) {
    tests.add(
        DynamicTest.dynamicTest(
            name, () -> System.out.println(name + ": " + run(model.get(), shape))));
  }

  private String run(Model model, long... shape) throws Exception {
    INDArray input = Comparison.random(11, shape);
    Comparison.initialize(model.paramTable());
    Comparison.randomize(model.paramTable(), 7);
    Deeplearning4jNetwork read =
        model instanceof MultiLayerNetwork network
            ? Deeplearning4jNetwork.of(network)
            : Deeplearning4jNetwork.of((ComputationGraph) model);
    Comparison.moderate(model.paramTable(), CLASSES, read, input);
    long start = System.nanoTime();
    Comparison.Result result;
    if (model instanceof MultiLayerNetwork network) {
      result = Comparison.compare(network, input, true);
    } else {
      result = Comparison.compare((ComputationGraph) model, true, input);
    }
    result.assertWithin(TOLERANCE);
    for (Map.Entry<String, INDArray> output : result.outputs().entrySet()) {
      INDArray array = output.getValue();
      assertThat(array.stdNumber().doubleValue() / array.amaxNumber().doubleValue())
          .as("spread of %s", output.getKey())
          .isGreaterThan(1e-3);
      assertThat(array.amaxNumber().doubleValue())
          .as("largest of %s, which isn't all or nothing", output.getKey())
          .isNotEqualTo(1);
    }
    ExportReport report =
        OnnxExport.export(
            read,
            ExportOptions.DEFAULT
                .withShape(read.inputs().get(0), input.shape())
                .withTolerance(TOLERANCE),
            folder.resolve("model.onnx"),
            made -> {});
    assertThat(report.trials()).anyMatch(Trial::ran);
    return String.format(
        "%d layers and vertices, relative difference %.1e of SameDiff's outputs, %.1e of any"
            + " layer; %d nodes, %.1e of any of ONNX Runtime's; %.1f s",
        result.expected().size(),
        result.outputs().keySet().stream().mapToDouble(result::of).max().orElseThrow(),
        result.largest(),
        report.nodes().size(),
        report.largestRelative(),
        (System.nanoTime() - start) / 1e9);
  }

  @TestFactory
  Stream<DynamicTest> architectures() {
    test(
        "AlexNet",
        () -> AlexNet.builder().numClasses(CLASSES).inputShape(image(67)).build().init(),
        1,
        3,
        67,
        67);
    test(
        "Darknet19",
        () -> Darknet19.builder().numClasses(CLASSES).inputShape(image(64)).build().init(),
        1,
        3,
        64,
        64);
    test(
        "FaceNetNN4Small2",
        () -> FaceNetNN4Small2.builder().numClasses(CLASSES).inputShape(image(96)).build().init(),
        1,
        3,
        96,
        96);
    test(
        "InceptionResNetV1",
        () -> InceptionResNetV1.builder().numClasses(CLASSES).inputShape(image(96)).build().init(),
        1,
        3,
        96,
        96);
    test(
        "LeNet",
        () -> LeNet.builder().numClasses(CLASSES).inputShape(new int[] {1, 28, 28}).build().init(),
        2,
        784);
    test(
        "ResNet50",
        () -> ResNet50.builder().numClasses(CLASSES).inputShape(image(96)).build().init(),
        1,
        3,
        96,
        96);
    test(
        "SimpleCNN",
        () -> SimpleCNN.builder().numClasses(CLASSES).inputShape(image(48)).build().init(),
        2,
        3,
        48,
        48);
    test(
        "SqueezeNet",
        () -> SqueezeNet.builder().numClasses(CLASSES).inputShape(image(96)).build().init(),
        1,
        3,
        64,
        64);
    test(
        "TextGenerationLSTM",
        () ->
            TextGenerationLSTM.builder()
                .inputShape(new int[] {12, 20})
                .totalUniqueCharacters(20)
                .build()
                .init(),
        2,
        20,
        12);
    test(
        "TinyYOLO",
        () -> TinyYOLO.builder().numClasses(CLASSES).inputShape(image(64)).build().init(),
        1,
        3,
        64,
        64);
    test("UNet", () -> UNet.builder().inputShape(image(32)).build().init(), 1, 3, 32, 32);
    test(
        "VGG16",
        () -> VGG16.builder().numClasses(CLASSES).inputShape(image(32)).build().init(),
        1,
        3,
        32,
        32);
    test(
        "VGG19",
        () -> VGG19.builder().numClasses(CLASSES).inputShape(image(32)).build().init(),
        1,
        3,
        32,
        32);
    test(
        "Xception",
        () -> Xception.builder().numClasses(CLASSES).inputShape(image(71)).build().init(),
        1,
        3,
        71,
        71);
    test(
        "YOLO2",
        () -> YOLO2.builder().numClasses(CLASSES).inputShape(image(64)).build().init(),
        1,
        3,
        64,
        64);
    test(
        "NASNet, repaired",
        () -> {
          ComputationGraph network = new ComputationGraph(NasNet.of(64, 4, 44, 32, CLASSES));
          network.init();
          return network;
        },
        1,
        3,
        64,
        64);
    return tests.stream();
  }

  @Test
  void knownGapOfDeeplearning4jItsNasNetCannotBeBuilt() {
    for (boolean skipReduction : new boolean[] {true, false}) {
      NASNet model = NASNet.builder().numClasses(CLASSES).skipReduction(skipReduction).build();
      assertThatThrownBy(model::init)
          .as("it asks for sizes before the input's are set")
          .isInstanceOf(RuntimeException.class);
    }
  }

  private static int[] image(int size) {
    return new int[] {3, size, size};
  }
}
