package io.subpixel.trainer.internal;

import io.subpixel.trainer.FitListener;
import io.subpixel.trainer.FitOptions;
import io.subpixel.trainer.history.Epoch;
import io.subpixel.trainer.history.Quality;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts and times steps, and decides when training is over. */
final class Progress {
  private static final double SMOOTHING = 0.05;

  /** Adam's first steps go astray at the rates that later train best. */
  private static final int WARM_UP = 200;

  /** Of a training so short that the warm-up would be much of it. */
  private static final double MAX_WARM_UP = 0.1;

  private final FitOptions options;
  private final FitListener listener;
  private final double secondsBefore;
  private final long start = System.nanoTime();
  private int updates;
  private int epoch;
  private int batches;
  private int stepsPerEpoch;
  private double epochSeconds;
  private double waitSeconds;
  private double lossSum;
  private final Map<String, Double> lossSums = new LinkedHashMap<>();
  private long lastStep = start;
  private double secondsPerStep = Double.NaN;

  /** Resumes from a position. */
  Progress(FitOptions options, FitListener listener, Checkpoint.Position position) {
    this.options = options;
    this.listener = listener;
    secondsBefore = position.seconds();
    updates = position.updates();
    epoch = position.epoch();
    batches = position.batches();
    stepsPerEpoch = position.stepsPerEpoch();
    epochSeconds = position.epochSeconds();
    waitSeconds = position.waitSeconds();
    lossSum = position.lossSum();
    lossSums.putAll(position.lossSums());
  }

  /** Returns the position to resume from. */
  Checkpoint.Position position() {
    return new Checkpoint.Position(
        updates,
        epoch,
        batches,
        stepsPerEpoch,
        seconds(),
        epochSeconds,
        waitSeconds,
        lossSum,
        lossSums);
  }

  int updates() {
    return updates;
  }

  boolean isDone() {
    return done() >= 1;
  }

  double learningRate() {
    double warm = Math.min(1, Math.max((updates + 1.0) / WARM_UP, done() / MAX_WARM_UP));
    return warm * options.objective().learningRate() * options.objective().schedule().at(done());
  }

  /** The network waited for a batch since then. */
  void waitedSince(long nanos) {
    waitSeconds += (System.nanoTime() - nanos) / 1e9;
  }

  /**
   * A step is over.
   *
   * @param losses what its loss consists of
   */
  void stepDone(double loss, Map<String, Double> losses) {
    updates++;
    batches++;
    lossSum += loss;
    losses.forEach((name, value) -> lossSums.merge(name, value, Double::sum));
    long now = System.nanoTime();
    double took = (now - lastStep) / 1e9;
    lastStep = now;
    epochSeconds += took;
    secondsPerStep =
        Double.isNaN(secondsPerStep) ? took : secondsPerStep + SMOOTHING * (took - secondsPerStep);
    double done = done();
    double left = seconds() * Math.max(0, 1 - done) / Math.max(done, 1e-9);
    listener.step(
        updates,
        loss,
        options.loading().batch() / secondsPerStep,
        Duration.ofMillis((long) (1e3 * left)));
  }

  /** Excludes the time since the last step, spent on validation for instance, from the next. */
  void pauseOver() {
    lastStep = System.nanoTime();
  }

  /** The epoch's entry in the history, as it stands. */
  Epoch summary(List<Quality> validation) {
    Map<String, Double> means = new LinkedHashMap<>();
    lossSums.forEach((name, sum) -> means.put(name, sum / batches));
    return new Epoch(
        epoch,
        updates,
        seconds(),
        learningRate(),
        lossSum / batches,
        means,
        batches * options.loading().batch() / epochSeconds,
        Math.min(1, waitSeconds / epochSeconds),
        validation);
  }

  void nextEpoch() {
    stepsPerEpoch = batches;
    epoch++;
    batches = 0;
    epochSeconds = 0;
    waitSeconds = 0;
    lossSum = 0;
    lossSums.clear();
  }

  private double done() {
    // Within the first epoch its length isn't known yet.
    double part = stepsPerEpoch == 0 ? 0 : Math.min(1, (double) batches / stepsPerEpoch);
    double amount = options.length().amount();
    return switch (options.length().unit()) {
      case STEPS -> updates / amount;
      case EPOCHS -> (epoch - 1 + part) / amount;
      case MINUTES -> seconds() / 60 / amount;
    };
  }

  private double seconds() {
    return secondsBefore + (System.nanoTime() - start) / 1e9;
  }
}
