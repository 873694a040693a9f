package io.subpixel.trainer.training;

import static java.util.Objects.requireNonNull;

import io.subpixel.trainer.data.Batch;
import io.subpixel.trainer.network.Network;
import io.subpixel.trainer.program.GradientProgram;
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
  private final INDArray lr;
  private final INDArray hr;
  private final INDArray loss;

  /**
   * Prepares the step.
   *
   * @param graph a network; it gains labels and loss
   * @param batch N, patches a step
   * @param channels C
   * @param patch LR side of a patch
   */
  public TrainingStep(
      SameDiff graph, Loss loss, OptimizerOptions options, int batch, int channels, int patch, int scale) {
    int side = patch * scale;
    loss.add(graph, batch, channels, side, side);
    parameters = new Parameters(graph);
    optimizer = new Optimizer(options, parameters);
    graph.createGradFunction();
    lr = Nd4j.create(DataType.FLOAT, batch, channels, patch, patch);
    hr = Nd4j.create(DataType.FLOAT, batch, channels, side, side);
    this.loss = Nd4j.create(DataType.FLOAT);
    Map<String, INDArray> results = new LinkedHashMap<>();
    parameters
        .gradientsByVariable()
        .forEach(
            (name, gradient) ->
                results.put(requireNonNull(graph.getVariable(name).getGradient()).name(), gradient));
    results.put(Loss.NAME, this.loss);
    program =
        new GradientProgram(
            graph.getFunction(GRADIENTS),
            Map.of(Network.LR, lr, Loss.HR, hr),
            parameters.variables(),
            results);
  }

  /**
   * Changes the weights, not yet the graph's.
   *
   * @return the loss before the change
   */
  public double apply(Batch batch, double learningRate) {
    lr.data().asNioFloat().put(batch.lr());
    hr.data().asNioFloat().put(batch.hr());
    program.run();
    optimizer.update(learningRate);
    return loss.getFloat(0);
  }

  /** Gives the graph the weights that the steps so far have led to. */
  public void publish() {
    parameters.publish(optimizer.result());
  }

  /** Where the time of a pass goes, the optimiser's left out. */
  public List<GradientProgram.Timing> profile(int runs) {
    return program.profile(runs);
  }

  Optimizer optimizer() {
    return optimizer;
  }
}
