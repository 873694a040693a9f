package io.subpixel.converter.cli;

import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.CommonOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code converter}. */
@Command(
    name = "converter",
    description = "Exports SameDiff networks to ONNX and verifies them.",
    versionProvider = ConverterVersions.class,
    subcommands = {ExportCommand.class, InspectCommand.class, BlendCommand.class, OpsCommand.class})
public final class ConverterCommand implements Runnable {
  @Mixin
  @SuppressWarnings("unused") // picocli acts on it
  private CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Exits with {@link io.subpixel.commands.ExitStatus}. */
  public static void main(String[] args) {
    // JavaCPP warns on standard error that OpenBLAS is of another version than itself, as ND4J
    // M2.1 wants it; through SLF4J nobody sees that.
    System.setProperty("org.bytedeco.javacpp.logger", "slf4j");
    System.exit(CommandRunner.run(new ConverterCommand(), args));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "expected a command, received none");
  }
}
