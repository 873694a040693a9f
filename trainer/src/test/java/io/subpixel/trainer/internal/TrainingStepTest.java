package io.subpixel.trainer.internal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.trainer.FitOptions;
import io.subpixel.trainer.Loss;
import io.subpixel.trainer.LossTerm;
import io.subpixel.trainer.internal.data.Batch;
import io.subpixel.trainer.internal.program.GradientProgram;
import io.subpixel.trainer.network.Activation;
import io.subpixel.trainer.network.Architecture;
import io.subpixel.trainer.network.Architectures;
import io.subpixel.trainer.network.Network;
import io.subpixel.zoo.Colour;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The recorded graph and the optimiser, against SameDiff's own sessions and against formulas. */
class TrainingStepTest {
  private static final long[] LR = {2, 1, 12, 10};

  /** SqueezeNet's has a test of its own. */
  private static final Set<LossTerm> WITHOUT_FILE =
      EnumSet.complementOf(EnumSet.of(LossTerm.SQUEEZENET));

  static Stream<Arguments> everything() {
    List<Arguments> all = new ArrayList<>();
    for (String name : Architectures.names()) {
      for (Activation activation : Activation.values()) {
        all.add(Arguments.of(name, activation, Loss.of(LossTerm.MSE), Colour.Y));
      }
      all.add(Arguments.of(name, Activation.RELU, Loss.of(LossTerm.L1), Colour.RGB));
    }
    all.add(
        Arguments.of("sesr-m2-k3-edges", Activation.LEAKY_RELU, Loss.of(LossTerm.L1), Colour.RGB));
    for (String name : List.of("espcn", "sesr-m5", "sesr-c16-m6")) {
      for (LossTerm term : WITHOUT_FILE) {
        all.add(Arguments.of(name, Activation.LEAKY_RELU, Loss.of(term), Colour.Y));
        all.add(Arguments.of(name, Activation.LEAKY_RELU, Loss.of(term), Colour.RGB));
      }
      Loss mixed =
          new Loss(
              List.of(
                  new Loss.Part(LossTerm.L1, 1),
                  new Loss.Part(LossTerm.FFT, 0.05),
                  new Loss.Part(LossTerm.GRADIENT, 0.2)));
      all.add(Arguments.of(name, Activation.LEAKY_RELU, mixed, Colour.RGB));
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("everything")
  void theProgramGivesTheGradientsOfSameDiff(
      String name, Activation activation, Loss loss, Colour colour) {
    Architecture architecture = Architectures.find(name).orElseThrow();
    SameDiff graph = Network.build(architecture, 2, colour, activation, 3).graph();
    long[] lrShape = {LR[0], colour.channels(), LR[2], LR[3]};
    long[] hrShape = {LR[0], colour.channels(), 2 * LR[2], 2 * LR[3]};
    LossGraph.add(graph, loss, null, 2, hrShape);
    INDArray lr = Nd4j.rand(DataType.FLOAT, lrShape);
    INDArray hr = Nd4j.rand(DataType.FLOAT, hrShape);
    Map<String, INDArray> placeholders = new HashMap<>();
    placeholders.put(Network.LR, lr);
    placeholders.put(LossGraph.HR, hr);
    if (loss.has(LossTerm.LDL)) {
      placeholders.put(LossGraph.AVERAGED_SR, Nd4j.rand(DataType.FLOAT, hrShape));
    }
    if (loss.has(LossTerm.TEACHER)) {
      placeholders.put(LossGraph.TEACHERS_SR, Nd4j.rand(DataType.FLOAT, hrShape));
    }
    Parameters parameters = new Parameters(graph);
    List<String> names = List.copyOf(parameters.variables().keySet());
    Map<String, INDArray> expected = graph.calculateGradients(placeholders, names);
    Map<String, INDArray> results = new LinkedHashMap<>();
    parameters
        .gradientsByVariable()
        .forEach(
            (variable, gradient) ->
                results.put(
                    requireNonNull(graph.getVariable(variable).getGradient()).name(), gradient));
    INDArray lossValue = Nd4j.create(DataType.FLOAT);
    results.put(LossGraph.NAME, lossValue);

    GradientProgram program =
        new GradientProgram(
            graph.getFunction("grad"), placeholders, parameters.variables(), results);
    parameters.gradients().assign(Float.NaN);
    program.run();
    INDArray first = parameters.gradients().dup();
    program.run();

    assertThat(parameters.gradients()).isEqualTo(first);
    for (String variable : names) {
      INDArray wanted = requireNonNull(expected.get(variable));
      INDArray got = requireNonNull(parameters.gradientsByVariable().get(variable));
      double greatest = Math.max(1e-7, wanted.amaxNumber().doubleValue());
      assertThat(got.sub(wanted).amaxNumber().doubleValue() / greatest)
          .as(variable)
          .isLessThan(2e-4);
    }
    assertThat(lossValue.getDouble(0))
        .isCloseTo(
            graph.outputSingle(placeholders, LossGraph.NAME).getDouble(0),
            org.assertj.core.data.Percentage.withPercentage(0.01));
  }

  @ParameterizedTest
  @EnumSource(names = {"MSE", "L1", "CHARBONNIER", "SSIM", "LUMA", "GRADIENT", "GRID", "FFT"})
  void gradientsAgreeWithFiniteDifferences(LossTerm term) {
    Architecture architecture = Architectures.find("espcn").orElseThrow();
    SameDiff graph = Network.build(architecture, 2, Colour.Y, Activation.TANH, 5).graph();
    LossGraph.add(graph, Loss.of(term), null, 2, 1, 1, 24, 20);
    Map<String, INDArray> inputs =
        Map.of(
            Network.LR, ramp(120).reshape(1, 1, 12, 10),
            LossGraph.HR, uneven(480).reshape(1, 1, 24, 20));
    // A bias moves four frequencies alone, whose gradients may cancel.
    boolean hasCorners = EnumSet.of(LossTerm.GRADIENT, LossTerm.GRID, LossTerm.FFT).contains(term);
    String name = hasCorners ? "conv3_weight" : "conv3_bias";
    double gradient = requireNonNull(graph.calculateGradients(inputs, name).get(name)).getDouble(1);
    INDArray values = graph.getVariable(name).getArr();
    double at = values.getDouble(1);
    // Across the corner of a magnitude, differences say nothing: the more there are, the smaller.
    double step = hasCorners ? 1e-3 : 2e-2;
    values.putScalar(1, at + step);
    double above = graph.outputSingle(inputs, LossGraph.NAME).getDouble(0);
    values.putScalar(1, at - step);
    double below = graph.outputSingle(inputs, LossGraph.NAME).getDouble(0);
    assertThat(gradient)
        .isCloseTo(
            (above - below) / (2 * step), org.assertj.core.data.Percentage.withPercentage(3));
  }

  /** The teacher's own weights learn nothing from it; others do, and come near. */
  @Test
  void aTeacherIsWhatTheNetworkIsComparedWith() throws IOException {
    FitOptions options =
        FitOptions.builder()
            .network("sesr-m5")
            .scale(2)
            .loss(Loss.of(LossTerm.TEACHER))
            .teacher(Path.of("sesr-m5-x2"))
            .build();
    LossNetworks networks = LossNetworks.read(options);
    Random random = new Random(3);
    float[] lr = new float[2 * 12 * 12];
    for (int i = 0; i < lr.length; i++) {
      lr[i] = random.nextFloat();
    }
    Batch batch = new Batch(lr, new float[4 * lr.length], 1, false);
    Architecture architecture = Architectures.find("sesr-m5").orElseThrow();
    double[] first = new double[2];
    double[] last = new double[2];
    for (int own = 0; own < 2; own++) {
      SameDiff graph = Network.build(architecture, 2, Colour.Y, Activation.LEAKY_RELU, 1).graph();
      if (own == 1) {
        StartingPoint.of(Path.of("sesr-m5-x2")).copyTo(graph);
      }
      TrainingStep step =
          new TrainingStep(graph, options.objective(), networks, new long[] {2, 1, 12, 12}, 2, 1);
      first[own] = step.apply(batch, own == 1 ? 1e-9 : 2e-3);
      for (int i = 0; i < 30; i++) {
        last[own] = step.apply(batch, own == 1 ? 1e-9 : 2e-3);
      }
    }
    assertThat(first[1]).isLessThan(1e-6);
    assertThat(first[0]).isGreaterThan(0.02);
    assertThat(last[0]).isLessThan(0.8 * first[0]);
  }

  @Test
  void lossesHaveTheirDefinedValues() {
    SameDiff graph = SameDiff.create();
    graph.var(Network.SR, Nd4j.valueArrayOf(new long[] {1, 1, 12, 12}, 0.25f, DataType.FLOAT));
    INDArray hr = Nd4j.valueArrayOf(new long[] {1, 1, 12, 12}, 0.75f, DataType.FLOAT);
    assertThat(value(LossTerm.MSE, hr)).isCloseTo(0.25, within(1e-6));
    assertThat(value(LossTerm.L1, hr)).isCloseTo(0.5, within(1e-6));
    assertThat(value(LossTerm.CHARBONNIER, hr)).isCloseTo(Math.sqrt(0.25 + 1e-6), within(1e-6));
    // Flat pictures: only luminance counts, (2 a b + C1) / (a^2 + b^2 + C1).
    double ssim = (2 * 0.25 * 0.75 + 1e-4) / (0.25 * 0.25 + 0.75 * 0.75 + 1e-4);
    assertThat(value(LossTerm.SSIM, hr)).isCloseTo(1 - ssim, within(1e-3));
  }

  /** A wave of four periods has two coefficients, each half of its energy; a flat picture one. */
  @Test
  void fftLossOfAWave() {
    INDArray hr = Nd4j.valueArrayOf(new long[] {1, 1, 16, 16}, 0.25f, DataType.FLOAT);
    assertThat(value(LossTerm.FFT, hr)).isCloseTo(0, within(1e-6));
    for (int i = 0; i < 256; i++) {
      hr.putScalar(i, 0.25 + 0.1 * Math.cos(2 * Math.PI * 4 * (i % 16) / 16));
    }
    // Each is 0.1 / 2 times the root of 256 samples; the mean is over as many coefficients.
    assertThat(value(LossTerm.FFT, hr)).isCloseTo(2 * 0.05 * 16 / 256, within(1e-6));
    for (int i = 0; i < 256; i++) {
      int row = i / 16;
      hr.putScalar(i, 0.25 + 0.1 * Math.sin(2 * Math.PI * 3 * row / 16));
    }
    assertThat(value(LossTerm.FFT, hr)).isCloseTo(2 * 0.05 * 16 / 256, within(1e-6));
  }

  @Test
  void lumaLossUsesBt601() {
    INDArray hr = Nd4j.valueArrayOf(new long[] {1, 3, 12, 12}, 0.25f, DataType.FLOAT);
    for (int i = 0; i < 144; i++) {
      hr.putScalar(i, 0.35);
      hr.putScalar(288 + i, 0.05);
    }
    assertThat(value(LossTerm.LUMA, hr)).isCloseTo(0.299 * 0.1 - 0.114 * 0.2, within(1e-6));
  }

  /** Stripes and a chequerboard of two pixels are grids at x2, and a flat difference is none. */
  @Test
  void gridLossSeesPatternsOfTwoPixels() {
    for (int pattern = 0; pattern < 3; pattern++) {
      INDArray hr = Nd4j.create(DataType.FLOAT, 1, 1, 32, 48);
      for (int i = 0; i < 32 * 48; i++) {
        int row = i / 48;
        int column = i % 48;
        int which = pattern == 0 ? row : pattern == 1 ? column : row + column;
        hr.putScalar(i, 0.5 + (which % 2 == 0 ? 0.06 : -0.06));
      }
      assertThat(value(LossTerm.GRID, hr)).isCloseTo(0.06, within(1e-6));
    }
    INDArray flat = Nd4j.valueArrayOf(new long[] {1, 3, 32, 32}, 0.7f, DataType.FLOAT);
    assertThat(value(LossTerm.GRID, flat)).isCloseTo(0, within(1e-6));
  }

  /** One of s x s subpixels is brighter: it is above the mean, and the others below. */
  @ParameterizedTest
  @CsvSource({"2, 16", "3, 15", "4, 16"})
  void gridLossSeesOneSubpixelOfAScale(int scale, int side) {
    INDArray hr = Nd4j.create(DataType.FLOAT, 1, 1, 2L * side, side);
    for (int i = 0; i < 2 * side * side; i++) {
      int row = i / side;
      boolean isBright = row % scale == 1 && i % side % scale == scale - 1;
      hr.putScalar(i, 0.5 + (isBright ? 0.08 : 0));
    }
    double share = 1.0 / (scale * scale);
    assertThat(value(LossTerm.GRID, scale, hr))
        .isCloseTo(0.08 * 2 * share * (1 - share), within(1e-6));
  }

  @Test
  void gradientsAreDifferencesOfNeighbours() {
    INDArray hr = Nd4j.create(DataType.FLOAT, 1, 1, 12, 12);
    for (int i = 0; i < 144; i++) {
      int row = i / 12;
      hr.putScalar(i, 0.03 * (i % 12) - 0.01 * row);
    }
    assertThat(value(LossTerm.GRADIENT, hr)).isCloseTo(0.03 + 0.01, within(1e-6));
  }

  @ParameterizedTest
  @CsvSource({
    "l1, l1",
    "L1, l1",
    "l1+fft:0.05, l1+fft:0.05",
    "ssim:1.0+gradient:2, ssim+gradient:2"
  })
  void parsesAndPrintsLosses(String id, String printed) throws Exception {
    assertThat(Loss.parse(id).id()).isEqualTo(printed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "l2", "l1+", "l1+l1", "l1:0", "l1:-1", "l1:x", "l1:NaN", "l1:1001"})
  void anotherLossIsRefused(String id) {
    assertThatThrownBy(() -> Loss.parse(id))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "loss: expected some of mse, l1, charbonnier, ssim, ms-ssim, luma, gradient, grid, fft,"
                + " random-features, squeezenet, ldl, teacher, adversarial, each once, such as l1+fft:0.05,"
                + " received "
                + (id.isEmpty() ? "nothing" : id));
  }

  /** No two magnitudes, of values or of frequencies, change their sign together. */
  private static INDArray uneven(int length) {
    Random random = new Random(7);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = 2 + random.nextFloat();
    }
    return Nd4j.createFromArray(values);
  }

  private static INDArray ramp(int length) {
    return Nd4j.arange(length).castTo(DataType.FLOAT).div(length - 1);
  }

  private static double value(LossTerm term, INDArray hr) {
    return value(term, 2, hr);
  }

  private static double value(LossTerm term, int scale, INDArray hr) {
    SameDiff graph = SameDiff.create();
    graph.var(Network.SR, Nd4j.valueArrayOf(hr.shape(), 0.25f, DataType.FLOAT));
    LossGraph.add(graph, Loss.of(term), null, scale, hr.shape());
    return graph.outputSingle(Map.of(LossGraph.HR, hr), LossGraph.NAME).getDouble(0);
  }

  private static org.assertj.core.data.Offset<Double> within(double offset) {
    return org.assertj.core.data.Offset.offset(offset);
  }
}
