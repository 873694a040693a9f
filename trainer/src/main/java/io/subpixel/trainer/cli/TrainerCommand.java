package io.subpixel.trainer.cli;

import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.CommonOptions;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code trainer}. */
@Command(
    name = "trainer",
    description = "Trains super-resolution networks in SameDiff.",
    versionProvider = TrainerVersions.class,
    subcommands = {FitCommand.class, DegradeCommand.class, DrawCommand.class},
    synopsisSubcommandLabel = "COMMAND")
public final class TrainerCommand {
  @SuppressWarnings("unused") // picocli acts on it
  @Mixin
  private CommonOptions common;

  /** Runs the command and exits with its status. */
  public static void main(String[] args) {
    CommandLine commandLine = CommandRunner.prepare(new TrainerCommand());
    commandLine.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    // SameDiff prints each operator that it differentiates; standard output is for results.
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    System.exit(commandLine.execute(args));
  }
}
