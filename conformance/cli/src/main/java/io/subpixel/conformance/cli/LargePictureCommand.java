package io.subpixel.conformance.cli;

import io.subpixel.commands.ExitStatus;
import io.subpixel.conformance.sample.LargePicture;
import io.subpixel.pictures.codec.PictureFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code conformance large-picture}. */
@Command(
    name = "large-picture",
    description = "Draws a picture of any size, row by row, to upscale within bounds of memory.")
final class LargePictureCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "Where to write it; .png or .tif, for example.")
  private Path file;

  @Option(
      names = "--width",
      defaultValue = "12000",
      description = "Columns (default: ${DEFAULT-VALUE}).")
  private int width;

  @Option(
      names = "--height",
      defaultValue = "8000",
      description = "Rows (default: ${DEFAULT-VALUE}).")
  private int height;

  @Override
  public Integer call() throws IOException {
    if (width < 1 || height < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--width, --height: expected 1 or more, received " + width + "x" + height);
    }
    PictureFormat format =
        PictureFormat.ofName(file)
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(),
                        "FILE: expected a picture's name, such as large.png, received " + file));
    LargePicture.write(file, format, width, height);
    return ExitStatus.DONE;
  }
}
