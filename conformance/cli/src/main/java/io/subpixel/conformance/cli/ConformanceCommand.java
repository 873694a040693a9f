package io.subpixel.conformance.cli;

import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.CommonOptions;
import io.subpixel.conformance.benchmark.cli.BenchCommand;
import io.subpixel.conformance.evaluate.cli.EvaluateCommand;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code conformance}. */
@Command(
    name = "conformance",
    description = "Compares SameDiff with ONNX Runtime, and models with bicubic.",
    versionProvider = ConformanceVersions.class,
    subcommands = {
      RunCommand.class,
      ParityCommand.class,
      EvaluateCommand.class,
      PeerGraphsCommand.class,
      NetworksCommand.class,
      BenchCommand.class,
      SoakCommand.class,
      SampleCommand.class,
      LargePictureCommand.class
    })
public final class ConformanceCommand {
  @SuppressWarnings("unused") // picocli acts on it
  @Mixin
  private CommonOptions common;

  /** Runs the command and exits with its status. */
  public static void main(String[] args) {
    CommandLine commandLine = CommandRunner.prepare(new ConformanceCommand());
    commandLine.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    // SameDiff prints each operator that it differentiates; standard output is for results.
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    System.exit(commandLine.execute(args));
  }
}
