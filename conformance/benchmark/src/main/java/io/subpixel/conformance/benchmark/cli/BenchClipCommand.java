package io.subpixel.conformance.benchmark.cli;

import io.subpixel.conformance.benchmark.Clip;
import io.subpixel.conformance.benchmark.UpscalingBenchmark.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code conformance bench clip}. */
@Command(
    name = "clip",
    description = {
      "Times a clip, decoding and encoding included, beside the network alone.",
      "Status 3 if --clip is missing."
    },
    sortOptions = false)
final class BenchClipCommand extends TableCommand {
  @Mixin private final ModelsOption models = new ModelsOption();

  @Option(
      names = "--clip",
      paramLabel = "CLIP",
      description = "What to upscale; a clip of 960x540 becomes 1080p.")
  private @Nullable Path clip;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "2",
      description = "How much of it (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--codec",
      paramLabel = "CODEC[:PRESET]",
      split = ",",
      defaultValue = "h264,av1,mpeg4",
      description = "What it is encoded with, such as h264:superfast (default: ${DEFAULT-VALUE}).")
  private List<String> codecs = List.of();

  @Override
  Table table(int turns) throws IOException {
    List<String> names = models.names();
    if (!(seconds > 0)) {
      throw wrong("--seconds", "more than 0", seconds);
    }
    return clip == null
        ? Table.absent("clip", "--clip: expected a clip, received none")
        : new Clip(clip, seconds, codecs).run(names, (turns + 2) / 3, this::show);
  }
}
