package io.subpixel.trainer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.subpixel.trainer.OptimizerOptions;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Against the papers' formulas, in doubles. */
class OptimizerTest {
  private static final double RATE = 0.01;
  private static final double[] GRADIENTS = {0.5, -2, 1, 0.25};

  @Test
  void adamIsThatOfThePaper() {
    Run run = new Run(new OptimizerOptions(0, 0, 0));
    double m = 0;
    double v = 0;
    double x = 3;
    for (int t = 1; t <= GRADIENTS.length; t++) {
      double g = GRADIENTS[t - 1];
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      x -= RATE * (m / (1 - Math.pow(0.9, t))) / (Math.sqrt(v / (1 - Math.pow(0.999, t))) + 1e-8);
      run.update(g);
      assertThat(run.value()).isCloseTo(x, offset(1e-5));
    }
    assertThat(run.optimizer.result()).isEqualTo(run.parameters.values());
  }

  @Test
  void weightDecayShrinksBesideTheGradient() {
    Run plain = new Run(new OptimizerOptions(0, 0, 0));
    Run decayed = new Run(new OptimizerOptions(0.1, 0, 0));
    plain.update(0.5);
    decayed.update(0.5);
    assertThat(plain.value() - decayed.value()).isCloseTo(3 * RATE * 0.1, offset(1e-6));
  }

  @Test
  void longGradientsAreShortened() {
    Run run = new Run(new OptimizerOptions(0, 1, 0));
    run.update(0.5);
    assertThat(run.moment()).isCloseTo(0.1 * 0.5, offset(1e-6));
    run.update(-40);
    assertThat(run.moment()).isCloseTo(0.9 * 0.05 - 0.1, offset(1e-6));
  }

  @Test
  void theAverageFollowsTheWeights() {
    Run run = new Run(new OptimizerOptions(0, 0, 0.9));
    double average = 3;
    for (int t = 1; t <= 20; t++) {
      run.update(1);
      double decay = Math.min(0.9, (1.0 + t) / (10.0 + t));
      average = decay * average + (1 - decay) * run.value();
      assertThat(run.optimizer.result().getDouble(0)).isCloseTo(average, offset(1e-5));
    }
    assertThat(average).isGreaterThan(run.value());
  }

  /** One parameter that starts at 3. */
  private static final class Run {
    final Parameters parameters;
    final Optimizer optimizer;

    Run(OptimizerOptions options) {
      SameDiff graph = SameDiff.create();
      graph.var("x", Nd4j.createFromArray(3f));
      parameters = new Parameters(graph);
      optimizer = new Optimizer(options, parameters, Optimizer.MOMENTUM);
    }

    void update(double gradient) {
      parameters.gradients().assign(gradient);
      optimizer.update(RATE);
    }

    double value() {
      return parameters.values().getDouble(0);
    }

    double moment() {
      INDArray moment = optimizer.state().get("first_moment");
      return moment == null ? Double.NaN : moment.getDouble(0);
    }
  }
}
