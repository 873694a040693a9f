package io.subpixel.conformance.cli;

import io.subpixel.commands.ExitStatus;
import io.subpixel.conformance.peer.PeerGraphs;
import io.subpixel.conformance.peer.PeerResult;
import io.subpixel.conformance.peer.PeerResult.Outcome;
import io.subpixel.conformance.peer.PeerTally;
import io.subpixel.converter.graph.Opset;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code conformance peer-graphs}. */
@Command(
    name = "peer-graphs",
    description =
        "Exports SameDiff graphs that come with their values, and compares ONNX Runtime's. Each"
            + " folder below DIR has graph.fb, var.NAME.npy, in.NAME.npy and out.NAME.npy.",
    sortOptions = false)
final class PeerGraphsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "Where the graphs are.")
  private Path folder;

  @Option(
      names = "--opset",
      paramLabel = "N",
      defaultValue = "17",
      description = "Version of ONNX's operators (${DEFAULT-VALUE}).")
  private int opset;

  @Option(
      names = "--tolerance",
      paramLabel = "SHARE",
      defaultValue = "1e-5",
      description = "Largest difference, as a share of a tensor's largest one (${DEFAULT-VALUE}).")
  private double tolerance;

  @Option(
      names = "--peer",
      paramLabel = "CLASSPATH",
      description =
          "Export them with Deeplearning4j's OnnxExporter too: jars and folders of its classes and"
              + " all that they need.")
  private @Nullable String peer;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Map<Outcome, Integer> tally = new EnumMap<>(Outcome.class);
    PeerGraphs.compare(
        folder,
        version(),
        tolerance,
        result -> {
          tally.merge(result.outcome(), 1, Integer::sum);
          if (result.outcome() != Outcome.EQUAL) {
            print(out, result);
          }
        });
    int graphs = tally.values().stream().mapToInt(Integer::intValue).sum();
    int failed = tally.getOrDefault(Outcome.FAILED, 0);
    out.printf(
        "%d graphs: %d equal, %d refused, %d failed%n",
        graphs,
        tally.getOrDefault(Outcome.EQUAL, 0),
        tally.getOrDefault(Outcome.REFUSED, 0),
        failed);
    out.flush();
    if (peer != null) {
      PeerTally theirs = PeerGraphs.compareExporter(folder, peer, tolerance);
      out.printf(
          "Deeplearning4j's exporter, %d graphs: %d converted, %d ran, %d equal%n",
          theirs.graphs(), theirs.converted(), theirs.ran(), theirs.equal());
      out.flush();
    }
    return failed == 0 ? ExitStatus.DONE : ExitStatus.VERIFICATION_FAILED;
  }

  private static void print(PrintWriter out, PeerResult result) {
    out.printf(
        "%s %s: %s%n",
        result.graph(),
        result.outcome() == Outcome.REFUSED ? "refused" : "failed",
        String.join("; ", result.reasons()));
    out.flush();
  }

  private Opset version() {
    try {
      return Opset.of(opset);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    }
  }
}
