package io.subpixel.trainer.network;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.models.picture.Plane;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class EspcnTest {
  private final Espcn espcn = new Espcn();

  @ParameterizedTest
  @CsvSource({"2, 58212, 58048", "3, 59657, 59488", "4, 61680, 61504"})
  void hasTheParametersAndTheWorkOfTheReport(int scale, long parameters, long macs) {
    SameDiff graph = espcn.build(scale, 1);
    long count =
        graph.variables().stream()
            .filter(v -> v.getVariableType() == VariableType.VARIABLE)
            .mapToLong(v -> v.getArr().length())
            .sum();
    assertThat(count).isEqualTo(parameters);
    assertThat(espcn.macsPerLrPixel(scale)).isEqualTo(macs);
  }

  @ParameterizedTest
  @CsvSource({"2, 7, 5", "3, 1, 1", "4, 1, 9"})
  void enlargesAnySize(int scale, int width, int height) {
    Plane[] sr =
        new SameDiffNetwork(espcn.build(scale, 1)).apply(new Plane[] {new Plane(width, height)});
    assertThat(sr).hasSize(1);
    assertThat(sr[0].width()).isEqualTo(scale * width);
    assertThat(sr[0].height()).isEqualTo(scale * height);
  }

  @Test
  void onePixelReachesExactlyAsFarAsTheReceptiveRadius() {
    int side = 21;
    int centre = 10;
    SameDiffNetwork network = new SameDiffNetwork(espcn.build(2, 3));
    Plane lr = new Plane(side, side);
    Arrays.fill(lr.values(), 0.5f);
    float[] before = network.apply(new Plane[] {lr})[0].values();
    lr.values()[centre * side + centre] = 0.9f;
    float[] after = network.apply(new Plane[] {lr})[0].values();
    int farthest = 0;
    for (int i = 0; i < before.length; i++) {
      if (before[i] != after[i]) {
        int x = i % (2 * side) / 2;
        int y = i / (2 * side) / 2;
        farthest = Math.max(farthest, Math.max(Math.abs(x - centre), Math.abs(y - centre)));
      }
    }
    assertThat(farthest).isEqualTo(espcn.receptiveRadius()).isEqualTo(5);
  }

  @Test
  void equalSeedsGiveEqualWeights() {
    assertThat(weight(1)).isEqualTo(weight(1)).isNotEqualTo(weight(2));
  }

  @Test
  void gradientsAgreeWithFiniteDifferences() {
    SameDiff graph = espcn.build(2, 5);
    Map<String, INDArray> inputs =
        Map.of(
            Architecture.LR, Nd4j.linspace(0, 1, 48).reshape(1, 1, 6, 8),
            Architecture.HR, Nd4j.linspace(1, 0, 192).reshape(1, 1, 12, 16));
    String name = "conv3_bias";
    double gradient = requireNonNull(graph.calculateGradients(inputs, name).get(name)).getDouble(1);
    INDArray bias = graph.getVariable(name).getArr();
    double step = 1e-2;
    bias.putScalar(1, step);
    double above = graph.outputSingle(inputs, Architecture.LOSS).getDouble(0);
    bias.putScalar(1, -step);
    double below = graph.outputSingle(inputs, Architecture.LOSS).getDouble(0);
    assertThat(gradient)
        .isCloseTo(
            (above - below) / (2 * step), org.assertj.core.data.Percentage.withPercentage(0.5));
  }

  private float[] weight(long seed) {
    SDVariable variable = espcn.build(2, seed).getVariable("conv0_weight");
    return variable.getArr().dup().data().asFloat();
  }
}
