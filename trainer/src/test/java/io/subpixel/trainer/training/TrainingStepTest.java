package io.subpixel.trainer.training;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.models.Colour;
import io.subpixel.trainer.network.Activation;
import io.subpixel.trainer.network.Architecture;
import io.subpixel.trainer.network.Architectures;
import io.subpixel.trainer.network.Network;
import io.subpixel.trainer.program.GradientProgram;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The recorded graph and the optimiser, against SameDiff's own sessions and against formulas. */
class TrainingStepTest {
  private static final long[] LR = {2, 1, 12, 10};

  static Stream<Arguments> everything() {
    List<Arguments> all = new ArrayList<>();
    for (String name : Architectures.names()) {
      for (Activation activation : Activation.values()) {
        all.add(Arguments.of(name, activation, Loss.MSE, Colour.Y));
      }
      for (Loss loss : Loss.values()) {
        all.add(Arguments.of(name, Activation.LEAKY_RELU, loss, Colour.Y));
      }
      all.add(Arguments.of(name, Activation.RELU, Loss.L1, Colour.RGB));
      all.add(Arguments.of(name, Activation.RELU, Loss.SSIM, Colour.RGB));
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
    loss.add(graph, hrShape);
    INDArray lr = Nd4j.rand(DataType.FLOAT, lrShape);
    INDArray hr = Nd4j.rand(DataType.FLOAT, hrShape);
    Map<String, INDArray> placeholders = Map.of(Network.LR, lr, Loss.HR, hr);
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
    results.put(Loss.NAME, lossValue);

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
            graph.outputSingle(placeholders, Loss.NAME).getDouble(0),
            org.assertj.core.data.Percentage.withPercentage(0.01));
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.EnumSource(Loss.class)
  void gradientsAgreeWithFiniteDifferences(Loss loss) {
    Architecture architecture = Architectures.find("espcn").orElseThrow();
    SameDiff graph = Network.build(architecture, 2, Colour.Y, Activation.TANH, 5).graph();
    loss.add(graph, 1, 1, 24, 20);
    Map<String, INDArray> inputs =
        Map.of(
            Network.LR, ramp(120).reshape(1, 1, 12, 10),
            Loss.HR, ramp(480).rsub(3).reshape(1, 1, 24, 20));
    String name = "conv3_bias";
    double gradient = requireNonNull(graph.calculateGradients(inputs, name).get(name)).getDouble(1);
    INDArray bias = graph.getVariable(name).getArr();
    double step = 2e-2;
    bias.putScalar(1, step);
    double above = graph.outputSingle(inputs, Loss.NAME).getDouble(0);
    bias.putScalar(1, -step);
    double below = graph.outputSingle(inputs, Loss.NAME).getDouble(0);
    assertThat(gradient)
        .isCloseTo(
            (above - below) / (2 * step), org.assertj.core.data.Percentage.withPercentage(3));
  }

  @Test
  void lossesAreWhatTheyAreCalled() {
    SameDiff graph = SameDiff.create();
    graph.var(Network.SR, Nd4j.valueArrayOf(new long[] {1, 1, 12, 12}, 0.25f, DataType.FLOAT));
    INDArray hr = Nd4j.valueArrayOf(new long[] {1, 1, 12, 12}, 0.75f, DataType.FLOAT);
    assertThat(value(Loss.MSE, hr)).isCloseTo(0.25, within(1e-6));
    assertThat(value(Loss.L1, hr)).isCloseTo(0.5, within(1e-6));
    assertThat(value(Loss.CHARBONNIER, hr)).isCloseTo(Math.sqrt(0.25 + 1e-6), within(1e-6));
    // Flat pictures: only luminance counts, (2 a b + C1) / (a^2 + b^2 + C1).
    double ssim = (2 * 0.25 * 0.75 + 1e-4) / (0.25 * 0.25 + 0.75 * 0.75 + 1e-4);
    assertThat(value(Loss.SSIM, hr)).isCloseTo(1 - ssim, within(1e-3));
  }

  private static INDArray ramp(int length) {
    return Nd4j.arange(length).castTo(DataType.FLOAT).div(length - 1);
  }

  private static double value(Loss loss, INDArray hr) {
    SameDiff graph = SameDiff.create();
    graph.var(Network.SR, Nd4j.valueArrayOf(hr.shape(), 0.25f, DataType.FLOAT));
    loss.add(graph, hr.shape());
    return graph.outputSingle(Map.of(Loss.HR, hr), Loss.NAME).getDouble(0);
  }

  private static org.assertj.core.data.Offset<Double> within(double offset) {
    return org.assertj.core.data.Offset.offset(offset);
  }
}
