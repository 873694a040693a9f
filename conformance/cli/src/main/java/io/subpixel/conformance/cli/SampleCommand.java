package io.subpixel.conformance.cli;

import io.subpixel.commands.ExitStatus;
import io.subpixel.conformance.sample.Sample;
import io.subpixel.runtime.Upscaler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code conformance sample}. */
@Command(
    name = "sample",
    description =
        "Draws the sample picture, what the default model makes of it, and what mixed ranges do to"
            + " it; prints what they do to its PSNR.")
final class SampleCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "DIR",
      description = "Where to write sample.png, before-after.png and range-mixup.png.")
  private Path folder;

  @Override
  public Integer call() throws IOException {
    try (Upscaler upscaler = Upscaler.builder().open()) {
      Sample.write(folder, upscaler).forEach(spec.commandLine().getOut()::println);
      spec.commandLine().getOut().flush();
    }
    return ExitStatus.DONE;
  }
}
