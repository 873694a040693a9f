package io.subpixel.runtime.spark.cli;

import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.ExitStatus;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.runtime.spark.Status;
import io.subpixel.runtime.spark.internal.ShardJob;
import io.subpixel.runtime.spark.internal.ShardOutcome;
import io.subpixel.runtime.spark.internal.Store;
import io.subpixel.shards.Pairing;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes shards to train on. */
@Command(
    name = "degrade",
    description = {
      "Makes LR images of a folder of HR images, and writes both as shards for 'trainer fit': the files"
          + " that 'trainer degrade --shards' writes.",
      "Shards that are there already stay: the same command again does what is missing."
    },
    sortOptions = false)
final class DegradeCommand implements Callable<Integer> {
  /** Failures that are printed. */
  private static final int PRINTED = 20;

  @Spec private CommandSpec spec;

  @Option(
      names = "--input",
      paramLabel = "DIR",
      required = true,
      description = "The folder of HR images, such as photos or s3a://bucket/photos.")
  private String input = "";

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description = "The folder for the shards.")
  private String output = "";

  @Option(
      names = "--degradation",
      required = true,
      paramLabel = "ID",
      description =
          "A preset, such as photo, or steps, such as 'shrink+noise:2..8+jpeg:40..95'"
              + " (docs/degradations.md).")
  private String degradation = "";

  @Option(
      names = "--scale",
      paramLabel = "2|3|4",
      defaultValue = "2",
      description = "The scale to shrink by (default: ${DEFAULT-VALUE}).")
  private int scale;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Equal seeds and file names give equal images (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--shard-size",
      paramLabel = "N",
      defaultValue = "1000",
      description = "The number of images in a shard (default: ${DEFAULT-VALUE}).")
  private int size;

  @Override
  public Integer call() throws IOException {
    if (scale < 2 || scale > 4) {
      throw wrong("scale", "2, 3 or 4", String.valueOf(scale));
    } else if (size < 1) {
      throw wrong("shard-size", "1 or more", String.valueOf(size));
    }
    Degradation parsed;
    try {
      parsed = Degradation.parse(degradation);
    } catch (InvalidInputException e) {
      throw wrong("degradation", e.expected(), e.received());
    }
    Pairing pairing = new Pairing(parsed, scale, seed);
    return Sessions.run("subpixel degrade", spark -> run(spark, pairing));
  }

  private int run(SparkSession session, Pairing pairing) throws IOException {
    JavaSparkContext spark = new JavaSparkContext(session.sparkContext());
    Configuration configuration = spark.hadoopConfiguration();
    ShardJob job =
        new ShardJob(
            spark,
            spark.broadcast(new SerializableConfiguration(configuration)),
            Store.qualified(input, configuration),
            Store.qualified(output, configuration));
    List<ShardOutcome> outcomes = job.run(pairing, size);
    long failures = outcomes.stream().mapToLong(ShardOutcome::failures).sum();
    outcomes.stream()
        .flatMap(each -> each.errors().stream())
        .limit(PRINTED)
        .forEach(error -> CommandRunner.print(spec.commandLine(), error));
    if (failures > PRINTED) {
      CommandRunner.print(spec.commandLine(), (failures - PRINTED) + " more failures");
    }
    spec.commandLine()
        .getOut()
        .printf(
            "%s: %d shards of %d pairs written, %d there already, %d images failed%n",
            output,
            count(outcomes, Status.WRITTEN),
            outcomes.stream().mapToLong(ShardOutcome::pairs).sum(),
            count(outcomes, Status.EXISTING),
            failures);
    spec.commandLine().getOut().flush();
    return failures > 0 ? ExitStatus.INPUT_FAILED : ExitStatus.DONE;
  }

  private static long count(List<ShardOutcome> outcomes, Status status) {
    return outcomes.stream().filter(each -> each.status() == status).count();
  }

  private ParameterException wrong(String option, String expected, String received) {
    return new ParameterException(
        spec.commandLine(), "--" + option + ": expected " + expected + ", received " + received);
  }
}
