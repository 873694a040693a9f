package io.subpixel.conformance.cli;

import io.subpixel.models.cli.CommandRunner;
import io.subpixel.models.cli.CommonOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code conformance}. */
@Command(
    name = "conformance",
    description = "Compares SameDiff with ONNX Runtime, and models with bicubic.",
    subcommands = {ParityCommand.class, EvaluateCommand.class, SampleCommand.class})
public final class ConformanceCommand {
  @SuppressWarnings("unused") // picocli acts on it
  @Mixin
  private CommonOptions common;

  /** Runs the command and exits with its status. */
  public static void main(String[] args) {
    System.exit(CommandRunner.run(new ConformanceCommand(), args));
  }
}
