package io.subpixel.conformance.benchmark.cli;

import io.subpixel.conformance.benchmark.SparkOverhead;
import io.subpixel.conformance.benchmark.UpscalingBenchmark.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code conformance bench spark}. */
@Command(
    name = "spark",
    description = {
      "Times a folder by a job on Spark beside the batch library, on the cores of this machine.",
      "The first turn builds bin/runtime spark, which downloads Spark."
    },
    sortOptions = false)
final class BenchSparkCommand extends TableCommand {
  @Option(
      names = "--side",
      paramLabel = "N",
      defaultValue = "512",
      description = "Side of the drawn pictures in pixels (default: ${DEFAULT-VALUE}).")
  private int side;

  @Option(
      names = "--pictures",
      paramLabel = "N",
      defaultValue = "200",
      description = "How many of them (default: ${DEFAULT-VALUE}).")
  private int pictures;

  @Option(
      names = "--command",
      paramLabel = "FILE",
      defaultValue = "${sys:subpixel.bin}/runtime",
      description = "The launcher of runtime (default: that of this repository).")
  private Path command = Path.of("runtime");

  @Override
  Table table(int turns) throws IOException {
    check("--side", side);
    if (pictures <= 8 || pictures > 10_000) {
      throw wrong("--pictures", "9 to 10000", pictures);
    }
    if (!Files.isExecutable(command)) {
      return Table.absent("spark", "--command: expected bin/runtime, received " + command);
    }
    return new SparkOverhead(command, side, pictures).run(turns, this::show);
  }
}
