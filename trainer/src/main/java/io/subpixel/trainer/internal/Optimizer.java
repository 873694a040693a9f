package io.subpixel.trainer.internal;

import io.subpixel.trainer.OptimizerOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.updaters.AdamUpdater;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Adam (Kingma and Ba, arXiv 1412.6980), with decoupled weight decay AdamW (Loshchilov and Hutter,
 * arXiv 1711.05101), on all parameters at once; beside them a running average of the weights
 * (Polyak and Juditsky, 1992).
 */
final class Optimizer {
  /** How much of the first moment stays, for a loss that stays the same. */
  static final double MOMENTUM = 0.9;

  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final OptimizerOptions options;
  private final double momentum;
  private final INDArray values;
  private final INDArray gradients;
  private final INDArray firstMoment;
  private final INDArray secondMoment;
  private final @Nullable INDArray average;
  private int updates;

  /**
   * With fresh moments.
   *
   * @param momentum Adam's first decay
   */
  Optimizer(OptimizerOptions options, Parameters parameters, double momentum) {
    this.momentum = momentum;
    this.options = options;
    values = parameters.values();
    gradients = parameters.gradients();
    firstMoment = Nd4j.zeros(DataType.FLOAT, values.length());
    secondMoment = Nd4j.zeros(DataType.FLOAT, values.length());
    average = options.average() > 0 ? values.dup() : null;
  }

  /** Changes the weights by the gradients, which it uses up. */
  void update(double learningRate) {
    if (options.clip() > 0) {
      double norm = gradients.norm2Number().doubleValue();
      if (norm > options.clip()) {
        gradients.muli(options.clip() / norm);
      }
    }
    if (options.weightDecay() > 0) {
      values.muli(1 - learningRate * options.weightDecay());
    }
    Nd4j.exec(
        new AdamUpdater(
            gradients, secondMoment, firstMoment, learningRate, momentum, BETA2, EPSILON, updates));
    values.subi(gradients);
    updates++;
    if (average != null) {
      // A short memory at first, or the fresh weights would weigh in it for long.
      double decay = Math.min(options.average(), (1.0 + updates) / (10.0 + updates));
      average.muli(decay).addi(values.mul(1 - decay));
    }
  }

  /** The weights to validate and to save: the average if there is one, else the latest. */
  INDArray result() {
    return average == null ? values : average;
  }

  void resumeAt(int count) {
    updates = count;
  }

  /** All that an update depends on, by name, each {@code [P]}; the arrays themselves. */
  Map<String, INDArray> state() {
    Map<String, INDArray> state = new LinkedHashMap<>();
    state.put("values", values);
    state.put("first_moment", firstMoment);
    state.put("second_moment", secondMoment);
    if (average != null) {
      state.put("average", average);
    }
    return state;
  }
}
