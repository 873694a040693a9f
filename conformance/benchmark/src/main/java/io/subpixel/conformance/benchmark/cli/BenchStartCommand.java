package io.subpixel.conformance.benchmark.cli;

import io.subpixel.conformance.benchmark.Start;
import io.subpixel.conformance.benchmark.UpscalingBenchmark.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code conformance bench start}. */
@Command(
    name = "start",
    description = {
      "Times the start of bin/runtime beside a Node program that does the same.",
      "Status 3 if Node's modules are missing."
    },
    sortOptions = false)
final class BenchStartCommand extends TableCommand {
  @Option(
      names = "--node",
      paramLabel = "NODE",
      defaultValue = "node",
      description = "The program (default: ${DEFAULT-VALUE}).")
  private String node = "node";

  @Option(
      names = "--node-modules",
      paramLabel = "DIR",
      description = "A folder node_modules with onnxruntime-node and sharp.")
  private @Nullable Path modules;

  @Option(
      names = "--command",
      paramLabel = "FILE",
      defaultValue = "${sys:subpixel.bin}/runtime",
      description = "The launcher of runtime (default: that of this repository).")
  private Path command = Path.of("runtime");

  @Override
  Table table(int turns) throws IOException {
    if (modules == null
        || !Files.isDirectory(modules.resolve("onnxruntime-node"))
        || !Files.isDirectory(modules.resolve("sharp"))) {
      return Table.absent(
          "start",
          "--node-modules: expected a folder with onnxruntime-node and sharp (npm install"
              + " onnxruntime-node sharp), received "
              + (modules == null ? "none" : modules));
    }
    if (!Files.isExecutable(command)) {
      return Table.absent("start", "--command: expected bin/runtime, received " + command);
    }
    return new Start(command, node, modules).run(turns, this::show);
  }
}
