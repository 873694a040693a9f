package io.subpixel.trainer.training;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.zoo.ModelCard;
import io.subpixel.trainer.data.Batch;
import io.subpixel.trainer.data.PatchLoader;
import io.subpixel.trainer.history.Epoch;
import io.subpixel.trainer.history.History;
import io.subpixel.trainer.network.Network;
import io.subpixel.trainer.network.SameDiffNetwork;
import io.subpixel.trainer.report.Comparison;
import io.subpixel.trainer.report.Report;
import io.subpixel.trainer.report.RunResult;
import io.subpixel.trainer.validation.Measurement;
import io.subpixel.trainer.validation.Validator;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** Step by step and epoch by epoch, with what has to be saved in between. */
final class TrainingLoop {
  private static final long REPORT_NANOS = 30_000_000_000L;
  private static final Checkpoint.Position BEGINNING =
      new Checkpoint.Position(0, 1, 0, 0, 0, 0, 0, 0);

  private final FitOptions options;
  private final RunFolder run;
  private final FitListener listener;
  private final Validator validator;
  private final Network network;
  private final TrainingStep step;
  private final CardMaker cards;
  private final List<Epoch> history = new ArrayList<>();
  private Checkpoint.Position position = BEGINNING;
  private long reported = System.nanoTime();

  TrainingLoop(
      FitOptions options,
      RunFolder run,
      FitListener listener,
      Validator validator,
      Network network,
      TrainingStep step,
      CardMaker cards) {
    this.options = options;
    this.run = run;
    this.listener = listener;
    this.validator = validator;
    this.network = network;
    this.step = step;
    this.cards = cards;
  }

  /** Saves what there is, so that a place that can't be written to shows before hours of work. */
  void begin() throws IOException {
    run.writeSettings(options);
    run.save(network.graph(), cards.card(0));
  }

  /** Goes back to where the run's checkpoint was written; to the beginning if none was. */
  void resume() throws IOException {
    if (!Files.exists(run.folder().resolve(Checkpoint.FILE_NAME))) {
      begin();
      return;
    }
    position = Checkpoint.read(run.folder(), step.state());
    step.resumeAt(position.updates());
    // Of an epoch that ended after the checkpoint, the steps come again.
    for (Epoch epoch : run.history()) {
      if (epoch.epoch() < position.epoch()) {
        history.add(epoch);
      }
    }
  }

  /** Where the first batch must be from. */
  Checkpoint.Position position() {
    return position;
  }

  List<Epoch> run(PatchLoader loader, long checkpointNanos)
      throws IOException, InterruptedException {
    Progress progress = new Progress(options, listener, position);
    long saved = System.nanoTime();
    // A clock may run out before the first step; a run without an epoch would leave nothing.
    boolean done = progress.isDone() && !history.isEmpty();
    while (!done) {
      long asked = System.nanoTime();
      Batch batch = loader.next();
      progress.waitedSince(asked);
      double loss = step.apply(batch, progress.learningRate());
      if (!Double.isFinite(loss)) {
        throw new InvalidInputException(
            "step " + (progress.updates() + 1),
            "a finite loss; a lower learning rate or clipped gradients may help",
            String.valueOf(loss));
      }
      progress.stepDone(loss);
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
        Checkpoint.write(run.folder(), progress.position(), step.state());
        saved = System.nanoTime();
      }
      progress.pauseOver();
    }
    step.publishKept();
    ModelCard card = cards.card(keptEpoch().steps());
    report(card, validator.measure(card, new SameDiffNetwork(network.graph())));
    return List.copyOf(history);
  }

  private void endEpoch(Progress progress) throws IOException {
    step.publish();
    ModelCard card = cards.card(progress.updates());
    List<Measurement> measured = validator.measure(card, new SameDiffNetwork(network.graph()));
    Epoch epoch = progress.summary(measured.stream().map(Measurement::mean).toList());
    history.add(epoch);
    if (keptEpoch().epoch() == epoch.epoch()) {
      step.keep();
      run.save(network.graph(), scored(card, measured));
      if (System.nanoTime() - reported > REPORT_NANOS) {
        report(card, measured);
        reported = System.nanoTime();
      }
    }
    History.write(run.folder(), history);
    listener.epoch(epoch);
  }

  /** The epoch whose weights the run leaves, as far as it is known. */
  private Epoch keptEpoch() {
    Epoch last = history.get(history.size() - 1);
    return options.keep() == FitOptions.Keep.LAST ? last : History.best(history).orElse(last);
  }

  private void report(ModelCard card, List<Measurement> measured) throws IOException {
    List<Comparison> gallery =
        Comparison.gallery(validator.sets(), card, new SameDiffNetwork(network.graph()));
    Report.write(
        run.folder(),
        new RunResult(scored(card, measured), Settings.table(options), history, measured, gallery));
  }

  private static ModelCard scored(ModelCard card, List<Measurement> measured) {
    return card.withScores(measured.stream().map(Measurement::score).toList());
  }
}
