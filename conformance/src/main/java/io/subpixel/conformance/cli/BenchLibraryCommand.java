package io.subpixel.conformance.cli;

import io.subpixel.conformance.benchmark.UpscalingBenchmark;
import io.subpixel.conformance.benchmark.UpscalingBenchmark.Table;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code conformance bench library}. */
@Command(
    name = "library",
    description = "Times the library beside the network alone.",
    sortOptions = false)
final class BenchLibraryCommand extends TableCommand {
  @Option(
      names = "--model",
      paramLabel = "NAME",
      split = ",",
      defaultValue = MODELS,
      description = "x2 models (default: ${DEFAULT-VALUE}).")
  private List<String> models = List.of();

  @Override
  Table table(int turns) throws IOException {
    check(models);
    return UpscalingBenchmark.library(models, turns, this::show);
  }
}
