package io.subpixel.converter.verification;

import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.OnnxGraph;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.source.Network;
import io.subpixel.converter.source.OperatorSwaps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs a network in SameDiff and its export in ONNX Runtime on inputs of several sizes and compares
 * every value that SameDiff names, and once more the outputs of the file itself. Inputs are
 * pseudo-random, in 0..1 and in -1..1 by turns, always the same.
 */
public final class Verification {
  /** What a tolerance is at least for values of 16 bits, whose last digit is worth a thousandth. */
  static final double HALF_TOLERANCE = 1e-2;

  /** Batch, height, width: a pixel, a row, a column, a batch, odd sizes, an even one. */
  private static final long[][] SIZES = {
    {1, 1, 1}, {1, 1, 9}, {1, 7, 1}, {2, 5, 3}, {1, 13, 17}, {1, 24, 32}
  };

  /** ONNX Runtime's words. SameDiff must not see such a size: its native code divides by zero. */
  private static final String SMALLER_THAN_A_KERNEL = "Invalid input shape";

  private static final long SEED = 20_240_917;

  private final Network network;
  private final Original original;
  private final OnnxGraph graph;
  private final Map<String, Value> shown = new LinkedHashMap<>();
  private final SameDiff reference;
  private final List<Trial> trials = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private final Map<String, Difference> values = new LinkedHashMap<>();
  private final Map<String, Difference> outputs = new LinkedHashMap<>();

  private Verification(
      Network network,
      Original original,
      OnnxGraph graph,
      Map<String, Value> emitted,
      double tolerance) {
    this.network = network;
    this.original = original;
    this.graph = graph;
    this.reference = reference(network);
    emitted.forEach(
        (name, value) -> {
          if (OnnxRun.canCarry(value.type())) {
            shown.put(name, value);
            values.put(name, new Difference(name, value.shape(), tolerance));
          }
        });
    graph
        .outputs()
        .forEach(
            (name, value) -> {
              if (OnnxRun.canCarry(value.type())) {
                outputs.put(name, new Difference(name, value.shape(), tolerance));
              }
            });
  }

  /**
   * Verifies an export. Reads {@code network}'s SameDiff, so nobody else may use that meanwhile.
   *
   * @param original what the network was made of
   * @param graph what was exported
   * @param emitted the ONNX value of every variable that was computed
   * @param file the file that will be shipped
   * @param probe where to write the same with all its values as outputs
   * @param tolerance the largest relative difference that counts as accurate
   * @throws IOException if the probe can't be written
   * @return what was found; whether that will do is for the caller to decide
   */
  public static VerificationResult verify(
      Network network,
      Original original,
      OnnxGraph graph,
      Map<String, Value> emitted,
      Path file,
      Path probe,
      double tolerance)
      throws IOException {
    return new Verification(network, original, graph, emitted, tolerance).run(file, probe);
  }

  /** The caller's graph, or a copy of it if it has to be changed, which they must not notice. */
  private static SameDiff reference(Network network) {
    boolean feedsVariables =
        network.inputs().stream()
            .anyMatch(name -> !network.sameDiff().getVariable(name).isPlaceHolder());
    boolean dropsOut =
        network.nodes().stream().anyMatch(node -> OperatorSwaps.dropsOut(node.function()));
    if (!feedsVariables && !dropsOut) {
      return network.sameDiff();
    }
    SameDiff copy = network.sameDiff().dup();
    OperatorSwaps.restore(copy);
    OperatorSwaps.keepAll(copy);
    return copy;
  }

  private VerificationResult run(Path file, Path probeFile) throws IOException {
    graph.writeProbe(probeFile, shown.values());
    try (OnnxRun probe = OnnxRun.of(probeFile);
        OnnxRun shipped = OnnxRun.of(file)) {
      Set<Map<String, List<Long>>> done = new HashSet<>();
      for (long[] size : SIZES) {
        Map<String, Long> symbols = new LinkedHashMap<>();
        Map<String, long[]> sizes = new LinkedHashMap<>();
        for (String input : network.inputs()) {
          sizes.put(input, bind(input, size, symbols));
        }
        Map<String, List<Long>> listed = new LinkedHashMap<>();
        sizes.forEach((name, s) -> listed.put(name, Arrays.stream(s).boxed().toList()));
        if (done.add(listed)) {
          tryOut(probe, shipped, sizes, listed, symbols);
        }
      }
      if (trials.stream().noneMatch(Trial::ran)) {
        failures.add("expected at least one size that both sides run, received none");
      }
    } catch (OnnxRunException e) {
      failures.add("ONNX Runtime can't load the model: " + firstLine(e));
    }
    return new VerificationResult(
        trials,
        values.values().stream().map(Difference::result).toList(),
        outputs.values().stream().map(Difference::result).toList(),
        failures);
  }

  private void tryOut(
      OnnxRun probe,
      OnnxRun shipped,
      Map<String, long[]> sizes,
      Map<String, List<Long>> listed,
      Map<String, Long> symbols) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    double least = trials.size() % 2 == 0 ? 0 : -1;
    for (Map.Entry<String, long[]> sized : sizes.entrySet()) {
      ElementType type = input(sized.getKey()).type();
      long seed = SEED + trials.size() * 31L + inputs.size();
      Tensor drawn = Tensor.random(type, sized.getValue(), least, seed);
      INDArray accepted = original.accepted(sized.getKey(), drawn.toArray());
      inputs.put(sized.getKey(), Tensor.of(accepted));
    }

