package io.subpixel.conformance.benchmark.cli;

import io.subpixel.conformance.benchmark.UpscalingBenchmark;
import io.subpixel.conformance.benchmark.UpscalingBenchmark.Table;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code conformance bench library}. */
@Command(
    name = "library",
    description = "Times the library beside the network alone.",
    sortOptions = false)
final class BenchLibraryCommand extends TableCommand {
  @Mixin private final ModelsOption models = new ModelsOption();

  @Override
  Table table(int turns) throws IOException {
    return UpscalingBenchmark.library(models.names(), turns, this::show);
  }
}
