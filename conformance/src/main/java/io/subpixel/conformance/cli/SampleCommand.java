package io.subpixel.conformance.cli;

import io.subpixel.conformance.sample.Sample;
import io.subpixel.models.cli.ExitStatus;
import io.subpixel.runtime.Upscaler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code conformance sample}. */
@Command(
    name = "sample",
    description = "Draws the sample picture, and what the default model makes of it.")
final class SampleCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "Where to write sample.png and before-after.png.")
  private Path folder;

  @Override
  public Integer call() throws IOException {
    try (Upscaler upscaler = Upscaler.builder().open()) {
      Sample.write(folder, upscaler);
    }
    return ExitStatus.DONE;
  }
}
