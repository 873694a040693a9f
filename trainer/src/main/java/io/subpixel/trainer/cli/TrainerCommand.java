package io.subpixel.trainer.cli;

import io.subpixel.models.cli.CommandRunner;
import io.subpixel.models.cli.CommonOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code trainer}. */
@Command(
    name = "trainer",
    description = "Trains super-resolution networks in SameDiff.",
    subcommands = FitCommand.class,
    synopsisSubcommandLabel = "COMMAND")
public final class TrainerCommand {
  @SuppressWarnings("unused") // picocli acts on it
  @Mixin
  private CommonOptions common;

  /** Runs the command and exits with its status. */
  public static void main(String[] args) {
    System.exit(CommandRunner.run(new TrainerCommand(), args));
  }
}
