package io.subpixel.runtime.spark.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.shards.Pairing;
import io.subpixel.shards.Shard;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Writes the shards of a folder of pictures, a task each: those that {@code bin/trainer degrade
 * --shards} writes, byte for byte. Shards that are there already stay.
 */
public final class ShardJob {
  private final JavaSparkContext spark;
  private final Broadcast<SerializableConfiguration> hadoop;
  private final Path input;
  private final Path output;

  /** Creates a job of two folders, both with scheme and host. */
  public ShardJob(
      JavaSparkContext spark,
      Broadcast<SerializableConfiguration> hadoop,
      Path input,
      Path output) {
    this.spark = spark;
    this.hadoop = hadoop;
    this.input = input;
    this.output = output;
  }

  /** Sends a picture to the shard of its place. */
  private static final class ByPlace extends Partitioner {
    private static final long serialVersionUID = 1L;
    private final int size;
    private final int count;

    ByPlace(int size, int count) {
      this.size = size;
      this.count = count;
    }

    @Override
    public int numPartitions() {
      return count;
    }

    @Override
    public int getPartition(Object place) {
      return (int) ((Long) place / size);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ByPlace that && size == that.size && count == that.count;
    }

    @Override
    public int hashCode() {
      return 31 * size + count;
    }
  }

  /**
   * Writes what is missing.
   *
   * @param size pictures in a shard
   * @return the shards in their order
   * @throws InvalidInputException if there are no pictures, a folder can't be listed, or other
   *     shards are there
   */
  public List<ShardOutcome> run(Pairing pairing, int size) throws IOException {
    try (FolderListing listing =
        new FolderListing(spark, hadoop, input, output, name -> Names.format(name).isPresent())) {
      long pictures = Listings.require(listing, input);
      int count = Math.toIntExact((pictures - 1) / size + 1);
      FileSystem system = Store.of(output, hadoop.value().value());
      system.mkdirs(output);
      requireNoOtherShards(system, count);
      spark.setJobDescription("Degrade " + pictures + " images into " + count + " shards");
      return SortedFiles.of(listing, spark.defaultParallelism())
          .repartitionAndSortWithinPartitions(new ByPlace(size, count))
          .mapPartitionsWithIndex(new ShardTask(hadoop, pairing, output), false)
          .collect()
          .stream()
          .sorted(Comparator.comparingInt(ShardOutcome::number))
          .toList();
    }
  }

  /** Whoever trains on the folder takes all shards in it. */
  private void requireNoOtherShards(FileSystem system, int count) throws IOException {
    Set<String> own = new HashSet<>();
    for (int i = 0; i < count; i++) {
      own.add(Shard.fileName(i));
    }
    for (FileStatus status : system.listStatus(output)) {
      String name = status.getPath().getName();
      if (name.endsWith(".tar") && !own.contains(name)) {
        throw new InvalidInputException(
            Store.name(output), "a folder for these shards alone", Store.name(status.getPath()));
      }
    }
  }
}
