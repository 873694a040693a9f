package io.subpixel.trainer.internal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.data.Percentage.withPercentage;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.trainer.Loss;
import io.subpixel.trainer.LossTerm;
import io.subpixel.trainer.internal.loss.Discriminator;
import io.subpixel.trainer.internal.loss.SqueezeNet;
import io.subpixel.trainer.network.Network;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Losses of pictures that a formula gives, against the same in NumPy with 64 bits: its FFT, its
 * variance, its own convolutions; and gradients against differences.
 */
class LossesTest {
  private static final Path REAL =
      Path.of("../../shared/data/metrics/compressed_SqueezeNet.net").toAbsolutePath().normalize();

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "SSIM, 1.741712e-02, 2.197122e-02, 1.649371e-02",
    "MS_SSIM, 1.279831e-02, 1.260171e-02, 1.349776e-02",
    "FFT, 1.209998e-02, 1.390713e-02, 1.342896e-02",
    "RANDOM_FEATURES, 2.794169e-02, 3.275708e-02, 2.694424e-02",
    "LDL, 7.695438e-07, 1.937342e-06, 7.569982e-07",
  })
  void valuesAreThoseOfNumPy(LossTerm term, double colour, double luma, double odd) {
    assertThat(value(term, null, 2, 3, 64, 64)).isCloseTo(colour, withPercentage(0.05));
    assertThat(value(term, null, 2, 1, 48, 48)).isCloseTo(luma, withPercentage(0.05));
    assertThat(value(term, null, 1, 3, 33, 33)).isCloseTo(odd, withPercentage(0.05));
  }

  @Test
  void squeezeNetIsThatOfNumPy() throws IOException {
    SqueezeNet made = SqueezeNet.read(Files.write(folder.resolve("made.net"), file()));
    assertThat(value(LossTerm.SQUEEZENET, made, 2, 3, 64, 64))
        .isCloseTo(1.737676e-02, withPercentage(0.1));
    assertThat(value(LossTerm.SQUEEZENET, made, 2, 1, 48, 48))
        .isCloseTo(5.449326e-02, withPercentage(0.1));
  }

  @Test
  void theRealSqueezeNetIsRead() throws IOException {
    assumeThat(Files.exists(REAL)).isTrue();
    SqueezeNet real = SqueezeNet.read(REAL);
    assertThat(value(LossTerm.SQUEEZENET, real, 2, 3, 64, 64))
        .isCloseTo(1.512179e-01, withPercentage(0.1));
    assertThat(value(LossTerm.SQUEEZENET, real, 2, 1, 48, 48))
        .isCloseTo(8.003171e-02, withPercentage(0.1));
    assertThat(value(LossTerm.SQUEEZENET, real, 1, 3, 33, 33))
        .isCloseTo(8.254982e-02, withPercentage(0.1));
  }

  /** Whatever the file has, the answer is one line. */
  @Test
  void whatIsNoSqueezeNetIsRefused() throws IOException {
    byte[] whole = file();
    byte[] foreign = new byte[whole.length];
    new Random(1).nextBytes(foreign);
    byte[] beyond = whole.clone();
    Arrays.fill(beyond, 104 + 4 * (256 + 96) + 4704, 104 + 4 * (256 + 96) + 7056, (byte) -1);
    for (byte[] bytes :
        new byte[][] {
          {},
          Arrays.copyOf(whole, whole.length - 1),
          Arrays.copyOf(whole, whole.length + 1),
          foreign,
          beyond
        }) {
      Path file = Files.write(folder.resolve("other.net"), bytes);
      assertThatThrownBy(() -> SqueezeNet.read(file))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(file + ": expected SqueezeNet's weights, ")
          .hasMessageEndingWith("received something else");
    }
    assertThatThrownBy(() -> SqueezeNet.read(folder.resolve("none")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("received no such file");
  }

  @ParameterizedTest
  @EnumSource(LossTerm.class)
  void gradientsAgreeWithDifferences(LossTerm term) throws IOException {
    SqueezeNet made = SqueezeNet.read(Files.write(folder.resolve("made.net"), file()));
    SameDiff graph = graph(term, made, 2, 3, 40, 40);
    Map<String, INDArray> given = given(term, 2, 3, 40, 40);
    INDArray sr = graph.getVariable(Network.SR).getArr();
    INDArray gradient = requireNonNull(graph.calculateGradients(given, Network.SR).get(Network.SR));
    // Along the gradient differences are greatest, beside rounding.
    INDArray direction = gradient.div(gradient.norm2Number());
    INDArray at = sr.dup();
    // Across the corner of a magnitude, differences say nothing: the more there are, the smaller.
    double step = term == LossTerm.FFT || term == LossTerm.GRID ? 1e-3 : 1e-2;
    sr.assign(at.add(direction.mul(step)));
    double above = graph.outputSingle(given, LossGraph.NAME).getDouble(0);
    sr.assign(at.sub(direction.mul(step)));
    double below = graph.outputSingle(given, LossGraph.NAME).getDouble(0);
    assertThat(gradient.norm2Number().doubleValue())
        .isCloseTo((above - below) / (2 * step), withPercentage(3));
  }

  private static double value(LossTerm term, @Nullable SqueezeNet net, int... shape) {
    SameDiff graph = graph(term, net, shape);
    return graph.outputSingle(given(term, shape), LossGraph.NAME).getDouble(0);
  }

  private static SameDiff graph(LossTerm term, @Nullable SqueezeNet net, int... shape) {
    SameDiff graph = SameDiff.create();
    graph.var(Network.SR, picture(shape, true));
    LossGraph.add(graph, Loss.of(term), net, 2, Arrays.stream(shape).asLongStream().toArray());
    if (term == LossTerm.ADVERSARIAL) {
      Random random = new Random(1);
      for (Discriminator.Layer layer : Discriminator.layers(shape[1])) {
        INDArray weight = graph.getVariable(layer.weight()).getArr();
        weight.assign(Discriminator.fresh(layer, random));
        // A norm of a quarter, for gradients that stand out of rounding.
        double factor = 0.25 / weight.mul(weight).sumNumber().doubleValue();
        graph.getVariable(layer.direction()).getArr().assign(weight.mul(factor));
      }
    }
    return graph;
  }

  private static Map<String, INDArray> given(LossTerm term, int... shape) {
    INDArray hr = picture(shape, false);
    INDArray averaged = hr.add(picture(shape, true).sub(hr).mul(0.6));
    INDArray wave = Nd4j.create(DataType.FLOAT, 1, 1, 1, shape[3]);
    for (int x = 0; x < shape[3]; x++) {
      wave.putScalar(x, 0.02 * Math.sin(0.7 * x));
    }
    Map<String, INDArray> given = new HashMap<>();
    given.put(LossGraph.HR, hr);
    if (term == LossTerm.LDL) {
      given.put(LossGraph.AVERAGED_SR, averaged.add(wave));
    }
    if (term == LossTerm.TEACHER) {
      given.put(LossGraph.TEACHERS_SR, averaged.add(wave));
    }
    return given;
  }

  private static INDArray picture(int[] shape, boolean changed) {
    float[] values = new float[shape[0] * shape[1] * shape[2] * shape[3]];
    int i = 0;
    for (int n = 0; n < shape[0]; n++) {
      for (int c = 0; c < shape[1]; c++) {
        for (int y = 0; y < shape[2]; y++) {
          for (int x = 0; x < shape[3]; x++) {
            double value =
                0.5
                    + 0.3 * Math.sin(0.37 * x + 0.21 * y * (c + 1) + n)
                    + 0.15 * Math.cos(0.9 * x * 1.3 - 0.5 * y + c);
            double change =
                0.05 * Math.sin(0.61 * x - 0.43 * y + 2 * c + n)
                    + 0.02 * Math.cos(0.11 * x * y / 8.0);
            values[i++] = (float) (changed ? value + change : value);
          }
        }
      }
    }
    return Nd4j.createFromArray(values).reshape(Arrays.stream(shape).asLongStream().toArray());
  }

  /** A file in which every third weight isn't 0. */
  private static byte[] file() {
    int[][] fires = {
      {16, 64}, {16, 64}, {32, 128}, {32, 128}, {48, 192}, {48, 192}, {64, 256}, {64, 256}
    };
    int[][] shapes = new int[26][];
    shapes[0] = new int[] {96, 3, 7};
    int in = 96;
    for (int i = 0; i < fires.length; i++) {
      shapes[3 * i + 1] = new int[] {fires[i][0], in, 1};
      shapes[3 * i + 2] = new int[] {fires[i][1], fires[i][0], 1};
      shapes[3 * i + 3] = new int[] {fires[i][1], fires[i][0], 3};
      in = 2 * fires[i][1];
    }
    shapes[25] = new int[] {1000, in, 1};
    ByteBuffer file = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    for (int[] shape : shapes) {
      file.putInt(stored(shape));
    }
    for (int[] shape : shapes) {
      double range = Math.sqrt(6.0 / (shape[1] * shape[2] * shape[2]));
      for (int i = 0; i < 256; i++) {
        double value = (i - 112) / 128.0 * range;
        // Two roundings, as NumPy had them.
        file.putFloat(shape[2] == 7 ? (float) ((float) value / 100.0) : (float) value);
      }
      for (int i = 0; i < shape[0]; i++) {
        file.putFloat((float) (0.01 * (i % 7 - 2)));
      }
      for (int i = 0; i < stored(shape); i++) {
        file.put((byte) (i * 37 + i / 5));
      }
      for (int i = 0; i < (stored(shape) + 1) / 2; i++) {
        file.put((byte) 0x22);
      }
    }
    return Arrays.copyOf(file.array(), file.position());
  }

  private static int stored(int[] shape) {
    return shape[0] * shape[1] * shape[2] * shape[2] / 3;
  }
}
