package io.subpixel.conformance.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Parties in turns, so that whatever else the machine does slows all of them. */
final class Turns {
  private Turns() {}

  /** What takes its turn. */
  @FunctionalInterface
  interface Party {
    /** Does it once, and says how many milliseconds that took. */
    double turn() throws IOException;
  }

  /** What is timed here. */
  @FunctionalInterface
  interface Work {
    void run() throws IOException;
  }

  /** A party whose time is that of its whole work. */
  static Party of(Work work) {
    return () -> {
      long start = System.nanoTime();
      work.run();
      return (System.nanoTime() - start) / 1e6;
    };
  }

  /**
   * Lets each take its turn, again and again.
   *
   * @param rounds how many turns each gets, beside one that doesn't count
   * @param progress is told each round that is done
   * @return the median of each one's milliseconds
   */
  static List<Double> medians(int rounds, List<? extends Party> parties, Runnable progress)
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
    return times.stream().map(Turns::median).toList();
  }

  static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
