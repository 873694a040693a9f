package io.subpixel.runtime.cli;

import io.subpixel.commands.ExitStatus;
import io.subpixel.runtime.video.ClipPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Joins the parts of a video. */
@Command(
    name = "join",
    description =
        "Joins the parts of a video that 'runtime upscale --part' wrote, without encoding; copies"
            + " everything else from the video.")
final class JoinCommand implements Callable<Integer> {
  @Mixin private final Output output = new Output();

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "VIDEO", description = "The video that was planned.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Path clip;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "PART",
      description = "The files of all parts, in any order. Default: those beside OUT.")
  private List<Path> parts = List.of();

  @Option(names = "--plan", paramLabel = "FILE", required = true, description = "The plan.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Path plan;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "OUT",
      required = true,
      description = "The file to write, with the ending that was planned.")
  private String out = "";

  /** A clip that was joined. */
  record Joined(String input, String output, long frames, int parts, List<String> dropped) {}

  @Override
  public Integer call() throws IOException {
    Path target;
    try {
      target = Destination.path(out);
    } catch (UsageException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    ClipPlan planned = ClipPlan.read(plan);
    int count = planned.parts().size();
    List<Path> files =
        parts.isEmpty()
            ? IntStream.rangeClosed(1, count)
                .mapToObj(i -> PartOptions.file(target, i, count))
                .toList()
            : parts;
    ClipPlan.Joined joined = planned.join(clip, files, target);
    String dropped =
        joined.dropped().isEmpty() ? "" : "; without " + String.join(", ", joined.dropped());
    output.print(
        "%s -> %s: %d frames of %d parts%s".formatted(clip, out, joined.frames(), count, dropped),
        new Joined(clip.toString(), out, joined.frames(), count, joined.dropped()));
    return ExitStatus.DONE;
  }
}
