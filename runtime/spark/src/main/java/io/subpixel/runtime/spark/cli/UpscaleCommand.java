package io.subpixel.runtime.spark.cli;

import static org.apache.spark.sql.functions.col;

import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.ExitStatus;
import io.subpixel.runtime.spark.PictureJob;
import io.subpixel.runtime.spark.PictureOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Upscales a folder of pictures. */
@Command(
    name = "upscale",
    description = {
      "Upscales a folder of images and its subfolders, of any file system that Hadoop knows.",
      "Outputs that are there already stay: the same command again does what is missing."
    })
final class UpscaleCommand implements Callable<Integer> {
  private static final Set<PictureOptions.Name> ALL = EnumSet.allOf(PictureOptions.Name.class);

  /** Failures that are printed; all of them are in the table. */
  private static final int PRINTED = 20;

  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--input",
      paramLabel = "DIR",
      required = true,
      description = "The folder, such as photos or s3a://bucket/photos.")
  private String input = "";

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description = "The folder for results; names are those of 'runtime upscale'.")
  private String output = "";

  @Option(
      names = "--table",
      paramLabel = "DIR",
      description = "The folder for result tables. Default: _results in the output.")
  private @Nullable String table;

  /** Called by picocli, when the command is made. Adds an option for each of the library's. */
  @Spec
  void specify(CommandSpec own) {
    spec = own;
    PictureOptionSpecs.add(own, ALL);
  }

  @Override
  public Integer call() throws IOException {
    try {
      PictureJob job =
          new PictureJob(
              input, output, PictureOptionSpecs.options(spec, ALL), Optional.ofNullable(table));
      return Sessions.run("subpixel upscale", spark -> run(job, spark));
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      if (Stream.concat(Stream.of("output"), Arrays.stream(PictureOptions.Name.values()))
          .noneMatch(name -> message.startsWith(name + ":"))) {
        throw e;
      }
      throw new ParameterException(spec.commandLine(), "--" + message, e);
    }
  }

  private int run(PictureJob job, SparkSession spark) throws IOException {
    PictureJob.Summary summary = job.run(spark);
    long failures = summary.failed() + summary.unavailable() + summary.bugs();
    if (failures > 0) {
      tellFailures(spark, summary.table(), failures);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%d written, %d there already, %d failed; %s%n",
        summary.written(), summary.existing(), failures, summary.table());
    out.flush();
    if (summary.others() > 0) {
      say(job.input() + ": skipped " + summary.others() + " other files");
    }
    return status(summary);
  }

  private void tellFailures(SparkSession spark, String table, long failures) {
    for (Row row :
        spark
            .read()
            .parquet(table)
            .filter(col("error").isNotNull())
            .select("error")
            .limit(PRINTED)
            .collectAsList()) {
      say(row.getString(0));
    }
    if (failures > PRINTED) {
      say((failures - PRINTED) + " more failures: see " + table);
    }
  }

  /** Returns the status that {@code runtime upscale} has for the same outcomes. */
  private static int status(PictureJob.Summary summary) {
    if (summary.bugs() > 0) {
      return ExitStatus.BUG;
    } else if (summary.failed() > 0) {
      return ExitStatus.INPUT_FAILED;
    }
    return summary.unavailable() > 0 ? ExitStatus.UNAVAILABLE : ExitStatus.DONE;
  }

  private void say(String message) {
    CommandRunner.print(spec.commandLine(), message);
  }
}
