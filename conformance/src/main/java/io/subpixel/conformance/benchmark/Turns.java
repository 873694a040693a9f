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
    return take(rounds, parties, progress).stream().map(Turns::median).toList();
  }

  /** As above, with all of each one's milliseconds. */
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

  /** Between two values, by how near it is to either. */
  static double quantile(List<Double> values, double part) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double at = part * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
