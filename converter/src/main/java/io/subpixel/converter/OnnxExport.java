package io.subpixel.converter;

import io.subpixel.converter.ExportReport.NodeReport;
import io.subpixel.converter.ExportReport.Port;
import io.subpixel.converter.deeplearning4j.Deeplearning4jNetwork;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.graph.Value;
import io.subpixel.converter.internal.graph.OnnxGraph;
import io.subpixel.converter.internal.source.Network;
import io.subpixel.converter.internal.verification.Constants;
import io.subpixel.converter.internal.verification.Original;
import io.subpixel.converter.internal.verification.Verification;
import io.subpixel.converter.internal.verification.VerificationResult;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.operators.UnsupportedModelException;
import io.subpixel.converter.operators.UnsupportedModelException.Problem;
import io.subpixel.converter.source.Node;
import io.subpixel.converter.source.UnknownNameException;
import io.subpixel.converter.verification.ValueResult;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.AtomicFile;
import io.subpixel.pictures.internal.Temporaries;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.VerificationException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Writes SameDiff and Deeplearning4j networks as ONNX files. Stateless; but a {@link SameDiff} is
 * not thread-safe, so nobody else may use it during its export. The network is not changed.
 *
 * <p>The file holds what the outputs need and nothing else: no loss, no labels, no state of an
 * optimiser. Inputs and outputs keep SameDiff's names, layouts and sizes. Unknown sizes are {@code
 * N} (batch), {@code H}, {@code W} and {@code T} (time) where they are that, else {@code
 * <input>_d<axis>}; sizes that have to be equal have one name, and {@code x2H} is twice {@code H}.
 * The same network always gives the same bytes.
 *
 * <p>If the handler of an operator has a bug, a runtime exception names the operation, with what
 * the handler threw as its cause.
 *
 * <p>A model of 2 GB or more, which is more than ONNX's format holds, has its weights in a file
 * beside it, named like it with {@code .data} behind. The two belong together.
 *
 * @since 0.1
 */
public final class OnnxExport {
  /** The metadata that says what kind of network a model was made of. */
  private static final String SOURCE_KEY = "subpixel.source";

  private OnnxExport() {}

  /**
   * Exports and, unless the options say otherwise, verifies that ONNX Runtime computes the same.
   *
   * @param target the file to create or replace; it stays as it was if anything fails
   * @return what was done
   * @throws UnsupportedModelException if some parts can't be exported; it lists all of them
   * @throws UnknownNameException if the options name inputs or outputs that aren't there
   * @throws InvalidInputException if the card contradicts the network, or the target can't be
   *     written
   * @throws VerificationException if the export computes something else
   * @throws IOException if writing fails
   */
  public static ExportReport export(SameDiff network, ExportOptions options, Path target)
      throws IOException {
    return export(network, options, target, report -> {});
  }

  /**
   * Like {@link #export(SameDiff, ExportOptions, Path)}.
   *
   * @param observer gets the report before any failure that it tells of is thrown
   */
  public static ExportReport export(
      SameDiff network, ExportOptions options, Path target, Consumer<ExportReport> observer)
      throws IOException {
    return export(Source.of(network), options, target, target.toString(), observer);
  }

  /**
   * Exports a Deeplearning4j network. ONNX Runtime's values are compared with what Deeplearning4j
   * computes for each layer, not only with SameDiff's.
   *
   * @param target the file to create or replace; it stays as it was if anything fails
   * @param observer gets the report before any failure that it tells of is thrown
   * @throws UnsupportedModelException if some parts can't be exported; it lists all of them
   * @throws UnknownNameException if the options name inputs or outputs that aren't there
   * @throws VerificationException if the export computes something else
   * @throws IOException if writing fails
   */
  public static ExportReport export(
      Deeplearning4jNetwork network,
      ExportOptions options,
      Path target,
      Consumer<ExportReport> observer)
      throws IOException {
    return export(Source.of(network, options), options, target, target.toString(), observer);
  }

  /**
   * Like {@link #export(SameDiff, ExportOptions, Path)}, to a stream, which stays open. If anything
   * fails before the model is complete, nothing is written to it.
   *
   * @throws InvalidInputException if the model is too large for one file
   */
  public static ExportReport export(SameDiff network, ExportOptions options, OutputStream out)
      throws IOException {
    return export(Source.of(network), options, out);
  }

  /** Like {@link #export(SameDiff, ExportOptions, OutputStream)}, of a Deeplearning4j network. */
  public static ExportReport export(
      Deeplearning4jNetwork network, ExportOptions options, OutputStream out) throws IOException {
    return export(Source.of(network, options), options, out);
  }

