package io.subpixel.trainer.cli;

import io.subpixel.commands.CommandRunner;
import io.subpixel.commands.ExitStatus;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.trainer.internal.drawing.Drawings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code trainer draw}. */
@Command(
    name = "draw",
    description =
        "Draws HR images to train on: comics, screens, text, maps, charts and ornaments, with the"
            + " fonts of this machine.",
    sortOptions = false)
final class DrawCommand implements Callable<Integer> {
  private static final int LEAST_SIDE = 64;
  private static final int MOST_SIDE = 4096;
  private static final int MOST_COUNT = 1_000_000;

  @Spec private CommandSpec spec;

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "DIR",
      description = "The folder to write drawing-000000.png, drawing-000001.png, ... to.")
  private Path out;

  @Option(
      names = "--count",
      required = true,
      paramLabel = "N",
      description = "How many images to draw.")
  private int count;

  @Option(
      names = "--side",
      paramLabel = "PIXELS",
      defaultValue = "480",
      description = "Width and height of each image (default: ${DEFAULT-VALUE}).")
  private int side;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Equal seeds give equal images where fonts and Java are the same (default:"
              + " ${DEFAULT-VALUE}).")
  private long seed;

  @Override
  public Integer call() throws IOException {
    require("--count", count, 1, MOST_COUNT);
    require("--side", side, LEAST_SIDE, MOST_SIDE);
    if (!Drawings.hasFonts()) {
      CommandRunner.print(
          spec.commandLine(),
          "fonts: expected at least one with Latin letters on this machine, received none");
      return ExitStatus.UNAVAILABLE;
    }
    Files.createDirectories(out);
    for (int i = 0; i < count; i++) {
      Path file = out.resolve(String.format(Locale.ROOT, "drawing-%06d.png", i));
      PictureFiles.write(file, Drawings.draw(side, side, i, seed));
    }
    spec.commandLine()
        .getOut()
        .println(
            out + "  " + count + (count == 1 ? " image" : " images") + " of " + side + "x" + side);
    return ExitStatus.DONE;
  }

  private void require(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new ParameterException(
          spec.commandLine(), option + ": expected " + min + " to " + max + ", received " + value);
    }
  }
}
