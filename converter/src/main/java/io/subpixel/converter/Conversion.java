package io.subpixel.converter;

import io.subpixel.converter.graph.Dim;
import io.subpixel.converter.graph.OnnxGraph;
import io.subpixel.converter.graph.Opset;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.operators.Emission;
import io.subpixel.converter.operators.OperatorHandler;
import io.subpixel.converter.operators.OperatorRegistry;
import io.subpixel.converter.operators.UnsupportedModelException.Problem;
import io.subpixel.converter.source.Network;
import io.subpixel.converter.source.Node;
import io.subpixel.models.InvalidInputException;
import io.subpixel.models.ModelCard;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;

/** From a network to an ONNX graph: first everything is checked, then everything is emitted. */
final class Conversion {
  private static final String CONVENTIONAL_INPUT = "lr";
  private static final String CONVENTIONAL_OUTPUT = "sr";
  private static final List<String> IMAGE = List.of("N", "C", "H", "W");
  private static final List<String> IMAGE_CHANNELS_LAST = List.of("N", "H", "W", "C");

  private final Network network;
  private final OperatorRegistry registry;
  private final Optional<ModelCard> card;

  Conversion(Network network, OperatorRegistry registry, Optional<ModelCard> card) {
    this.network = network;
    this.registry = registry;
    this.card = card;
  }

  /** Everything that can't be exported, in the order of the graph. */
  List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    Set<String> variables = new LinkedHashSet<>(network.inputs());
    for (String input : network.inputs()) {
      // SameDiff gives a placeholder that was made without a shape the one of a scalar.
      if (network.sizes(input).map(sizes -> sizes.length == 0).orElse(true)) {
        problems.add(
            new Problem(input, "variable", "no shape", "give it one, with -1 for unknown sizes"));
      }
    }
    for (Node node : network.nodes()) {
      Optional<OperatorHandler> handler = registry.find(node.operator());
      if (handler.isEmpty()) {
        problems.add(
            new Problem(
                node.name(),
                node.operator(),
                "no such operator here",
                "replace it by those of 'converter ops', or cut it off with other outputs"));
      } else {
        handler
            .get()
            .check(node, network)
            .ifPresent(
                refusal ->
                    problems.add(
                        new Problem(
                            node.name(), node.operator(), refusal.reason(), refusal.help())));
      }
      variables.addAll(node.inputs());
      variables.addAll(node.outputs());
    }
    for (String variable : variables) {
      DataType type = network.type(variable);
      if (type != DataType.FLOAT) {
        problems.add(new Problem(variable, "variable", "type " + type, "use FLOAT"));
      }
    }
    return problems;
  }

  /**
   * Emits a network that has no problems.
   *
   * @throws InvalidInputException if the card contradicts the network
   */
  OnnxGraph emit(Opset opset) throws InvalidInputException {
    OnnxGraph graph =
        new OnnxGraph(
            card.map(ModelCard::name).orElse("samediff"),
            opset,
            network.sameDiff().variableMap().keySet());
    for (String input : network.inputs()) {
      graph.input(input, inputShape(input));
    }
    Emission emission = new Emission(network, graph);
    for (Node node : network.nodes()) {
      OperatorHandler handler = registry.find(node.operator()).orElseThrow();
      handler.emit(node, emission);
    }
    network.outputs().forEach(graph::output);
    checkScale(graph);
    return graph;
  }

  private Shape inputShape(String input) throws InvalidInputException {
    long[] sizes = network.sizes(input).orElseThrow();
    boolean channelsLast = sizes.length == 4 && sizes[1] < 0 && sizes[3] >= 0;
    List<String> names = channelsLast ? IMAGE_CHANNELS_LAST : IMAGE;
    boolean isImage = isImage(input, sizes);
    List<Dim> dims = new ArrayList<>();
    for (int axis = 0; axis < sizes.length; axis++) {
      String name = isImage ? names.get(axis) : input + "_d" + axis;
      dims.add(sizes[axis] >= 0 ? Dim.of(sizes[axis]) : Dim.named(name));
    }
    if (isImage && card.isPresent()) {
      int axis = names.indexOf("C");
      Dim channels = Dim.of(card.get().channels());
      if (sizes[axis] >= 0 && !dims.get(axis).equals(channels)) {
        throw new InvalidInputException(
            "the card's channels", sizes[axis] + " as " + input + " has", channels.label());
      }
      dims.set(axis, channels);
    }
    return new Shape(dims);
  }

  /** The input {@code lr}, or the only placeholder, if it has four axes and not all are known. */
  private boolean isImage(String input, long[] sizes) {
    long placeholders =
        network.inputs().stream()
            .filter(name -> network.sameDiff().getVariable(name).isPlaceHolder())
            .count();
    return sizes.length == 4
        && Arrays.stream(sizes).anyMatch(size -> size < 0)
        && network.sameDiff().getVariable(input).isPlaceHolder()
        && (input.equals(CONVENTIONAL_INPUT) || placeholders == 1);
  }

  private void checkScale(OnnxGraph graph) throws InvalidInputException {
    for (String output : network.outputs()) {
      Shape shape = graph.shape(output);
      boolean isPicture =
          card.isPresent()
              && output.equals(CONVENTIONAL_OUTPUT)
              && shape.rank() == 4
              && shape.dim(2) instanceof Dim.Symbol height
              && height.name().equals("H");
      if (isPicture && !shape.dim(2).equals(new Dim.Symbol("H", card.get().scale()))) {
        throw new InvalidInputException(
            "the card's scale",
            "that of " + output + " " + shape,
            Integer.toString(card.get().scale()));
      }
    }
  }
}
