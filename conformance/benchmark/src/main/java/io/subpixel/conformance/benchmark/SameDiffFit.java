package io.subpixel.conformance.benchmark;

import io.subpixel.trainer.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** {@code SameDiff.fit}, a data set at each call, which doesn't report the loss in M2.1. */
final class SameDiffFit implements Contender {
  private static final String HR = "hr";

  private final SameDiff graph;
  private final DataSet batch;

  SameDiffFit(Task task) {
    graph = task.build().graph();
    SDVariable hr = graph.placeHolder(HR, DataType.FLOAT, task.hrShape());
    graph.loss().meanSquaredError("loss", hr, graph.getVariable(Network.SR), null);
    graph.setLossVariables("loss");
    graph.setTrainingConfig(
        TrainingConfig.builder()
            .updater(new Adam(Task.LEARNING_RATE))
            .dataSetFeatureMapping(Network.LR)
            .dataSetLabelMapping(HR)
            .build());
    batch =
        new DataSet(
            Nd4j.createFromArray(task.lr()).reshape(task.lrShape()),
            Nd4j.createFromArray(task.hr()).reshape(task.hrShape()));
  }

  @Override
  public String name() {
    return "SameDiff.fit";
  }

  @Override
  public Turn steps(int count) {
    List<Double> milliseconds = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long start = System.nanoTime();
      graph.fit(batch);
      milliseconds.add((System.nanoTime() - start) / 1e6);
    }
    return new Turn(milliseconds, List.of());
  }

  @Override
  public Map<String, float[]> weights() {
    return Task.weights(graph);
  }
}