    Map<String, Tensor> probed;
    Map<String, Tensor> received;
    try {
      probed = probe.run(inputs);
      received = shipped.run(inputs);
    } catch (OnnxRunException e) {
      String refusal = "ONNX Runtime: " + firstLine(e);
      trials.add(new Trial(listed, false, refusal));
      if (!refusal.contains(SMALLER_THAN_A_KERNEL)) {
        failures.add("ONNX Runtime can't run " + listed + ": " + refusal);
      }
      return;
    }
    if (probed.values().stream().anyMatch(tensor -> tensor.elements().count() == 0)) {
      trials.add(new Trial(listed, false, "nothing would be left of it"));
      return;
    }
    Map<String, Tensor> expected;
    try {
      expected = runSameDiff(inputs);
    } catch (RuntimeException e) {
      trials.add(new Trial(listed, false, "SameDiff: " + firstLine(e)));
      failures.add("SameDiff can't run " + listed + ": " + firstLine(e));
      return;
    }
    trials.add(new Trial(listed, true, ""));
    for (Map.Entry<String, Value> value : shown.entrySet()) {
      Tensor computed = probed.get(graph.finalName(value.getValue()));
      compare(values.get(value.getKey()), expected.get(value.getKey()), computed, symbols);
    }
    for (Map.Entry<String, Difference> output : outputs.entrySet()) {
      String name = output.getKey();
      compare(output.getValue(), expected.get(name), received.get(name), symbols);
    }
  }

  private static void compare(
      @Nullable Difference difference,
      @Nullable Tensor expected,
      @Nullable Tensor received,
      Map<String, Long> symbols) {
    if (difference == null || expected == null || received == null) {
      throw new IllegalStateException("expected a value from both sides, received one");
    }
    // A model of float16 is compared with float32, which it stands for.
    boolean isReduced =
        expected.type() == ElementType.FLOAT && received.type() == ElementType.FLOAT16;
    difference.add(isReduced ? expected.as(ElementType.FLOAT16) : expected, received, symbols);
  }

  private Map<String, Tensor> runSameDiff(Map<String, Tensor> inputs) {
    Map<String, INDArray> placeholders = new LinkedHashMap<>();
    inputs.forEach(
        (name, tensor) -> {
          if (reference.getVariable(name).isPlaceHolder()) {
            placeholders.put(name, tensor.toArray());
          } else {
            reference.getVariable(name).setArray(tensor.toArray());
          }
        });
    Map<String, INDArray> computed;
    try {
      computed = compute(placeholders);
    } catch (RuntimeException e) {
      computed = computeWithoutHelpers(placeholders, e);
    }
    Map<String, Tensor> results = new LinkedHashMap<>();
    computed.forEach((name, array) -> results.put(name, Tensor.of(array)));
    Map<String, INDArray> copies = new LinkedHashMap<>();
    inputs.forEach((name, tensor) -> copies.put(name, tensor.toArray()));
    original.compute(copies).forEach((name, array) -> results.replace(name, Tensor.of(array)));
    return results;
  }

  private Map<String, INDArray> compute(Map<String, INDArray> placeholders) {
    Set<String> wanted = new LinkedHashSet<>(values.keySet());
    wanted.addAll(outputs.keySet());
    // A session keeps what a branch gave that isn't taken any more.
    reference.getSessions().clear();
    return reference.output(placeholders, List.copyOf(wanted));
  }

  // ND4J M2.1 can't run dilated convolutions in oneDNN; its own code, slower, can.
  private Map<String, INDArray> computeWithoutHelpers(
      Map<String, INDArray> placeholders, RuntimeException failure) {
    Environment environment = Nd4j.getEnvironment();
    if (!environment.helpersAllowed()) {
      throw failure;
    }
    environment.allowHelpers(false);
    try {
      return compute(placeholders);
    } finally {
      environment.allowHelpers(true);
    }
  }

  private Value input(String name) {
    return graph.inputs().stream()
        .filter(value -> value.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private long[] bind(String input, long[] size, Map<String, Long> symbols) {
    List<Dim> dims = input(input).shape().dims();
    long[] sizes = new long[dims.size()];
    for (int axis = 0; axis < sizes.length; axis++) {
      if (dims.get(axis) instanceof Dim.Fixed fixed) {
        sizes[axis] = fixed.size();
      } else if (dims.get(axis) instanceof Dim.Symbol symbol) {
        long value =
            switch (symbol.name()) {
              case "N" -> size[0];
              case "H" -> size[1];
              case "W" -> size[2];
              // Same axis, same size: unnamed axes that are combined mostly are the same axis.
              default -> symbols.getOrDefault(symbol.name(), size[Math.min(axis, 2)]);
            };
        symbols.put(symbol.name(), value);
        sizes[axis] = value * symbol.factor();
      }
    }
    return sizes;
  }

  private static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }
}
