package io.subpixel.trainer.internal;

import static java.util.Objects.requireNonNull;

import io.subpixel.trainer.OptimizerOptions;
import io.subpixel.trainer.internal.loss.Discriminator;
import io.subpixel.trainer.internal.loss.Discriminator.Layer;
import io.subpixel.trainer.internal.program.GradientProgram;
import io.subpixel.trainer.network.Network;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The discriminator of an adversarial training: its weights, its own optimiser and its step. */
final class Adversary {
  /** Until the spectral norms of fresh weights are known well. */
  private static final int FIRST_ITERATIONS = 20;

  /** None: it would go on against what the network has mended, and both would circle. */
  private static final double MOMENTUM = 0;

  private static final double LEAST_NORM = 1e-12;
  private static final String LOSS = "discriminator_loss";

  private final Optimizer optimizer;
  private final GradientProgram program;
  private final INDArray loss = Nd4j.create(DataType.FLOAT);
  private final INDArray rights;
  private final List<Norm> norms = new ArrayList<>();
  private final Map<String, INDArray> variables;

  /** A layer's weights, {@code [9 in, out]}, with their first singular vectors by iteration. */
  private record Norm(INDArray matrix, INDArray right, INDArray direction) {
    void improve() {
      INDArray left = matrix.mmul(right);
      left.divi(Math.max(LEAST_NORM, left.norm2Number().doubleValue()));
      right.assign(matrix.transpose().mmul(left));
      right.divi(Math.max(LEAST_NORM, right.norm2Number().doubleValue()));
      direction.assign(left.mmul(right.transpose()));
    }
  }

  /**
   * With fresh weights.
   *
   * @param hr where each step finds the originals, {@code [N,C,H,W]}
   * @param sr where it finds what the network made, of the same shape
   */
  Adversary(INDArray hr, INDArray sr, long seed) {
    int channels = (int) hr.size(1);
    SameDiff graph = SameDiff.create();
    SDVariable real = graph.placeHolder(LossGraph.HR, DataType.FLOAT, hr.shape());
    SDVariable made = graph.placeHolder(Network.SR, DataType.FLOAT, sr.shape());
    Discriminator.in(graph, channels, graph::var).loss(real, made).rename(LOSS);
    graph.setLossVariables(LOSS);
    Parameters parameters = new Parameters(graph);
    variables = new LinkedHashMap<>(parameters.variables());
    List<Layer> layers = Discriminator.layers(channels);
    rights = Nd4j.create(DataType.FLOAT, layers.stream().mapToLong(Layer::out).sum());
    Random random = new Random(seed);
    long start = 0;
    for (Layer layer : layers) {
      INDArray weight = requireNonNull(variables.get(layer.weight()));
      weight.assign(Discriminator.fresh(layer, random));
      INDArray direction = Nd4j.create(DataType.FLOAT, layer.shape());
      INDArray right = rights.get(NDArrayIndex.interval(start, start + layer.out()));
      right.assign(1);
      variables.put(layer.direction(), direction);
      norms.add(
          new Norm(
              weight.reshape(layer.taps(), layer.out()),
              right.reshape(layer.out(), 1),
              direction.reshape(layer.taps(), layer.out())));
      start += layer.out();
    }
    for (int i = 0; i < FIRST_ITERATIONS; i++) {
      normalise();
    }
    graph.createGradFunction();
    optimizer = new Optimizer(new OptimizerOptions(0, 0, 0), parameters, MOMENTUM);
    program =
        new GradientProgram(
            graph.getFunction(TrainingStep.GRADIENTS),
            Map.of(LossGraph.HR, hr, Network.SR, sr),
            variables,
            parameters.results(graph, Map.of(LOSS, loss)));
  }

  /** The arrays that stand for its variables and directions in any graph. */
  Map<String, INDArray> variables() {
    return variables;
  }

  /** Follows the spectral norms of the weights; once a step, before anything reads them. */
  void normalise() {
    norms.forEach(Norm::improve);
  }

  /**
   * Learns to tell what lies in the arrays for HR and SR.
   *
   * @return the loss before that
   */
  double learn(double learningRate) {
    program.run();
    optimizer.update(learningRate);
    return loss.getFloat(0);
  }

  void resumeAt(int updates) {
    optimizer.resumeAt(updates);
  }

  /** All that the next steps depend on, by name, each {@code [P]}; the arrays themselves. */
  Map<String, INDArray> state() {
    Map<String, INDArray> state = new LinkedHashMap<>();
    optimizer.state().forEach((name, array) -> state.put("discriminator_" + name, array));
    state.put("discriminator_singular_vectors", rights);
    return state;
  }
}
