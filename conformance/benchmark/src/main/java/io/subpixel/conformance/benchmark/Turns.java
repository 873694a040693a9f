package io.subpixel.conformance.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Interleaves parties, so that background load affects all of them equally. */
final class Turns {
  private Turns() {}

  /** A contender whose turns are timed. */
  @FunctionalInterface
  interface Party {
    /** Runs once and returns the milliseconds that it took. */
    double turn() throws IOException;
  }

  /** Work that is timed as a whole. */
  @FunctionalInterface
  interface Work {
    void run() throws IOException;
  }

  /** A party that is timed as a whole. */
  static Party of(Work work) {
    return () -> {
      long start = System.nanoTime();
      work.run();
      return (System.nanoTime() - start) / 1e6;
    };
  }

  /**
   * Runs all parties in turns.
   *
   * @param rounds how many turns each party gets after one that doesn't count
   * @param progress called after each round
   * @return the median of each one's milliseconds
   */
  static List<Double> medians(int rounds, List<? extends Party> parties, Runnable progress)
      throws IOException {
    return take(rounds, parties, progress).stream().map(Turns::median).toList();
  }

  /** Runs all parties in turns and returns all times of each, in milliseconds. */
  static List<List<Double>> take(int rounds, List<? extends Party> parties, Runnable progress)
      throws IOException {
    List<List<Double>> times = new ArrayList<>();
    parties.forEach(party -> times.add(new ArrayList<>()));
    for (int round = 0; round <= rounds; round++) {
      for (int i = 0; i < parties.size(); i++) {
        double time = parties.get(i).turn();
        if (round > 0) {
          times.get(i).add(time);
        }
      }
      progress.run();
    }
    return times;
  }

  static double median(List<Double> values) {
    return quantile(values, 0.5);
  }

  /** A quantile by linear interpolation. */
  static double quantile(List<Double> values, double part) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double at = part * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
