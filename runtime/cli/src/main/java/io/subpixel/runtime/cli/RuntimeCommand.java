package io.subpixel.runtime.cli;

import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.CommonOptions;
import io.subpixel.runtime.Device;
import io.subpixel.zoo.Pretrained;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code runtime}. */
@Command(
    name = "runtime",
    description = "Upscales images with an ONNX model.",
    versionProvider = RuntimeVersions.class,
    footer = "  spark    Upscales archives on Apache Spark: 'bin/runtime spark --help'.",
    subcommands = {
      UpscaleCommand.class,
      JoinCommand.class,
      ServeCommand.class,
      ModelsCommand.class,
      DevicesCommand.class
    })
public final class RuntimeCommand {
  @SuppressWarnings("unused") // picocli acts on it
  @Mixin
  private CommonOptions common;

  /** Runs the command and exits with its status. */
  public static void main(String[] args) {
    if (args.length > 0 && args[0].equals("upscale")) {
      // Half of a short run is class loading: a second core does its share while picocli starts.
      ahead(Device.CPU::missing);
      ahead(() -> Pretrained.card(Pretrained.DEFAULT));
    }
    System.exit(CommandRunner.run(new RuntimeCommand(), args));
  }

  /** Loads something in the background. Nobody waits for it; its user finds it loaded, or fails. */
  private static void ahead(Runnable load) {
    Thread thread = new Thread(load, "load-ahead");
    thread.setDaemon(true);
    thread.start();
  }
}
