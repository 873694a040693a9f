package io.subpixel.conformance.peer;

import io.subpixel.converter.ExportOptions;
import io.subpixel.converter.OnnxExport;
import io.subpixel.converter.graph.Opset;
import io.subpixel.converter.internal.verification.Difference;
import io.subpixel.converter.internal.verification.OnnxRun;
import io.subpixel.converter.internal.verification.OnnxRunException;
import io.subpixel.converter.internal.verification.Tensor;
import io.subpixel.converter.operators.UnsupportedModelException;
import io.subpixel.converter.source.NetworkFile;
import io.subpixel.converter.verification.ValueResult;
import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;

/**
 * One folder: {@code graph.fb}, {@code var.NAME.npy} for what a variable holds, {@code in.NAME.npy}
 * for what a placeholder is fed, and {@code out.NAME.npy} for what SameDiff makes of it. In file
 * names {@code #} stands for a slash.
 */
final class PeerGraph {
  private static final String GRAPH = "graph.fb";

  private final Path folder;

  PeerGraph(Path folder) {
    this.folder = folder;
  }

  /**
   * All graphs in a folder, by name.
   *
   * @throws InvalidInputException if there are none
   */
  static List<PeerGraph> list(Path parent) throws IOException {
    if (!Files.isDirectory(parent)) {
      throw new InvalidInputException(parent.toString(), "a folder of graphs", "none");
    }
    try (Stream<Path> files = Files.walk(parent)) {
      List<PeerGraph> graphs =
          files
              .filter(file -> file.endsWith(GRAPH))
              .map(file -> Optional.ofNullable(file.getParent()).orElse(parent))
              .sorted()
              .map(PeerGraph::new)
              .toList();
      if (graphs.isEmpty()) {
        throw new InvalidInputException(parent.toString(), "folders with " + GRAPH, "none");
      }
      return graphs;
    }
  }

  /** Exports the graph with all variables as inputs and compares all its outputs. */
  PeerResult compare(Opset opset, double tolerance, Path scratch) throws IOException {
    String name = String.valueOf(folder.getFileName());
    Map<String, Tensor> inputs = new LinkedHashMap<>(NpyFile.readAll(folder, "var."));
    inputs.putAll(NpyFile.readAll(folder, "in."));
    Map<String, Tensor> expected = NpyFile.readAll(folder, "out.");
    SameDiff network;
    try {
      network = NetworkFile.read(folder.resolve(GRAPH)).sameDiff();
    } catch (InvalidInputException e) {
      return PeerResult.refused(name, firstLine(e));
    }
    try {
      expected.keySet().retainAll(network.variableMap().keySet());
      inputs.keySet().retainAll(read(network));
      ExportOptions options =
          ExportOptions.DEFAULT
              .withInputs(List.copyOf(inputs.keySet()))
              .withOutputs(List.copyOf(expected.keySet()))
              .withOpset(opset.version())
              .withVerify(false);
      for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
        options = options.withShape(input.getKey(), input.getValue().sizes());
      }
      OnnxExport.export(network, options, scratch);
      return run(name, inputs, expected, tolerance, scratch);
    } catch (UnsupportedModelException e) {
      return PeerResult.refused(
          name,
          e.problems().stream()
              .map(problem -> problem.operator() + ": " + problem.reason())
              .toArray(String[]::new));
    } catch (RuntimeException e) {
      return PeerResult.failed(name, e.getClass().getSimpleName() + ": " + firstLine(e));
    }
  }

  /** Exports the graph with Deeplearning4j's own exporter and compares the outputs. */
  PeerTally compare(PeerExporter exporter, double tolerance, Path scratch, PeerTally before)
      throws IOException {
    Files.deleteIfExists(scratch);
    Map<String, Tensor> inputs = new LinkedHashMap<>(NpyFile.readAll(folder, "var."));
    inputs.putAll(NpyFile.readAll(folder, "in."));
    if (!exporter.export(folder.resolve(GRAPH), scratch).isEmpty() || !Files.exists(scratch)) {
      return before.plus(false, false, false);
    }
    Map<String, Tensor> expected = NpyFile.readAll(folder, "out.");
    try (OnnxRun run = OnnxRun.of(scratch)) {
      inputs.keySet().retainAll(run.inputs());
      Map<String, Tensor> received = run.run(inputs);
      received.keySet().retainAll(expected.keySet());
      boolean isEqual =
          !received.isEmpty()
              && received.entrySet().stream()
                  .allMatch(each -> isEqual(each.getKey(), expected, each.getValue(), tolerance));
      return before.plus(true, true, isEqual);
    } catch (OnnxRunException | IllegalArgumentException e) {
      return before.plus(true, false, false);
    }
  }

  private static boolean isEqual(
      String name, Map<String, Tensor> expected, Tensor received, double tolerance) {
    Tensor should = expected.get(name);
    return should != null && Difference.between(name, should, received, tolerance).accurate();
  }

  private static PeerResult run(
      String name,
      Map<String, Tensor> inputs,
      Map<String, Tensor> expected,
      double tolerance,
      Path model) {
    List<String> faults = new ArrayList<>();
    try (OnnxRun run = OnnxRun.of(model)) {
      Map<String, Tensor> received = run.run(inputs);
      expected.forEach(
          (output, should) -> {
            Tensor is = received.get(output);
            if (is == null) {
              faults.add(output + ": missing");
              return;
            }
            ValueResult result = Difference.between(output, should, is, tolerance);
            if (!result.accurate()) {
              faults.add(output + ": " + result.fault());
            }
          });
    }
    return faults.isEmpty()
        ? PeerResult.equal(name)
        : PeerResult.failed(name, String.join("; ", faults));
  }

  /** Names of the variables that an operation reads. */
  private static Set<String> read(SameDiff network) {
    Set<String> read = new LinkedHashSet<>();
    for (SameDiffOp op : network.getOps().values()) {
      if (op.getInputsToOp() != null) {
        read.addAll(op.getInputsToOp());
      }
    }
    return read;
  }

  private static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }
}
