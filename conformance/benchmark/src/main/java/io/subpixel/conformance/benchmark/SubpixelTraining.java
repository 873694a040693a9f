package io.subpixel.conformance.benchmark;

import io.subpixel.trainer.Loss;
import io.subpixel.trainer.LossTerm;
import io.subpixel.trainer.OptimizerOptions;
import io.subpixel.trainer.internal.TrainingStep;
import io.subpixel.trainer.internal.data.Batch;
import io.subpixel.trainer.internal.program.GradientProgram.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SameDiff;

/** A step of {@code trainer fit}, including the copy of the batch to ND4J. */
final class SubpixelTraining implements Contender {
  private final SameDiff graph;
  private final TrainingStep step;
  private final Batch batch;

  SubpixelTraining(Task task) {
    graph = task.build().graph();
    batch = new Batch(task.lr(), task.hr(), 1, false);
    step =
        new TrainingStep(
            graph,
            Loss.of(LossTerm.MSE),
            new OptimizerOptions(0, 0, 0),
            task.lrShape(),
            task.scale());
  }

  @Override
  public String name() {
    return "Subpixel";
  }

  @Override
  public Turn steps(int count) {
    List<Double> milliseconds = new ArrayList<>();
    List<Double> losses = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long start = System.nanoTime();
      losses.add(step.apply(batch, Task.LEARNING_RATE));
      milliseconds.add((System.nanoTime() - start) / 1e6);
    }
    return new Turn(milliseconds, losses);
  }

  @Override
  public Map<String, float[]> weights() {
    step.publish();
    return Task.weights(graph);
  }

  List<Timing> profile(int runs) {
    return step.profile(batch, Task.LEARNING_RATE, runs);
  }
}
