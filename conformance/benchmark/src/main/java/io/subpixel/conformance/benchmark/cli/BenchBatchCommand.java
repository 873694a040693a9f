package io.subpixel.conformance.benchmark.cli;

import io.subpixel.conformance.benchmark.Batch;
import io.subpixel.conformance.benchmark.UpscalingBenchmark.Table;
import io.subpixel.zoo.Pretrained;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code conformance bench batch}. */
@Command(
    name = "batch",
    description = {
      "Times a folder of JPEGs that become PNGs, beside the network alone.",
      "Status 3 if --data is missing."
    },
    sortOptions = false)
final class BenchBatchCommand extends TableCommand {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Photographs, of which those of at most 3840x2160 pixels count.")
  private @Nullable Path data;

  @Option(
      names = "--pictures",
      paramLabel = "N",
      defaultValue = "50",
      description =
          "How many of them; if there are fewer, they are used again (default: ${DEFAULT-VALUE}).")
  private int pictures;

  @Override
  Table table(int turns) throws IOException {
    check("--pictures", pictures);
    return data == null
        ? Table.absent("batch", "--data: expected a folder of photographs, received none")
        : new Batch(data, pictures, Pretrained.DEFAULT).run((turns + 2) / 3, this::show);
  }
}
