package io.subpixel.trainer.training;

import static java.util.Objects.requireNonNull;

import io.subpixel.trainer.data.Batch;
import io.subpixel.trainer.data.PatchOptions;
import io.subpixel.trainer.network.Architecture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.InferenceSession;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.AdamUpdater;
import org.nd4j.linalg.learning.config.Adam;

/**
 * One step of training: the loss and its gradients in one pass, then Adam (Kingma and Ba, arXiv
 * 1412.6980). It stands in for {@code SameDiff.fit}, which in M2.1 never computes the loss itself
 * and reports 0 for it.
 */
final class TrainingStep {
  private static final String GRADIENTS = "grad";

  private final PatchOptions options;
  private final Adam adam = new Adam();
  private final List<Trained> trained = new ArrayList<>();
  private final List<String> wanted = new ArrayList<>();
  private final InferenceSession session;
  private int iteration;

  /** A variable, its gradient's name and its moments. */
  private record Trained(INDArray values, String gradient, AdamUpdater updater) {}

  TrainingStep(SameDiff graph, PatchOptions options) {
    this.options = options;
    graph.createGradFunction();
    for (SDVariable variable : graph.variables()) {
      if (variable.getVariableType() == VariableType.VARIABLE) {
        INDArray values = variable.getArr();
        AdamUpdater updater = new AdamUpdater(adam);
        updater.setStateViewArray(
            Nd4j.zeros(values.dataType(), 1, adam.stateSize(values.length())),
            values.shape(),
            'c',
            true);
        String gradient = variable.getGradient().name();
        trained.add(new Trained(values, gradient, updater));
        wanted.add(gradient);
      }
    }
    wanted.add(Architecture.LOSS);
    // One session for all steps, so that its arrays are used again:
    // calculateGradientsAndOutputs would allocate them anew each time.
    session = new InferenceSession(graph.getFunction(GRADIENTS));
  }

  /**
   * Changes the graph's weights.
   *
   * @return the loss before the change
   */
  double apply(Batch batch, double learningRate) {
    adam.setLearningRate(learningRate);
    Map<String, INDArray> placeholders =
        Map.of(
            Architecture.LR, array(batch.lr(), options.patch()),
            Architecture.HR, array(batch.hr(), options.patch() * options.scale()));
    Map<String, INDArray> results =
        session.output(
            wanted, placeholders, null, List.of(), List.of(), At.defaultAt(Operation.TRAINING));
    for (Trained variable : trained) {
      INDArray gradient = requireNonNull(results.get(variable.gradient));
      variable.updater.applyUpdater(gradient, iteration, 0);
      variable.values.subi(gradient);
    }
    iteration++;
    double loss = requireNonNull(results.get(Architecture.LOSS)).getDouble(0);
    results.values().forEach(INDArray::close);
    placeholders.values().forEach(INDArray::close);
    return loss;
  }

  private INDArray array(float[] values, int side) {
    return Nd4j.createFromArray(values)
        .reshape(options.batch(), options.colour().channels(), side, side);
  }
}
