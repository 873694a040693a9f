package io.subpixel.runtime.cli;

import io.subpixel.models.cli.CommandRunner;
import io.subpixel.models.cli.CommonOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command that upscales. */
@Command(
    name = "runtime",
    description = "Upscales pictures with an ONNX model.",
    subcommands = {UpscaleCommand.class, ModelsCommand.class, DevicesCommand.class})
public final class RuntimeCommand {
  @Mixin private final CommonOptions common = new CommonOptions();

  boolean verbose() {
    return common.verbose();
  }

  /** Runs the command and exits with its status. */
  public static void main(String[] args) {
    System.exit(CommandRunner.run(new RuntimeCommand(), args));
  }
}
