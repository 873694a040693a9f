package io.subpixel.trainer.training;

import io.subpixel.trainer.history.Epoch;
import io.subpixel.trainer.history.Quality;
import java.time.Duration;
import java.util.List;

/** How far training is: counts steps, times them, and says when it is over. */
final class Progress {
  private static final double LAST_LEARNING_RATE = 0.01;
  private static final double SMOOTHING = 0.05;

  private final FitOptions options;
  private final FitListener listener;
  private final long start = System.nanoTime();
  private int epoch;
  private long steps;
  private long stepsBefore;
  private long stepsPerEpoch;
  private long epochStart;
  private long lastStep;
  private double lossSum;
  private double waited;
  private double secondsPerStep = Double.NaN;

  Progress(FitOptions options, FitListener listener) {
    this.options = options;
    this.listener = listener;
  }

  int epoch() {
    return epoch;
  }

  long steps() {
    return steps;
  }

  long epochSteps() {
    return steps - stepsBefore;
  }

  boolean isDone() {
    return done() >= 1;
  }

  /**
   * A cosine from the first learning rate to a hundredth of it (after Loshchilov and Hutter, arXiv
   * 1608.03983).
   */
  double learningRate() {
    double cosine = 0.5 * (1 + Math.cos(Math.PI * Math.min(done(), 1)));
    return options.learningRate() * (LAST_LEARNING_RATE + (1 - LAST_LEARNING_RATE) * cosine);
  }

  void startEpoch() {
    epoch++;
    stepsBefore = steps;
    lossSum = 0;
    waited = 0;
    epochStart = System.nanoTime();
    lastStep = epochStart;
  }

  /** How long the network waited for a batch. */
  void waitedSince(long nanos) {
    waited += seconds(nanos);
  }

  double epochSamplesPerSecond() {
    return epochSteps() * options.batch() / seconds(epochStart);
  }

  double epochWaitShare() {
    return Math.min(1, waited / seconds(epochStart));
  }

  Epoch endEpoch(double samplesPerSecond, double waitShare, List<Quality> validation) {
    stepsPerEpoch = epochSteps();
    return new Epoch(
        epoch,
        steps,
        seconds(start),
        learningRate(),
        lossSum / epochSteps(),
        samplesPerSecond,
        waitShare,
        validation);
  }

  void stepDone(double loss) {
    steps++;
    lossSum += loss;
    double took = seconds(lastStep);
    lastStep = System.nanoTime();
    secondsPerStep =
        Double.isNaN(secondsPerStep) ? took : secondsPerStep + SMOOTHING * (took - secondsPerStep);
    double done = done();
    double left = seconds(start) * (1 - done) / Math.max(done, 1e-9);
    listener.step(
        steps, loss, options.batch() / secondsPerStep, Duration.ofMillis((long) (1e3 * left)));
  }

  private double done() {
    // Within the first epoch its length isn't known yet.
    double part = stepsPerEpoch == 0 ? 0 : Math.min(1, (double) epochSteps() / stepsPerEpoch);
    double epochs = epoch == 0 ? 0 : epoch - 1 + part;
    return options.length().done(steps, epochs, Duration.ofNanos(System.nanoTime() - start));
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
