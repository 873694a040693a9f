package io.subpixel.runtime.spark.internal;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * Packs pictures into partitions of about equal cost, the costliest pictures first. Spark starts
 * partitions in their order, so that small ones fill the gaps at the end.
 */
final class Packing {
  /** The last partitions that run are a thirtieth of a core's work. */
  private static final int PARTITIONS_PER_SLOT = 32;

  /** A lost task repeats no more than its rows, but a table of many tiny files is slow to read. */
  private static final int MAX_PICTURES = 1000;

  private static final int SORTED_PER_TASK = 20_000;

  private Packing() {}

  private static final class Numbers extends Partitioner {
    private static final long serialVersionUID = 1L;
    private final int count;

    Numbers(int count) {
      this.count = count;
    }

    @Override
    public int numPartitions() {
      return count;
    }

    @Override
    public int getPartition(Object key) {
      return Math.min((Integer) key, count - 1);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Numbers numbers && numbers.count == count;
    }

    @Override
    public int hashCode() {
      return count;
    }
  }

  /**
   * Packs pictures.
   *
   * @param open those to upscale
   * @param count how many they are
   * @param cost what they cost together
   * @param slots how many tasks run at once
   */
  static JavaPairRDD<Integer, Planned> pack(
      JavaRDD<Planned> open, long count, double cost, int slots) {
    double share = cost / (PARTITIONS_PER_SLOT * slots);
    int tasks = (int) Math.max(1, Math.min(count / SORTED_PER_TASK, 8L * slots));
    JavaRDD<Planned> sorted = open.sortBy(Planned::order, true, tasks);
    List<Double> weights =
        sorted.mapPartitions(part -> List.of(sum(part, share)).iterator()).collect();
    double[] starts = new double[weights.size() + 1];
    for (int i = 0; i < weights.size(); i++) {
      starts[i + 1] = starts[i] + weights.get(i);
    }
    int partitions = (int) Math.max(1, Math.ceil(starts[weights.size()]));
    return sorted
        .mapPartitionsWithIndex((index, part) -> numbered(part, starts[index], share), true)
        .mapToPair(each -> each)
        .partitionBy(new Numbers(partitions));
  }

  /** Returns the part of a partition that a picture takes, at most a whole one. */
  private static double weight(Planned picture, double share) {
    return Math.min(1, Math.max(picture.cost() / share, 1.0 / MAX_PICTURES));
  }

  private static double sum(Iterator<Planned> part, double share) {
    double sum = 0;
    while (part.hasNext()) {
      sum += weight(part.next(), share);
    }
    return sum;
  }

  private static Iterator<Tuple2<Integer, Planned>> numbered(
      Iterator<Planned> part, double start, double share) {
    List<Tuple2<Integer, Planned>> numbered = new ArrayList<>();
    double at = start;
    while (part.hasNext()) {
      Planned picture = part.next();
      numbered.add(new Tuple2<>((int) at, picture));
      at += weight(picture, share);
    }
    return numbered.iterator();
  }
}
