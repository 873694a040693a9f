package io.subpixel.trainer.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.Plane;
import io.subpixel.trainer.internal.SameDiffNetwork;
import io.subpixel.zoo.Colour;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;

class NetworkTest {
  static Stream<String> names() {
    return Architectures.names().stream();
  }

  @ParameterizedTest
  @CsvSource({
    "espcn, 2, 58212, 58048, 5",
    "espcn, 3, 59657, 59488, 5",
    "espcn, 4, 61680, 61504, 5",
    // Shi et al. (arXiv 1609.05158): 5x5x64, 3x3x32, 3x3xs^2
    "espcn-paper, 3, 22729, 22624, 4",
    // Bhardwaj et al. (arXiv 2103.09404), table 1: 8.91, 13.52, 18.12, 27.34, 105.37 thousand at x2
    "sesr-m3, 2, 8980, 8912, 7",
    "sesr-m5, 2, 13620, 13520, 9",
    "sesr-m7, 2, 18260, 18128, 11",
    "sesr-m11, 2, 27540, 27344, 15",
    "sesr-c32-m11-k5, 2, 105764, 105376, 15",
    // 9*16 + 7*9*16*16 + 9*16*4 and, with 5x5 outside, 25*16 + 15*9*16*16 + 25*16*4
    "sesr-m7-k3, 2, 16980, 16848, 9",
    "sesr-m1-k3, 2, 3060, 3024, 3",
    "sesr-m2-k3, 2, 5380, 5328, 4",
    "sesr-m15, 2, 36820, 36560, 19",
    "sesr-tiny, 2, 2708, 2664, 6",
    // 9*24 + 3*9*24*24 + 9*24*4, each output with a bias
    "sesr-c24-m3, 2, 16732, 16632, 5",
    "sesr-m4, 2, 11300, 11216, 8",
    "sesr-m4-k3, 2, 10020, 9936, 6",
    // Edge branches are part of the kernels.
    "sesr-m5-edges, 2, 13620, 13520, 9",
    "sesr-c24-m3-edges, 2, 16732, 16632, 5"
  })
  void hasTheParametersAndTheWorkOfItsPaper(
      String name, int scale, long parameters, long macs, int radius) {
    Network network = network(name, scale, Colour.Y, 1);
    assertThat(network.parameters()).isEqualTo(parameters);
    assertThat(network.macsPerLrPixel()).isEqualTo(macs);
    assertThat(network.receptiveRadius()).isEqualTo(radius);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sesr",
        "sesr-m0",
        "sesr-m33",
        "sesr-m05",
        "sesr-c3-m2",
        "sesr-c65-m2",
        "sesr-c16-m2-k3",
        "sesr-m2-k5",
        "sesr-c16-m2-k7",
        "sesr-tiny-edges",
        "sesr-edges-m5",
        "espcn-edges"
      })
  void aNameOutOfTheFamilysRangeIsUnknown(String name) {
    assertThat(Architectures.find(name)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("names")
  void enlargesAnySizeInAnyColour(String name) {
    for (int[] size : new int[][] {{2, 7, 5}, {3, 1, 1}, {4, 1, 9}}) {
      for (Colour colour : List.of(Colour.Y, Colour.RGB)) {
        Plane[] lr = new Plane[colour.channels()];
        Arrays.setAll(lr, c -> new Plane(size[1], size[2]));
        Network network = network(name, size[0], colour, 1);
        Plane[] sr = new SameDiffNetwork(network.graph()).apply(lr);
        assertThat(sr).hasSize(colour.channels());
        assertThat(sr[0].width()).isEqualTo(size[0] * size[1]);
        assertThat(sr[0].height()).isEqualTo(size[0] * size[2]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void onePixelReachesNoFartherThanTheReceptiveRadiusAndAlmostAsFar(String name) {
    Network network = network(name, 2, Colour.Y, 3);
    int side = 2 * network.receptiveRadius() + 5;
    int centre = side / 2;
    SameDiffNetwork upscaler = new SameDiffNetwork(network.graph());
    Plane lr = new Plane(side, side);
    Random random = new Random(1);
    for (int i = 0; i < lr.values().length; i++) {
      lr.values()[i] = random.nextFloat();
    }
    float[] before = upscaler.apply(new Plane[] {lr})[0].values();
    // Far out of range, so that what the outermost weights do isn't lost in rounding.
    lr.values()[centre * side + centre] = 1e4f;
    float[] after = upscaler.apply(new Plane[] {lr})[0].values();
    int farthest = 0;
    for (int i = 0; i < before.length; i++) {
      if (before[i] != after[i]) {
        int x = i % (2 * side) / 2;
        int y = i / (2 * side) / 2;
        farthest = Math.max(farthest, Math.max(Math.abs(x - centre), Math.abs(y - centre)));
      }
    }
    assertThat(farthest).isEqualTo(network.receptiveRadius());
  }

  /** RGB must not mix colours up: a red picture gets red subpixels. */
  @Test
  void aFreshCollapsibleNetworkIsCloseToNearestNeighbour() {
    Network network = network("sesr-m5", 2, Colour.RGB, 1);
    Plane[] lr = new Plane[3];
    for (int c = 0; c < 3; c++) {
      lr[c] = new Plane(8, 8);
      Arrays.fill(lr[c].values(), new float[] {0.9f, 0.5f, 0.1f}[c]);
    }
    Plane[] sr = new SameDiffNetwork(network.graph()).apply(lr);
    for (int c = 0; c < 3; c++) {
      double sum = 0;
      for (float value : sr[c].values()) {
        sum += value;
      }
      assertThat(sum / sr[c].values().length)
          .isCloseTo(lr[c].values()[0], org.assertj.core.data.Offset.offset(0.15));
    }
  }

  /** ECBSR's four branches of a mixture of channels: the edges of (2 i) times 0.5. */
  @Test
  void edgeBranchesAreSobelsAndALaplacian() {
    SameDiff graph = network("sesr-c4-m1-edges", 2, Colour.Y, 1).graph();
    graph.getVariable("block0_project").getArr().assign(0);
    INDArray mixtures = graph.getVariable("block0_edge_mixtures").getArr().assign(0);
    INDArray factors = graph.getVariable("block0_edge_factors").getArr().assign(0.5);
    float[][] expected = {
      {1, 0, -1, 2, 0, -2, 1, 0, -1},
      {1, 2, 1, 0, 0, 0, -1, -2, -1},
      {0, 1, 0, 1, -4, 1, 0, 1, 0}
    };
    for (int edge = 0; edge < expected.length; edge++) {
      mixtures.putScalar(new int[] {edge, edge, 3}, 2);
    }
    factors.putScalar(new int[] {2, 0, 3}, -0.5);
    INDArray kernel = graph.getVariable("block0_weight").eval();
    for (int in = 0; in < 4; in++) {
      for (int tap = 0; tap < 9; tap++) {
        double of = in < 3 ? expected[in][tap] : tap == 4 ? 1 : 0;
        assertThat(kernel.getDouble(tap / 3, tap % 3, in, 3)).isEqualTo(in == 2 ? -of : of);
      }
    }
    assertThat(kernel.getDouble(1, 1, 0, 0)).isEqualTo(1);
    assertThat(kernel.getDouble(1, 2, 0, 0)).isZero();
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void takesAnyActivation(Activation activation) {
    Network network =
        Network.build(Architectures.find("sesr-m3").orElseThrow(), 2, Colour.Y, activation, 1);
    Plane lr = new Plane(6, 6);
    Arrays.fill(lr.values(), 0.5f);
    assertThat(new SameDiffNetwork(network.graph()).apply(new Plane[] {lr})[0].values())
        .doesNotContain(Float.NaN)
        .hasSize(144);
    // PReLU has a slope for each of the 16 channels of four activations.
    assertThat(network.parameters()).isEqualTo(activation == Activation.PRELU ? 8980 + 64 : 8980);
  }

  @ParameterizedTest
  @MethodSource("names")
  void equalSeedsGiveEqualWeights(String name) {
    assertThat(weight(name, 1)).isEqualTo(weight(name, 1)).isNotEqualTo(weight(name, 2));
  }

  private static float[] weight(String name, long seed) {
    SDVariable first =
        network(name, 2, Colour.Y, seed).graph().variables().stream()
            .filter(v -> v.getVariableType() == VariableType.VARIABLE)
            .filter(v -> !v.name().endsWith("_bias"))
            .findFirst()
            .orElseThrow();
    return first.getArr().dup().data().asFloat();
  }

  private static Network network(String name, int scale, Colour colour, long seed) {
    Architecture architecture = Architectures.find(name).orElseThrow();
    return Network.build(architecture, scale, colour, architecture.activation(), seed);
  }
}
