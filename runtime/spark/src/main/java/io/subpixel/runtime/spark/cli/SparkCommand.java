package io.subpixel.runtime.spark.cli;

import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.CommonOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code runtime spark}: the main class of the jar for spark-submit. */
@Command(
    name = "runtime spark",
    description =
        "Upscales archives on Apache Spark: on this machine, or on a cluster by spark-submit.",
    subcommands = {
      UpscaleCommand.class,
      UpscaleClipCommand.class,
      EvaluateCommand.class,
      DegradeCommand.class
    })
public final class SparkCommand {
  @Mixin
  @SuppressWarnings("unused") // picocli acts on it
  private final CommonOptions common = new CommonOptions();

  /** Runs the command and exits with its status. */
  public static void main(String[] args) {
    System.exit(CommandRunner.run(new SparkCommand(), args));
  }
}
