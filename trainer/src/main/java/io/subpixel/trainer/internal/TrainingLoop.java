package io.subpixel.trainer.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.trainer.FitListener;
import io.subpixel.trainer.FitOptions;
import io.subpixel.trainer.history.Epoch;
import io.subpixel.trainer.history.History;
import io.subpixel.trainer.internal.data.Batch;
import io.subpixel.trainer.internal.data.PatchLoader;
import io.subpixel.trainer.internal.report.Comparison;
import io.subpixel.trainer.internal.report.RunResult;
import io.subpixel.trainer.internal.validation.Measurement;
import io.subpixel.trainer.internal.validation.Validator;
import io.subpixel.trainer.network.Network;
import io.subpixel.zoo.ModelCard;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** Step by step and epoch by epoch, with what has to be saved in between. */
public final class TrainingLoop {
  private static final long REPORT_NANOS = 30_000_000_000L;
  private static final Checkpoint.Position BEGINNING =
      new Checkpoint.Position(0, 1, 0, 0, 0, 0, 0, 0, Map.of());

  private final FitOptions options;
  private final RunStore store;
  private final FitListener listener;
  private final Validator validator;
  private final Network network;
  private final TrainingStep step;
  private final CardMaker cards;
  private final List<Epoch> history = new ArrayList<>();
  private Checkpoint.Position position = BEGINNING;
  private long reported = System.nanoTime();

  /** Prepares a loop from the first step. */
  public TrainingLoop(
      FitOptions options,
      RunStore store,
      FitListener listener,
      Validator validator,
      Network network,
      TrainingStep step,
      CardMaker cards) {
    this.options = options;
    this.store = store;
    this.listener = listener;
    this.validator = validator;
    this.network = network;
    this.step = step;
    this.cards = cards;
  }

  /** Saves what there is, so that a place that can't be written to shows before hours of work. */
  public void begin() throws IOException {
    store.writeSettings(options);
    ModelCard card = cards.card(0);
    store.save(network.graph(), card);
    sample(0, 0, card);
  }

  /** Goes back to where the run's checkpoint was written; to the beginning if none was. */
  public void resume() throws IOException {
    Optional<Checkpoint.Position> saved = store.restore(step.state());
    if (saved.isEmpty()) {
      begin();
      return;
    }
    position = saved.get();
    step.resumeAt(position.updates());
    // Of an epoch that ended after the checkpoint, the steps come again.
    for (Epoch epoch : store.history()) {
      if (epoch.epoch() < position.epoch()) {
        history.add(epoch);
      }
    }
  }

  /** Returns the position of the first batch. */
  public Checkpoint.Position position() {
    return position;
  }

  /**
   * The end of a training.
   *
   * @param card the card of the weights that the graph now has
   */
  public record Result(ModelCard card, List<Epoch> history) {
    /** Copies the list. */
    public Result {
      history = List.copyOf(history);
    }
  }

  /**
   * Trains to the end.
   *
   * @throws CancellationException if the listener cancels
   */
  public Result run(PatchLoader loader, long checkpointNanos)
      throws IOException, InterruptedException {
    Progress progress = new Progress(options, listener, position);
    long saved = System.nanoTime();
    // A clock may run out before the first step; a run without an epoch would leave nothing.
    boolean done = progress.isDone() && !history.isEmpty();
    while (!done) {
      if (listener.isCancelled()) {
        store.writeCheckpoint(progress.position(), step.state());
        throw new CancellationException("training cancelled after step " + progress.updates());
      }
      long asked = System.nanoTime();
      Batch batch = loader.next();
      progress.waitedSince(asked);
      double loss = step.apply(batch, progress.learningRate());
      double discriminators = step.losses().getOrDefault(TrainingStep.DISCRIMINATOR, 0.0);
      if (!Double.isFinite(loss) || !Double.isFinite(discriminators)) {
        throw new InvalidInputException(
            "step " + (progress.updates() + 1),
            "a finite loss (try a lower learning rate or gradient clipping)",
            String.valueOf(Double.isFinite(loss) ? discriminators : loss));
      }
      progress.stepDone(loss, step.losses());
      // Asked once: between two answers time may run out, and the epoch would never be ended.
      done = progress.isDone();
      boolean epochEnds = batch.endsEpoch() || done;
      if (epochEnds) {
        endEpoch(progress);
        if (batch.endsEpoch()) {
          progress.nextEpoch();
        }
      }
      if (epochEnds || System.nanoTime() - saved > checkpointNanos) {
        store.writeCheckpoint(progress.position(), step.state());
        saved = System.nanoTime();
      }
      progress.pauseOver();
    }
    step.publishKept(network.graph());
    ModelCard card = cards.card(keptEpoch().steps());
    List<Measurement> measured = validator.measure(card, new SameDiffNetwork(network.graph()));
    report(card, measured);
    return new Result(scored(card, measured), history);
  }

  private void endEpoch(Progress progress) throws IOException {
    step.publish(network.graph());
    ModelCard card = cards.card(progress.updates());
    List<Measurement> measured = validator.measure(card, new SameDiffNetwork(network.graph()));
    Epoch epoch = progress.summary(measured.stream().map(Measurement::mean).toList());
    history.add(epoch);
    if (keptEpoch().epoch() == epoch.epoch()) {
      step.keep();
      store.save(network.graph(), scored(card, measured));
      if (System.nanoTime() - reported > REPORT_NANOS) {
        report(card, measured);
        reported = System.nanoTime();
      }
    }
    sample(epoch.epoch(), epoch.steps(), card);
    store.writeHistory(history);
    listener.epoch(epoch);
  }

  /** The epoch whose weights the run leaves, as far as it is known. */
  private Epoch keptEpoch() {
    Epoch last = history.get(history.size() - 1);
    return options.keep() == FitOptions.Keep.LAST ? last : History.best(history).orElse(last);
  }

  private void sample(int epoch, long steps, ModelCard card) throws IOException {
    store.sample(epoch, steps, () -> gallery(card));
  }

  private List<Comparison> gallery(ModelCard card) throws IOException {
    return Comparison.gallery(validator.sets(), card, new SameDiffNetwork(network.graph()));
  }

  private void report(ModelCard card, List<Measurement> measured) throws IOException {
    store.report(
        () ->
            new RunResult(
                scored(card, measured), Settings.table(options), history, measured, gallery(card)));
  }

  private static ModelCard scored(ModelCard card, List<Measurement> measured) {
    return card.withScores(measured.stream().map(Measurement::score).toList());
  }
}
