package io.subpixel.trainer.internal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import io.subpixel.trainer.FitOptions.Objective;
import io.subpixel.trainer.Loss;
import io.subpixel.trainer.LossTerm;
import io.subpixel.trainer.OptimizerOptions;
import io.subpixel.trainer.Schedule;
import io.subpixel.trainer.internal.data.Batch;
import io.subpixel.trainer.internal.loss.Discriminator;
import io.subpixel.trainer.network.Activation;
import io.subpixel.trainer.network.Architectures;
import io.subpixel.trainer.network.Network;
import io.subpixel.zoo.Colour;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class AdversaryTest {
  private static final double LN2 = Math.log(2);

  /** Fresh weights by {@link Random}, norms by NumPy's SVD, convolutions and loss by NumPy. */
  @ParameterizedTest
  @CsvSource({
    "2, 3, 64, 7.66491e-5",
    "2, 1, 48, 7.69652e-5",
    "1, 3, 33, 1.26153e-4",
  })
  void theLossIsThatOfNumPy(int n, int c, int side, double expectedAboveLn2) {
    Adversary adversary = new Adversary(picture(false, n, c, side), picture(true, n, c, side), 7);
    for (int i = 0; i < 300; i++) {
      adversary.normalise();
    }
    // Adam with a rate of 0 leaves the weights as they are.
    assertThat(adversary.learn(0) - LN2).isCloseTo(expectedAboveLn2, withPercentage(2));
  }

  /** The gradient that the lean step follows, by differences along it. */
  @Test
  void itLearnsAlongTheGradient() {
    INDArray hr = picture(false, 2, 3, 32);
    INDArray sr = picture(true, 2, 3, 32).mul(1.5);
    Adversary adversary = new Adversary(hr, sr, 3);
    INDArray values = requireNonNull(adversary.state().get("discriminator_values"));
    INDArray moment = requireNonNull(adversary.state().get("discriminator_first_moment"));
    double loss = adversary.learn(0);
    // Without momentum, Adam's first moment is the gradient.
    INDArray gradient = moment.dup();
    INDArray at = values.dup();
    double norm = gradient.norm2Number().doubleValue();
    double step = 0.05 / norm;
    values.assign(at.add(gradient.mul(step)));
    double above = adversary.learn(0);
    values.assign(at.sub(gradient.mul(step)));
    double below = adversary.learn(0);
    assertThat((above - below) / (2 * step)).isCloseTo(norm * norm, withPercentage(3));
    assertThat(loss).isBetween(below, above);
  }

  @Test
  void theNormsFollowTheWeights() {
    INDArray hr = picture(false, 1, 1, 32);
    Adversary adversary = new Adversary(hr, picture(true, 1, 1, 32), 1);
    Discriminator.Layer layer = Discriminator.layers(1).get(3);
    INDArray weight = requireNonNull(adversary.variables().get(layer.weight()));
    // One column: its norm is its length.
    weight.assign(0);
    weight.putScalar(5, 3);
    weight.putScalar(77, -4);
    adversary.normalise();
    adversary.normalise();
    INDArray direction = requireNonNull(adversary.variables().get(layer.direction()));
    assertThat(direction.mul(weight).sumNumber().doubleValue()).isCloseTo(5, withPercentage(1e-3));
  }

  /** A discriminator alone, on pictures that stay: it tells them apart sooner or later. */
  @Test
  void itComesToTellThePicturesApart() {
    INDArray hr = picture(false, 4, 1, 32);
    Adversary adversary = new Adversary(hr, picture(true, 4, 1, 32), 5);
    double first = adversary.learn(2e-3);
    double last = first;
    for (int i = 0; i < 400; i++) {
      adversary.normalise();
      last = adversary.learn(2e-3);
    }
    assertThat(first).isCloseTo(LN2, withPercentage(2));
    assertThat(last).isLessThan(0.6);
  }

  /** What the checkpoint holds is all that the steps to come depend on. */
  @Test
  void aStepGoesOnFromItsStateBitForBit() {
    TrainingStep whole = step();
    TrainingStep parted = step();
    Batch batch = batch();
    for (int i = 0; i < 4; i++) {
      whole.apply(batch, 1e-3);
      parted.apply(batch, 1e-3);
    }
    TrainingStep resumed = step();
    Map<String, INDArray> saved = parted.state();
    assertThat(saved)
        .containsKeys(
            "discriminator_values",
            "discriminator_first_moment",
            "discriminator_second_moment",
            "discriminator_singular_vectors");
    resumed.state().forEach((name, array) -> array.assign(requireNonNull(saved.get(name))));
    resumed.resumeAt(4);
    for (int i = 0; i < 3; i++) {
      assertThat(resumed.apply(batch, 1e-3)).isEqualTo(whole.apply(batch, 1e-3));
      assertThat(resumed.losses()).isEqualTo(whole.losses());
    }
    assertThat(whole.losses().keySet())
        .containsExactly("l1", "ldl", "adversarial", "discriminator");
    resumed.state().forEach((name, array) -> assertThat(array).isEqualTo(whole.state().get(name)));
  }

  private static TrainingStep step() {
    Objective objective =
        new Objective(
            new Loss(
                List.of(
                    new Loss.Part(LossTerm.L1, 1),
                    new Loss.Part(LossTerm.LDL, 1),
                    new Loss.Part(LossTerm.ADVERSARIAL, 0.1))),
            1e-3,
            Schedule.CONSTANT,
            new OptimizerOptions(0, 0.5, 0.9),
            null,
            null,
            1e-3);
    Network network =
        Network.build(
            Architectures.find("sesr-tiny").orElseThrow(), 2, Colour.RGB, Activation.RELU, 1);
    return new TrainingStep(
        network.graph(), objective, LossNetworks.NONE, new long[] {2, 3, 12, 12}, 2, 1);
  }

  private static Batch batch() {
    float[] lr = new float[2 * 3 * 12 * 12];
    float[] hr = new float[2 * 3 * 24 * 24];
    Random random = new Random(2);
    for (int i = 0; i < hr.length; i++) {
      hr[i] = random.nextFloat();
      lr[i % lr.length] = random.nextFloat();
    }
    return new Batch(lr, hr, 1, false);
  }

  private static INDArray picture(boolean changed, int n, int c, int side) {
    INDArray picture = Nd4j.create(DataType.FLOAT, n, c, side, side);
    for (int i = 0; i < picture.length(); i++) {
      int x = i % side;
      int y = i / side % side;
      int channel = i / side / side % c;
      int number = i / side / side / c;
      double value =
          0.5
              + 0.3 * Math.sin(0.37 * x + 0.21 * y * (channel + 1) + number)
              + 0.15 * Math.cos(0.9 * x * 1.3 - 0.5 * y + channel);
      double change =
          0.05 * Math.sin(0.61 * x - 0.43 * y + 2 * channel + number)
              + 0.02 * Math.cos(0.11 * x * y / 8.0);
      picture.putScalar(i, changed ? value + change : value);
    }
    return picture;
  }
}
