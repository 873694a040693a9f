package io.subpixel.trainer.training;

import static java.util.Objects.requireNonNull;

import io.subpixel.trainer.data.Batch;
import io.subpixel.trainer.data.PatchOptions;
import io.subpixel.trainer.network.Architecture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.api.OutAndGrad;
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
  private final SameDiff graph;
  private final PatchOptions options;
  private final Adam adam;
  private final List<String> trained = new ArrayList<>();
  private final List<AdamUpdater> updaters = new ArrayList<>();
  private int iteration;

  TrainingStep(SameDiff graph, PatchOptions options) {
    this.graph = graph;
    this.options = options;
    this.adam = new Adam();
    for (SDVariable variable : graph.variables()) {
      if (variable.getVariableType() == VariableType.VARIABLE) {
        INDArray values = variable.getArr();
        AdamUpdater updater = new AdamUpdater(adam);
        updater.setStateViewArray(
            Nd4j.zeros(values.dataType(), 1, adam.stateSize(values.length())),
            values.shape(),
            'c',
            true);
        trained.add(variable.name());
        updaters.add(updater);
      }
    }
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
    OutAndGrad result =
        graph.calculateGradientsAndOutputs(placeholders, List.of(Architecture.LOSS), trained);
    for (int i = 0; i < trained.size(); i++) {
      INDArray gradient = requireNonNull(result.getGradients().get(trained.get(i)));
      updaters.get(i).applyUpdater(gradient, iteration, 0);
      graph.getVariable(trained.get(i)).getArr().subi(gradient);
      gradient.close();
    }
    iteration++;
    double loss = requireNonNull(result.getOutputs().get(Architecture.LOSS)).getDouble(0);
    placeholders.values().forEach(INDArray::close);
    return loss;
  }

  private INDArray array(float[] values, int side) {
    return Nd4j.createFromArray(values).reshape(options.batch(), 1, side, side);
  }
}