  /** Like {@link #export(SameDiff, ExportOptions, OutputStream)}, but returns the model. */
  public static byte[] export(SameDiff network, ExportOptions options) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    export(network, options, out);
    return out.toByteArray();
  }

  /** Like {@link #export(SameDiff, ExportOptions)}, of a Deeplearning4j network. */
  public static byte[] export(Deeplearning4jNetwork network, ExportOptions options)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    export(network, options, out);
    return out.toByteArray();
  }

  /** By a file, as that is what ONNX Runtime verifies. */
  private static ExportReport export(Source source, ExportOptions options, OutputStream out)
      throws IOException {
    Path folder = Temporaries.folder();
    Path model = folder.resolve("model.onnx");
    Path data = OnnxGraph.dataOf(model);
    try {
      ExportReport report = export(source, options, model, "", made -> {});
      if (Files.exists(data)) {
        throw new InvalidInputException(
            "the model",
            "one whose weights fit into the same file",
            Files.size(data) + " bytes of weights beside it: export it to a path");
      }
      Files.copy(model, out);
      return report;
    } finally {
      Files.deleteIfExists(data);
      Files.deleteIfExists(model);
      Files.deleteIfExists(folder);
    }
  }

  /**
   * A network to export.
   *
   * @param kind what it is made of, as the metadata say
   * @param original what to compare with, beside SameDiff
   */
  private record Source(SameDiff sameDiff, String kind, Original original) {
    static Source of(SameDiff network) {
      return new Source(network, "SameDiff", inputs -> Map.of());
    }

    static Source of(Deeplearning4jNetwork network, ExportOptions options) throws IOException {
      Deeplearning4jNetwork shaped = shaped(network, options);
      return new Source(shaped.toSameDiff(), "Deeplearning4j", shaped);
    }
  }

  private static Deeplearning4jNetwork shaped(
      Deeplearning4jNetwork network, ExportOptions options) {
    Deeplearning4jNetwork shaped = network;
    for (Map.Entry<String, Shape> shape : options.shapes().entrySet()) {
      if (!network.inputs().contains(shape.getKey())) {
        throw new UnknownNameException("shape", shape.getKey(), network.inputs());
      }
      shaped = shaped.withInputShape(shape.getKey(), Conversion.sizes(shape.getValue()));
    }
    return options.masks() ? shaped.withMasks() : shaped;
  }

  /**
   * Exports.
   *
   * @param name what reports and messages call the target; empty if nobody knows of it
   */
  private static ExportReport export(
      Source source,
      ExportOptions wanted,
      Path target,
      String name,
      Consumer<ExportReport> observer)
      throws IOException {
    long start = System.nanoTime();
    Network network = Network.select(source.sameDiff(), wanted.inputs(), wanted.outputs());
    ExportOptions options = fitted(network, wanted);
    // What the network computes is compared in its plain form, the form by itself.
    Conversion conversion = new Conversion(network, options.withIo(Io.PLAIN));
    Reports reports = new Reports(name, network, options, start);
    List<Problem> problems = conversion.problems();
    Optional<RuntimeException> bug = conversion.bug();
    if (bug.isPresent() || !problems.isEmpty()) {
      observer.accept(reports.refused(conversion));
      sound(conversion);
      throw new UnsupportedModelException(problems);
    }

    OnnxGraph plain = conversion.graph();
    OnnxGraph shipped = options.io() == Io.PLAIN ? plain : new Conversion(network, options).graph();
    Constants.fold(plain);
    if (shipped != plain) {
      Constants.fold(shipped);
    }
    Map<String, String> metadata = new TreeMap<>(Map.of(SOURCE_KEY, source.kind()));
    options.card().ifPresent(card -> metadata.put(ModelCard.METADATA_KEY, card.toJson()));
    try (AtomicFile file = AtomicFile.create(target)) {
      try {
        // Refused here if the folder can't be written to.
        Files.createFile(file.temporary());
        try (Staging staging = new Staging(file.temporary(), target)) {
          Path model = staging.model();
          Path inner = shipped == plain ? model : staging.file("plain.onnx");
          Optional<VerificationResult> result = Optional.empty();
          if (options.verify()) {
            plain.write(inner, metadata, options.mostBytes());
            result =
                Optional.of(
                    Verification.verify(
                        network,
                        source.original(),
                        plain,
                        conversion.values(),
                        inner,
                        staging.file("probe.onnx"),
                        options.tolerance()));
          }
          if (shipped != plain || !options.verify()) {
            shipped.write(model, metadata, options.mostBytes());
          }
          if (shipped != plain && options.verify()) {
            Optional<String> fault =
                FormCheck.check(
                    options.io(),
                    inner,
                    model,
                    options.card().orElseThrow(),
                    plain.inputs().get(0).shape());
            result = result.map(found -> found.with(fault));
          }
          ExportReport report = reports.converted(shipped, result, conversion.notes());
          observer.accept(report);
          Optional<String> failed = result.flatMap(VerificationResult::failure);
          if (failed.isPresent() && !conversion.shapeless().isEmpty()) {
            throw new UnsupportedModelException(conversion.shapeless());
          } else if (failed.isPresent()) {
            throw new VerificationException(
                (name.isEmpty() ? "the model" : name) + ": not written: " + failed.get());
          }
          staging.deliver(file);
          return report;
        }
      } catch (IOException e) {
        throw file.explained(e);
      }
    }
  }

  /** With the opset that the operators need, if none was asked for. */
  private static ExportOptions fitted(Network network, ExportOptions options) {
    int least =
        network.nodes().stream()
            .flatMap(node -> options.operators().find(node.operator()).stream())
            .mapToInt(OperatorRegistry.Entry::since)
            .max()
            .orElse(0);
    return options.withLeastOpset(least);
  }

  /**
   * Looks for what can't be exported, without writing anything.
   *
   * @return every such part, in the order of the graph; empty if all can be
   * @throws UnknownNameException if the options name inputs or outputs that aren't there
   * @throws InvalidInputException if the card contradicts the network
   */
  public static List<Problem> problems(SameDiff network, ExportOptions options)
      throws InvalidInputException {
    Network selected = Network.select(network, options.inputs(), options.outputs());
    return sound(new Conversion(selected, fitted(selected, options))).problems();
  }

  /**
   * The shapes that the inputs will have in the file: sizes that have to be equal have one name.
   *
   * @return by name; empty if parts can't be exported
   */
  public static Map<String, Shape> inputShapes(SameDiff network, ExportOptions options)
      throws InvalidInputException {
    Network selected = Network.select(network, options.inputs(), options.outputs());
    Conversion conversion = sound(new Conversion(selected, fitted(selected, options)));
    Map<String, Shape> shapes = new LinkedHashMap<>();
    if (conversion.problems().isEmpty()) {
      conversion.graph().inputs().forEach(input -> shapes.put(input.name(), input.shape()));
    }
    return shapes;
  }

  private static Conversion sound(Conversion conversion) {
    conversion
        .bug()
        .ifPresent(
            bug -> {
              throw bug;
            });
    return conversion;
  }

  /** Like {@link #problems(SameDiff, ExportOptions)}, of a Deeplearning4j network. */
  public static List<Problem> problems(Deeplearning4jNetwork network, ExportOptions options)
      throws InvalidInputException {
    try {
      return problems(shaped(network, options).toSameDiff(), options);
    } catch (UnsupportedModelException e) {
      return e.problems();
    }
  }

  /** Makes the reports of one export. */
  private record Reports(String file, Network network, ExportOptions options, long start) {
    ExportReport refused(Conversion conversion) {
      // A model is written whole or not at all.
      List<NodeReport> nodes =
          nodes(
              node ->
                  conversion.outcome(node) instanceof NodeOutcome.Converted
                      ? NodeOutcome.Refused.CONSEQUENCE
                      : conversion.outcome(node));
      List<String> failures =
          Stream.concat(
                  conversion.problems().stream().map(Problem::toString),
                  conversion.bug().stream().map(Throwable::getMessage))
              .toList();
      return new ExportReport(
          file,
          options.opset().version(),
          options.opset().irVersion(),
          0,
          List.of(),
          List.of(),
          false,
          options.tolerance(),
          nodes,
          foldedNames(),
          List.of(),
          List.of(),
          List.of(),
          failures,
          seconds());
    }

    ExportReport converted(
        OnnxGraph graph, Optional<VerificationResult> result, List<String> ofInputs) {
      Map<String, ValueResult> values =
          result.stream()
              .flatMap(found -> found.values().stream())
              .collect(Collectors.toMap(ValueResult::value, Function.identity()));
      boolean loaded = result.map(found -> !found.trials().isEmpty()).orElse(false);
      List<NodeReport> nodes =
          nodes(
              node ->
                  new NodeOutcome.Converted(
                      loaded, Optional.ofNullable(values.get(node.output()))));
      return new ExportReport(
          file,
          options.opset().version(),
          options.opset().irVersion(),
          graph.parameters(),
          graph.inputs().stream().map(input -> port(input.name(), input)).toList(),
          graph.outputs().entrySet().stream()
              .map(output -> port(output.getKey(), output.getValue()))
              .toList(),
          result.isPresent(),
          options.tolerance(),
          nodes,
          foldedNames(),
          result.map(VerificationResult::trials).orElse(List.of()),
          result.map(VerificationResult::outputs).orElse(List.of()),
          Stream.concat(ofInputs.stream(), result.stream().flatMap(found -> found.notes().stream()))
              .toList(),
          result.map(VerificationResult::failures).orElse(List.of()),
          seconds());
    }

    private double seconds() {
      return (System.nanoTime() - start) / 1e9;
    }

    private List<NodeReport> nodes(Function<Node, NodeOutcome> outcomes) {
      return network.nodes().stream()
          .map(node -> outcomes.apply(node).report(node, emitted(node)))
          .toList();
    }

    private List<String> emitted(Node node) {
      return options
          .operators()
          .find(node.operator())
          .map(entry -> entry.emits().stream().map(OnnxOperator::onnxName).toList())
          .orElse(List.of());
    }

    private List<String> foldedNames() {
      return network.folded().stream().map(Node::name).toList();
    }

    private static Port port(String name, Value value) {
      return new Port(name, value.type().toString(), value.shape().toString());
    }
  }
}
