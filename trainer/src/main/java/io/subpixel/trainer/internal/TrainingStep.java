package io.subpixel.trainer.internal;

import io.subpixel.trainer.FitOptions.Objective;
import io.subpixel.trainer.Loss;
import io.subpixel.trainer.LossTerm;
import io.subpixel.trainer.OptimizerOptions;
import io.subpixel.trainer.Schedule;
import io.subpixel.trainer.internal.data.Batch;
import io.subpixel.trainer.internal.program.GradientProgram;
import io.subpixel.trainer.network.Network;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One step of training: the loss and its gradients in one pass, then the optimiser; of an
 * adversarial training, then the same for the discriminator. It stands in for {@code SameDiff.fit},
 * which in M2.1 takes longer and reports a loss of 0.
 */
public final class TrainingStep {
  /** The name under which a discriminator's loss is told. */
  public static final String DISCRIMINATOR = "discriminator";

  static final String GRADIENTS = "grad";

  private final SameDiff graph;
  private final Parameters parameters;
  private final Optimizer optimizer;
  private final GradientProgram program;
  private final List<GradientProgram> before = new ArrayList<>();
  private final @Nullable Adversary adversary;
  private final double adversarysPart;
  private final INDArray kept;
  private final INDArray lr;
  private final INDArray hr;
  private final INDArray loss = Nd4j.create(DataType.FLOAT);
  private final Map<String, INDArray> terms = new LinkedHashMap<>();
  private final Map<String, Double> losses = new LinkedHashMap<>();

  /**
   * Prepares the step of a loss that needs no other network.
   *
   * @param graph a network; it gains labels and loss
   * @param lrShape {@code [N,C,P,P]}
   */
  public TrainingStep(
      SameDiff graph, Loss loss, OptimizerOptions options, long[] lrShape, int scale) {
    this(
        graph,
        new Objective(loss, 1e-3, Schedule.CONSTANT, options, null, null, null),
        LossNetworks.NONE,
        lrShape,
        scale,
        0);
  }

  /**
   * Prepares the step.
   *
   * @param graph a network; it gains labels and loss
   * @param networks for the losses that need them
   * @param lrShape {@code [N,C,P,P]}
   * @param seed of a discriminator's first weights
   */
  public TrainingStep(
      SameDiff graph,
      Objective objective,
      LossNetworks networks,
      long[] lrShape,
      int scale,
      long seed) {
    this.graph = graph;
    Loss sum = objective.loss();
    long[] hrShape = {lrShape[0], lrShape[1], lrShape[2] * scale, lrShape[3] * scale};
    lr = Nd4j.create(DataType.FLOAT, lrShape);
    hr = Nd4j.create(DataType.FLOAT, hrShape);
    INDArray sr = Nd4j.create(DataType.FLOAT, hrShape);
    Map<String, INDArray> placeholders = new LinkedHashMap<>();
    placeholders.put(Network.LR, lr);
    placeholders.put(LossGraph.HR, hr);
    LossGraph.add(graph, sum, networks.squeezeNet(), scale, hrShape);
    parameters = new Parameters(graph);
    optimizer = new Optimizer(objective.optimizer(), parameters, Optimizer.MOMENTUM);
    kept = parameters.values().dup();
    Map<String, INDArray> variables = new LinkedHashMap<>(parameters.variables());
    if (sum.has(LossTerm.LDL)) {
      INDArray averagedSr = Nd4j.create(DataType.FLOAT, hrShape);
      placeholders.put(LossGraph.AVERAGED_SR, averagedSr);
      before.add(upscaling(graph, parameters.views(optimizer.result()), averagedSr));
    }
    Teacher teacher = networks.teacher();
    if (sum.has(LossTerm.TEACHER) && teacher != null) {
      INDArray teachersSr = Nd4j.create(DataType.FLOAT, hrShape);
      placeholders.put(LossGraph.TEACHERS_SR, teachersSr);
      SameDiff other = teacher.graph();
      before.add(upscaling(other, new Parameters(other).variables(), teachersSr));
    }
    Map<String, INDArray> others = new LinkedHashMap<>();
    if (sum.has(LossTerm.ADVERSARIAL)) {
      adversary = new Adversary(hr, sr, seed);
      variables.putAll(adversary.variables());
      others.put(Network.SR, sr);
    } else {
      adversary = null;
    }
    Double adversarysRate = objective.discriminatorLearningRate();
    adversarysPart = adversarysRate == null ? 0 : adversarysRate / objective.learningRate();
    LossGraph.terms(sum)
        .forEach(
            (id, name) -> {
              INDArray value = Nd4j.create(DataType.FLOAT);
              terms.put(id, value);
              others.put(name, value);
            });
    others.put(LossGraph.NAME, loss);
    graph.createGradFunction();
    program =
        new GradientProgram(
            graph.getFunction(GRADIENTS),
            placeholders,
            variables,
            parameters.results(graph, others));
  }

