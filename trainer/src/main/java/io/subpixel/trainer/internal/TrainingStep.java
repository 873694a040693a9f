package io.subpixel.trainer.internal;

import static java.util.Objects.requireNonNull;

import io.subpixel.trainer.Loss;
import io.subpixel.trainer.OptimizerOptions;
import io.subpixel.trainer.internal.data.Batch;
import io.subpixel.trainer.internal.program.GradientProgram;
import io.subpixel.trainer.network.Network;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One step of training: the loss and its gradients in one pass, then the optimiser. It stands in
 * for {@code SameDiff.fit}, which in M2.1 takes longer and reports a loss of 0.
 */
public final class TrainingStep {
  private static final String GRADIENTS = "grad";

  private final Parameters parameters;
  private final Optimizer optimizer;
  private final GradientProgram program;
  private final INDArray kept;
  private final INDArray lr;
  private final INDArray hr;
  private final INDArray loss;

  /**
   * Prepares the step.
   *
   * @param graph a network; it gains labels and loss
   * @param lrShape {@code [N,C,P,P]}
   */
  public TrainingStep(
      SameDiff graph, Loss loss, OptimizerOptions options, long[] lrShape, int scale) {
    long[] hrShape = {lrShape[0], lrShape[1], lrShape[2] * scale, lrShape[3] * scale};
    LossGraph.add(graph, loss, hrShape);
    parameters = new Parameters(graph);
    optimizer = new Optimizer(options, parameters);
    kept = parameters.values().dup();
    graph.createGradFunction();
    lr = Nd4j.create(DataType.FLOAT, lrShape);
    hr = Nd4j.create(DataType.FLOAT, hrShape);
    this.loss = Nd4j.create(DataType.FLOAT);
    Map<String, INDArray> results = new LinkedHashMap<>();
    parameters
        .gradientsByVariable()
        .forEach(
            (name, gradient) ->
                results.put(
                    requireNonNull(graph.getVariable(name).getGradient()).name(), gradient));
    results.put(LossGraph.NAME, this.loss);
    program =
        new GradientProgram(
            graph.getFunction(GRADIENTS),
            Map.of(Network.LR, lr, LossGraph.HR, hr),
            parameters.variables(),
            results);
  }

  /**
   * Changes the weights, not yet the graph's.
   *
   * @return the loss before the change
   */
  public double apply(Batch batch, double learningRate) {
    copy(batch);
    program.run();
    optimizer.update(learningRate);
    return loss.getFloat(0);
  }

  /** Gives the graph the weights that the steps so far have led to. */
  public void publish() {
    parameters.publish(optimizer.result());
  }

  /** Remembers the weights that the steps so far have led to. */
  void keep() {
    kept.assign(optimizer.result());
  }

  /** Gives the graph the weights that were kept last; those of the beginning if none were. */
  void publishKept() {
    parameters.publish(kept);
  }

  /** All that the next steps depend on, by name, each {@code [P]}; the arrays themselves. */
  Map<String, INDArray> state() {
    Map<String, INDArray> state = optimizer.state();
    state.put("kept", kept);
    return state;
  }

  /** Goes on after so many updates, once {@link #state()} has been filled. */
  void resumeAt(int updates) {
    optimizer.resumeAt(updates);
  }

  /**
   * Takes so many steps and says where their time goes: {@code batch} is its copying, {@code
   * optimizer} the change of the weights, the rest the calls between them, in their order.
   */
  public List<GradientProgram.Timing> profile(Batch batch, double learningRate, int steps) {
    double copying = 0;
    double updating = 0;
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
    }
    List<GradientProgram.Timing> timings = new ArrayList<>();
    timings.add(new GradientProgram.Timing("batch", copying / steps));
    calls.forEach((call, sum) -> timings.add(new GradientProgram.Timing(call, sum / steps)));
    timings.add(new GradientProgram.Timing("optimizer", updating / steps));
    return timings;
  }

  private void copy(Batch batch) {
    lr.data().asNioFloat().put(batch.lr());
    hr.data().asNioFloat().put(batch.hr());
  }
}
