package io.subpixel.trainer.history;

import java.time.Duration;
import java.util.List;

/**
 * The sums over a history.
 *
 * @param epochs how many
 * @param steps optimiser steps
 * @param time from the start, validation included
 * @param samplesPerSecond patches trained in a second, validation left out; NaN without an epoch
 * @param waitShare 0..1, the part of the training time spent waiting for data; NaN without an epoch
 * @since 0.1
 */
public record Totals(
    int epochs, long steps, Duration time, double samplesPerSecond, double waitShare) {

  /** Adds up what is in a history; epochs count by the time that they trained. */
  public static Totals of(List<Epoch> history) {
    long stepsBefore = 0;
    double work = 0;
    double busy = 0;
    double waited = 0;
    for (Epoch epoch : history) {
      // Patches in units of a batch, seconds in units of its seconds: the batch's size cancels.
      double steps = epoch.steps() - stepsBefore;
      double took = steps / epoch.samplesPerSecond();
      stepsBefore = epoch.steps();
      work += steps;
      busy += took;
      waited += epoch.waitShare() * took;
    }
    double seconds = history.isEmpty() ? 0 : history.get(history.size() - 1).seconds();
    return new Totals(
        history.size(),
        stepsBefore,
        Duration.ofMillis(Math.round(1e3 * seconds)),
        work / busy,
        waited / busy);
  }
}