  /** Makes SR of the batch's LR by a graph with these weights. */
  private GradientProgram upscaling(SameDiff other, Map<String, INDArray> weights, INDArray sr) {
    return new GradientProgram(other, Map.of(Network.LR, lr), weights, Map.of(Network.SR, sr));
  }

  /**
   * Changes the weights, not yet the graph's.
   *
   * @param learningRate the network's; a discriminator's follows it
   * @return the loss before the change
   */
  public double apply(Batch batch, double learningRate) {
    copy(batch);
    before.forEach(GradientProgram::run);
    if (adversary != null) {
      adversary.normalise();
    }
    program.run();
    optimizer.update(learningRate);
    terms.forEach((id, value) -> losses.put(id, (double) value.getFloat(0)));
    if (adversary != null) {
      losses.put(DISCRIMINATOR, adversary.learn(learningRate * adversarysPart));
    }
    return loss.getFloat(0);
  }

  /**
   * What the last step's loss consists of: each term of a loss with several, before its weight, by
   * its id; and the loss of a discriminator.
   */
  public Map<String, Double> losses() {
    return losses;
  }

  /** Gives the graph the weights that the steps so far have led to. */
  public void publish() {
    publish(graph);
  }

  /** Gives another graph of the same network the weights that the steps so far have led to. */
  void publish(SameDiff other) {
    parameters.publish(optimizer.result(), other);
  }

  /** Remembers the weights that the steps so far have led to. */
  void keep() {
    kept.assign(optimizer.result());
  }

  /** Gives a graph the weights that were kept last; those of the beginning if none were. */
  void publishKept(SameDiff other) {
    parameters.publish(kept, other);
  }

  /** All that the next steps depend on, by name, each {@code [P]}; the arrays themselves. */
  Map<String, INDArray> state() {
    Map<String, INDArray> state = optimizer.state();
    state.put("kept", kept);
    if (adversary != null) {
      state.putAll(adversary.state());
    }
    return state;
  }

  /** Goes on after so many updates, once {@link #state()} has been filled. */
  void resumeAt(int updates) {
    optimizer.resumeAt(updates);
    if (adversary != null) {
      adversary.resumeAt(updates);
    }
  }

  /**
   * Takes so many steps and says where their time goes: {@code batch} is its copying, {@code
   * optimizer} the change of the weights, {@code discriminator} the step of one, the rest the calls
   * between them, in their order.
   */
  public List<GradientProgram.Timing> profile(Batch batch, double learningRate, int steps) {
    double copying = 0;
    double updating = 0;
    double learning = 0;
    Map<String, Double> calls = new LinkedHashMap<>();
    for (int i = 0; i < steps; i++) {
      long start = System.nanoTime();
      copy(batch);
      copying += (System.nanoTime() - start) / 1e6;
      for (GradientProgram.Timing timing : program.profile()) {
        calls.merge(timing.call(), timing.milliseconds(), Double::sum);
      }
      start = System.nanoTime();
      optimizer.update(learningRate);
      updating += (System.nanoTime() - start) / 1e6;
      if (adversary != null) {
        start = System.nanoTime();
        adversary.normalise();
        adversary.learn(learningRate * adversarysPart);
        learning += (System.nanoTime() - start) / 1e6;
      }
    }
    List<GradientProgram.Timing> timings = new ArrayList<>();
    timings.add(new GradientProgram.Timing("batch", copying / steps));
    calls.forEach((call, sum) -> timings.add(new GradientProgram.Timing(call, sum / steps)));
    timings.add(new GradientProgram.Timing("optimizer", updating / steps));
    if (adversary != null) {
      timings.add(new GradientProgram.Timing(DISCRIMINATOR, learning / steps));
    }
    return timings;
  }

  private void copy(Batch batch) {
    lr.data().asNioFloat().put(batch.lr());
    hr.data().asNioFloat().put(batch.hr());
  }
}
