package io.subpixel.converter.internal.verification;

import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.ElementType;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.internal.graph.Layout;
import io.subpixel.converter.internal.graph.OnnxGraph;
import io.subpixel.converter.internal.source.Divisions;
import io.subpixel.converter.internal.source.Network;
import io.subpixel.converter.source.Node;
import io.subpixel.converter.verification.Trial;
import io.subpixel.converter.verification.ValueResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runs a network in SameDiff and its export in ONNX Runtime on inputs of several sizes and compares
 * every value that SameDiff names, and once more the outputs of the file itself. Sizes are those
 * that the network can have, see {@link TrialSizes}; inputs are pseudo-random, in 0..1 and in -1..1
 * by turns, always the same, see {@link TrialValues}.
 */
public final class Verification {
  /** What a tolerance is at least for values of 16 bits, whose last digit is worth a thousandth. */
  static final double HALF_TOLERANCE = 1e-2;

  private static final long SEED = 20_240_917;

  /** How often other values are tried where too few could be run. */
  private static final int REPEATS = 8;

  /** What a network with a loop may take, whose condition may never become false. */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private final Network network;
  private final Original original;
  private final OnnxGraph graph;
  private final Map<String, Value> shown = new LinkedHashMap<>();
  private final Reference reference;
  private final TrialSizes.Choice choice;
  private final TrialValues drawing;
  private final List<Trial> trials = new ArrayList<>();
  private final Set<String> notes = new LinkedHashSet<>();
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
    emitted.forEach(
        (name, value) -> {
          if (OnnxRun.canCarry(value.type())) {
            shown.put(name, value);
            values.put(name, new Difference(name, graph.shape(value), tolerance));
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
    Set<String> wanted = new LinkedHashSet<>(values.keySet());
    wanted.addAll(outputs.keySet());
    this.reference = new Reference(network, original, List.copyOf(wanted));
    this.drawing = new TrialValues(network, emitted);
    Defects defects = new Defects(network, emitted);
    this.choice = TrialSizes.choose(graph, declared(original, emitted), defects::find);
    notes.addAll(choice.avoided());
    if (network.inputs().isEmpty()) {
      notes.add("nothing depends on an input: the outputs are constants; --inputs feeds variables");
    }
  }

  /** What the original says of shapes, by the names of the graph's values. */
  private static Map<String, Shape> declared(Original original, Map<String, Value> emitted) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    original
        .shapes()
        .forEach(
            (variable, sizes) -> {
              String name =
                  Optional.ofNullable(emitted.get(variable)).map(Value::name).orElse(variable);
              List<Dim> dims =
                  Arrays.stream(sizes)
                      .mapToObj(size -> size < 0 ? Dim.inferred() : Dim.of(size))
                      .toList();
              shapes.put(name, new Shape(dims));
            });
    return shapes;
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

  private VerificationResult run(Path file, Path probeFile) throws IOException {
    // A file without outputs is none.
    graph.writeProbe(probeFile, shown.isEmpty() ? graph.outputs().values() : shown.values());
    try (OnnxRun probe = probe(probeFile);
        Shipped shipped = new Shipped(file)) {
      int enough = Math.min(TrialSizes.ENOUGH, choice.sizes().size());
      for (int repeat = 0; repeat == 0 || (repeat <= REPEATS && isTooLittle()); repeat++) {
        for (Map<String, Long> symbols : choice.sizes()) {
          if (ran() < enough && failures.isEmpty()) {
            tryOut(probe, shipped, symbols, repeat);
          }
        }
      }
      shipped.note().ifPresent(notes::add);
    } catch (OnnxRunException e) {
      failures.add("ONNX Runtime can't run the model: " + e.getMessage());
    }
    if (failures.isEmpty() && isTooLittle()) {
      failures.add(tooLittle());
    }
    return new VerificationResult(
        trials,
        values.values().stream().map(Difference::result).toList(),
        outputs.values().stream().map(Difference::result).toList(),
        List.copyOf(notes),
        failures);
  }

  private boolean isTooLittle() {
    return ran() == 0 || ran() < Math.min(2, choice.sizes().size());
  }

  private long ran() {
    return trials.stream().filter(Trial::ran).count();
  }

  private String tooLittle() {
    String why =
        trials.stream()
            .filter(trial -> choice.fits() && !trial.ran())
            .map(Trial::note)
            .findFirst()
            .orElse(choice.conflict());
    String options =
        graph.inputs().stream()
            .filter(input -> !input.shape().isFixed())
            .map(input -> input.name() + "=" + sizes(input))
            .collect(Collectors.joining(" "));
    return "expected inputs of sizes that the network and its export can run, found "
        + (ran() == 0 ? "none" : "only " + ran())
        + (why.isEmpty() ? "" : " (" + why + ")")
        + (options.isEmpty() ? "" : "; say sizes by --shape, here " + options);
  }

  private static String sizes(Value input) {
    return input.shape().dims().stream().map(Dim::label).collect(Collectors.joining(","));
  }

  /** As the file is written, if ONNX Runtime runs it so, else as it optimises it. */
  private static OnnxRun probe(Path file) {
    try {
      return OnnxRun.asWritten(file);
    } catch (OnnxRunException e) {
      return OnnxRun.of(file);
    }
  }

  private void tryOut(OnnxRun probe, Shipped shipped, Map<String, Long> symbols, int repeat) {
    Map<String, Tensor> inputs = draw(symbols, repeat);
    Map<String, List<Long>> listed = new LinkedHashMap<>();
    inputs.forEach(
        (name, tensor) -> listed.put(name, Arrays.stream(tensor.sizes()).boxed().toList()));
    Map<String, Tensor> probed;
    try {
      probed = probe.run(inputs, network.hasLoop() ? Optional.of(PATIENCE) : Optional.empty());
    } catch (OnnxRunException e) {
      trials.add(new Trial(listed, false, "ONNX Runtime: " + e.getMessage()));
      // SameDiff's native code, which checks less, must not see sizes that don't fit.
      boolean isOurs = choice.fits() && repeat == 0 && !e.isTooSmall() && !e.isTooLong();
      if (isOurs && isTakenBySameDiff(inputs)) {
        failures.add("ONNX Runtime can't run " + listed + ": " + e.getMessage());
      }
      return;
    }
    if (probed.values().stream().anyMatch(tensor -> tensor.elements().count() == 0)) {
      trials.add(new Trial(listed, false, "nothing would be left of it"));
      return;
    }
    Layout layout = graph.layout(symbols, observed(probed));
    Map<String, Tensor> named = named(inputs, probed);
    Optional<String> outside = Partitions.outside(network, named).or(() -> trap(network, named));
    if (outside.isPresent()) {
      trials.add(new Trial(listed, false, outside.get()));
      return;
    }
    Map<String, Tensor> expected;
    try {
      expected = reference.compute(inputs, false);
    } catch (RuntimeException e) {
      trials.add(new Trial(listed, false, "SameDiff: " + firstLine(e)));
      return;
    }
    if (!expected.keySet().containsAll(values.keySet())) {
      trials.add(new Trial(listed, false, "SameDiff computes only " + expected.keySet()));
      return;
    }
    trials.add(new Trial(listed, true, ""));
    Map<String, Difference> compared = compare(values, expected, byVariable(probed), symbols);
    if (!areAccurate(compared)) {
      Map<String, Tensor> onCopies = reference.compute(inputs, true);
      Map<String, Difference> again = compare(values, onCopies, byVariable(probed), symbols);
      if (areAccurate(again)) {
        notes.add(overwritten(compared));
        compared = again;
        expected = onCopies;
      }
    }
    merge(values, compared);
    Map<String, Tensor> right = expected;
    Map<String, Tensor> received =
        shipped.run(
            inputs, unproven(layout), made -> areAccurate(compare(outputs, right, made, symbols)));
    merge(outputs, compare(outputs, right, received, symbols));
  }

  /** What of a trial SameDiff's native code can't divide. */
  private static Optional<String> trap(Network network, Map<String, Tensor> values) {
    for (Node node : network.nodes()) {
      List<INDArray> inputs =
          Divisions.divides(node)
              ? node.inputs().stream()
                  .flatMap(
                      name ->
                          Optional.ofNullable(values.get(name))
                              .map(Tensor::toArray)
                              .or(() -> network.stored(name))
                              .stream())
                  .toList()
              : List.of();
      Optional<String> trap =
          inputs.size() == node.inputs().size() ? Divisions.trap(node, inputs) : Optional.empty();
      if (trap.isPresent()) {
        return trap;
      }
    }
    return Optional.empty();
  }

  private boolean isTakenBySameDiff(Map<String, Tensor> inputs) {
    try {
      reference.compute(inputs, false);
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  private static String overwritten(Map<String, Difference> compared) {
    String names =
        compared.values().stream()
            .map(Difference::result)
            .filter(result -> !result.accurate())
            .map(ValueResult::value)
            .collect(Collectors.joining(", "));
    return names
        + ": SameDiff writes into it while another operator reads it; compared with what it"
        + " computes where every operator reads a copy";
  }

  /** Why ONNX Runtime's optimised pooling might end the process; empty if it can't. */
  private static Optional<String> unproven(Layout layout) {
    return layout.isProven()
        ? Optional.empty()
        : layout.conflict().or(() -> Optional.of("windows inside of a branch or a loop"));
  }

  /** The shapes that a run gave, by the names of the graph's values. */
  private Map<String, Shape> observed(Map<String, Tensor> probed) {
    Map<String, Shape> observed = new LinkedHashMap<>();
    shown
        .values()
        .forEach(
            value ->
                observed.put(
                    value.name(), Shape.of(known(probed, graph.finalName(value)).sizes())));
    return observed;
  }

  /** All that is known of a run, by SameDiff's names. */
  private Map<String, Tensor> named(Map<String, Tensor> inputs, Map<String, Tensor> probed) {
    Map<String, Tensor> named = new LinkedHashMap<>(inputs);
    named.putAll(byVariable(probed));
    return named;
  }

  private Map<String, Tensor> byVariable(Map<String, Tensor> probed) {
    Map<String, Tensor> named = new LinkedHashMap<>();
    shown.forEach((variable, value) -> named.put(variable, known(probed, graph.finalName(value))));
    return named;
  }

  private static Map<String, Difference> compare(
      Map<String, Difference> all,
      Map<String, Tensor> expected,
      Map<String, Tensor> received,
      Map<String, Long> symbols) {
    Map<String, Difference> compared = new LinkedHashMap<>();
    all.forEach(
        (name, total) -> {
          Tensor should = known(expected, name);
          Tensor is = known(received, name);
          // A model of float16 is compared with float32, which it stands for.
          boolean isReduced =
              should.type() == ElementType.FLOAT && is.type() == ElementType.FLOAT16;
          Difference difference = total.another();
          difference.add(isReduced ? should.as(ElementType.FLOAT16) : should, is, symbols);
          compared.put(name, difference);
        });
    return compared;
  }

  private static boolean areAccurate(Map<String, Difference> compared) {
    return compared.values().stream().allMatch(difference -> difference.result().accurate());
  }

  private static void merge(Map<String, Difference> all, Map<String, Difference> compared) {
    compared.forEach((name, difference) -> known(all, name).merge(difference));
  }

  private Map<String, Tensor> draw(Map<String, Long> symbols, int repeat) {
    Layout layout = graph.layout(symbols);
    double least = trials.size() % 2 == 0 ? 0 : -1;
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (String name : network.inputs()) {
      Value input = input(name);
      long[] sizes = input.shape().dims().stream().mapToLong(dim -> size(dim, symbols)).toArray();
      long seed = SEED + trials.size() * 31L + inputs.size();
      Tensor drawn = drawing.draw(name, input.type(), sizes, least, seed, layout, repeat);
      inputs.put(name, Tensor.of(original.accepted(name, drawn.toArray())));
    }
    return inputs;
  }

  private static long size(Dim dim, Map<String, Long> symbols) {
    return dim instanceof Dim.Symbol symbol
        ? known(symbols, symbol.name()) * symbol.factor()
        : dim.size();
  }

  private Value input(String name) {
    return graph.inputs().stream()
        .filter(value -> value.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static <T> T known(Map<String, T> all, String name) {
    return Optional.ofNullable(all.get(name))
        .orElseThrow(() -> new IllegalStateException(name + ": expected, received nothing"));
  }

  private static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }
}
