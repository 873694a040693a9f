package io.subpixel.trainer.internal;

import io.subpixel.trainer.FitOptions;
import io.subpixel.trainer.history.Epoch;
import io.subpixel.trainer.internal.report.Comparison;
import io.subpixel.trainer.internal.report.RunResult;
import io.subpixel.zoo.ModelCard;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Keeps what a training saves on its way. By itself, it keeps nothing. */
public interface RunStore {
  /** Keeps nothing. */
  RunStore NONE = new RunStore() {};

  /** Makes a result to report. */
  @FunctionalInterface
  interface Results {
    /**
     * Makes it.
     *
     * @throws IOException if a validation image has to be read again and can't be
     */
    RunResult make() throws IOException;
  }

  /** Makes what the network makes of some details. */
  @FunctionalInterface
  interface Gallery {
    /**
     * Makes it.
     *
     * @throws IOException if a validation image has to be read again and can't be
     */
    List<Comparison> make() throws IOException;
  }

  /** Saves the settings. */
  default void writeSettings(FitOptions options) throws IOException {}

  /** Saves model and card. */
  default void save(SameDiff graph, ModelCard card) throws IOException {}

  /** Saves the epochs so far. */
  default void writeHistory(List<Epoch> epochs) throws IOException {}

  /** Saves the point to resume from. */
  default void writeCheckpoint(Checkpoint.Position position, Map<String, INDArray> state)
      throws IOException {}

  /**
   * Saves what the network makes of some details, if it is time to.
   *
   * @param epoch that has ended; 0 at the beginning
   */
  default void sample(int epoch, long steps, Gallery gallery) throws IOException {}

  /** Saves the report. */
  default void report(Results results) throws IOException {}

  /** Returns the epochs that were saved; none if there is no history yet. */
  default List<Epoch> history() throws IOException {
    return List.of();
  }

  /** Fills the state from the checkpoint, if there is one. */
  default Optional<Checkpoint.Position> restore(Map<String, INDArray> state) throws IOException {
    return Optional.empty();
  }
}
