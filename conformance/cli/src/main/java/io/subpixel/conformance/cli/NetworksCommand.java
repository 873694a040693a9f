package io.subpixel.conformance.cli;

import io.subpixel.commands.ExitStatus;
import io.subpixel.conformance.networks.ForeignNetworks;
import io.subpixel.conformance.networks.NetworkResult;
import io.subpixel.conformance.networks.NetworkResult.Standing;
import io.subpixel.conformance.networks.NetworkTally;
import io.subpixel.pictures.internal.AtomicFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code conformance networks}. */
@Command(
    name = "networks",
    description =
        "Exports networks of others as bin/converter does, first without options, and compares"
            + " ONNX Runtime's values with Deeplearning4j's. Each folder below DIR has network.fb or"
            + " network.zip, in.NAME.npy and out.NAME.npy.",
    sortOptions = false)
final class NetworksCommand implements Callable<Integer> {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "DIR", description = "Where the networks are.")
  private Path folder = Path.of("");

  @Option(
      names = "--tolerance",
      paramLabel = "SHARE",
      defaultValue = "1e-4",
      description = "Largest difference, as a share of a tensor's largest one (${DEFAULT-VALUE}).")
  private double tolerance;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "What one export may take (${DEFAULT-VALUE}).")
  private int timeout;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      defaultValue = "2g",
      description = "Java's memory in the process that exports (${DEFAULT-VALUE}).")
  private String heap = "2g";

  @Option(names = "--json", paramLabel = "FILE", description = "Write every attempt as JSON.")
  private @Nullable Path json;

  @Override
  public Integer call() throws IOException {
    if (timeout < 1) {
      throw new ParameterException(
          spec.commandLine(), "--timeout: expected 1 or more, received " + timeout);
    }
    if (!heap.matches("[1-9][0-9]*[kKmMgG]?")) {
      throw new ParameterException(
          spec.commandLine(), "--heap: expected a size as 2g, received " + heap);
    }
    PrintWriter out = spec.commandLine().getOut();
    List<NetworkResult> results = new ArrayList<>();
    ForeignNetworks.tally(
        folder,
        tolerance,
        Duration.ofSeconds(timeout),
        heap,
        result -> {
          results.add(result);
          print(out, result);
        });
    out.println();
    out.print(new NetworkTally(results));
    out.flush();
    if (json != null) {
      AtomicFile.write(json, file -> Files.writeString(file, JSON.writeValueAsString(results)));
    }
    Set<Standing> standings = EnumSet.noneOf(Standing.class);
    results.forEach(result -> standings.add(result.standing()));
    if (standings.stream().anyMatch(Standing::isFailure)) {
      return ExitStatus.VERIFICATION_FAILED;
    }
    return standings.contains(Standing.UNREADABLE) ? ExitStatus.INPUT_FAILED : ExitStatus.DONE;
  }

  private static void print(PrintWriter out, NetworkResult result) {
    if (result.standing() == Standing.AT_ONCE) {
      return;
    }
    out.printf(
        Locale.ROOT,
        "%s %s: %s%s%n",
        result.network(),
        result.standing().words(),
        result.reason(),
        result.rightUnverified() ? " (right with --no-verify)" : "");
    out.flush();
  }
}
