package io.subpixel.runtime.spark.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.shards.Pairing;
import io.subpixel.shards.Shard;
import io.subpixel.shards.ShardHeader;
import io.subpixel.shards.ShardWriter;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/** Writes the shard of a partition's pictures, and tells what became of it. */
final class ShardTask
    implements Function2<
        Integer, Iterator<Tuple2<Long, FolderListing.Entry>>, Iterator<ShardOutcome>> {
  private static final long serialVersionUID = 1L;

  private final Broadcast<SerializableConfiguration> hadoop;
  private final String degradation;
  private final int scale;
  private final long seed;
  private final String output;

  ShardTask(Broadcast<SerializableConfiguration> hadoop, Pairing pairing, Path output) {
    this.hadoop = hadoop;
    this.degradation = pairing.degradation().id();
    this.scale = pairing.scale();
    this.seed = pairing.seed();
    this.output = output.toString();
  }

  @Override
  public Iterator<ShardOutcome> call(
      Integer number, Iterator<Tuple2<Long, FolderListing.Entry>> pictures) throws IOException {
    List<FolderListing.Entry> files = new ArrayList<>();
    pictures.forEachRemaining(each -> files.add(each._2));
    Pairing pairing = new Pairing(Degradation.parse(degradation), scale, seed);
    return List.of(outcome(number, files, pairing)).iterator();
  }

  private ShardOutcome outcome(int number, List<FolderListing.Entry> files, Pairing pairing)
      throws IOException {
    ShardHeader header = pairing.header(files.stream().map(FolderListing.Entry::relative).toList());
    Path target = new Path(output, Shard.fileName(number));
    Configuration configuration = hadoop.value().value();
    FileSystem system = Store.of(target, configuration);
    if (system.exists(target)) {
      return isSame(system, target, header)
          ? ShardOutcome.existing(number)
          : ShardOutcome.failed(
              number,
              Store.name(target)
                  + ": expected no shard, or one of these images and options, received another");
    }
    List<String> errors = new ArrayList<>();
    long attempt = TaskContext.get().taskAttemptId();
    Path temporary = new Path(output, "." + target.getName() + "." + attempt + ".unfinished");
    try (OutputFile file = new OutputFile(system, target, temporary);
        ShardWriter writer = new ShardWriter(file, header)) {
      for (FolderListing.Entry each : files) {
        if (TaskContext.get().isInterrupted()) {
          throw new TaskKilledException("stopped");
        }
        try {
          writer.add(each.relative(), pair(each, pairing, configuration));
        } catch (InvalidInputException e) {
          errors.add(String.valueOf(e.getMessage()));
        }
      }
      writer.finish();
      if (writer.pairs() > 0) {
        file.commit();
      }
      return ShardOutcome.of(number, writer.pairs(), errors);
    }
  }

  private static boolean isSame(FileSystem system, Path shard, ShardHeader header)
      throws IOException {
    try (FSDataInputStream in = system.open(shard)) {
      return ShardHeader.read(in, Store.name(shard)).equals(header);
    } catch (InvalidInputException e) {
      return false;
    }
  }

  private static Pairing.Pair pair(
      FolderListing.Entry entry, Pairing pairing, Configuration configuration) throws IOException {
    Path file = new Path(entry.path());
    FileSystem system = Store.of(file, configuration);
    return pairing.of(
        PictureFiles.read(Store.whole(system, file, entry.bytes())),
        file.getName(),
        Store.name(file));
  }
}
