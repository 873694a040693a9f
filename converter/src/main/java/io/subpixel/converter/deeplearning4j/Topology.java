package io.subpixel.converter.deeplearning4j;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.conf.weightnoise.WeightNoise;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.TimeSeriesUtils;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Either kind of Deeplearning4j network as parts that read each other by name.
 *
 * @param inputs names of the network's inputs
 * @param outputs names of the parts whose values are the network's outputs
 * @param parts every layer and vertex, each behind those that it reads
 * @param dataType of the coefficients and activations
 */
record Topology(List<String> inputs, List<String> outputs, List<Part> parts, DataType dataType) {
  private static final String ONLY_INPUT = "input";

  /** A layer or a vertex. */
  sealed interface Part {
    String name();

    /** Names of what it reads: parts and inputs of the network. */
    List<String> reads();

    Map<String, INDArray> parameters();

    /** The class of its configuration, for messages. */
    String kind();

    /** See {@link LayerTranslator#check}. */
    Optional<Refusal> check(Translators translators);

    /** See {@link LayerTranslator#takes}. */
    Optional<long[]> takes(Translators translators, Optional<long[]> next);

    /** See {@link LayerTranslator#translate}. */
    Value translate(Translators translators, Scope scope);
  }

  /** A layer, with what stands before it. */
  record LayerPart(
      String name,
      List<String> reads,
      Optional<InputPreProcessor> preprocessor,
      org.deeplearning4j.nn.conf.layers.Layer layer,
      Map<String, INDArray> parameters)
      implements Part {
    @Override
    public String kind() {
      return layer.getClass().getSimpleName();
    }

    @Override
    public Optional<Refusal> check(Translators translators) {
      preprocessor.ifPresent(translators::preprocessor);
      if (layer instanceof BaseLayer base
          && base.getWeightNoise() instanceof WeightNoise noise
          && noise.isApplyToBias()) {
        return Optional.of(
            new Refusal(
                "noise on biases, which Deeplearning4j adds at inference too",
                "take the noise out of the configuration"));
      }
      LayerTranslator<org.deeplearning4j.nn.conf.layers.Layer> translator =
          translators.layer(layer);
      return Settings.check(layer).or(() -> translator.check(layer));
    }

    @Override
    public Optional<long[]> takes(Translators translators, Optional<long[]> next) {
      Optional<long[]> own = translators.layer(layer).takes(layer, next);
      return preprocessor.isPresent()
          ? translators.preprocessor(preprocessor.get()).takes(preprocessor.get(), own)
          : own;
    }

    @Override
    public Value translate(Translators translators, Scope scope) {
      Value input = scope.input();
      if (preprocessor.isPresent()) {
        input = translators.preprocessor(preprocessor.get()).translate(preprocessor.get(), scope);
      }
      LayerTranslator<org.deeplearning4j.nn.conf.layers.Layer> translator =
          translators.layer(layer);
      Scope read = scope.with(input);
      return translator.translate(layer, read).masked(translator.mask(layer, read));
    }
  }

  /** A vertex that is no layer. */
  record VertexPart(
      String name, List<String> reads, GraphVertex vertex, Map<String, INDArray> parameters)
      implements Part {
    @Override
    public String kind() {
      return vertex.getClass().getSimpleName();
    }

    @Override
    public Optional<Refusal> check(Translators translators) {
      return translators.vertex(vertex).check(vertex);
    }

    @Override
    public Optional<long[]> takes(Translators translators, Optional<long[]> next) {
      return translators.vertex(vertex).takes(vertex, next);
    }

    @Override
    public Value translate(Translators translators, Scope scope) {
      VertexTranslator<GraphVertex> translator = translators.vertex(vertex);
      return translator.translate(vertex, scope).masked(translator.mask(vertex, scope));
    }
  }

  static Topology of(MultiLayerNetwork network) {
    requireInitialized(network.isInitCalled());
    MultiLayerConfiguration configuration = network.getLayerWiseConfigurations();
    Names names = new Names();
    Layer[] layers = network.getLayers();
    List<String> layerNames = new ArrayList<>();
    for (int i = 0; i < layers.length; i++) {
      String given = configuration.getConf(i).getLayer().getLayerName();
      layerNames.add(names.fresh(given == null || given.isEmpty() ? "layer" + i : given));
    }
    String input = names.fresh(ONLY_INPUT);
    String read = input;
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < layers.length; i++) {
      parts.add(
          new LayerPart(
              layerNames.get(i),
              List.of(read),
              Optional.ofNullable(configuration.getInputPreProcess(i)),
              configuration.getConf(i).getLayer(),
              parameters(layers[i].paramTable())));
      read = layerNames.get(i);
    }
    return new Topology(List.of(input), List.of(read), parts, configuration.getDataType());
  }

  static Topology of(ComputationGraph network) {
    requireInitialized(network.getVertices() != null);
    ComputationGraphConfiguration configuration = network.getConfiguration();
    List<Part> parts = new ArrayList<>();
    for (int index : network.topologicalSortOrder()) {
      String name = network.getVertices()[index].getVertexName();
      GraphVertex vertex = configuration.getVertices().get(name);
      if (vertex == null) {
        continue; // An input of the network.
      }
      List<String> reads = List.copyOf(configuration.getVertexInputs().get(name));
      Map<String, INDArray> parameters = parameters(network.getVertices()[index].paramTable(false));
      if (vertex instanceof LayerVertex layer) {
        parts.add(
            new LayerPart(
                name,
                reads,
                Optional.ofNullable(layer.getPreProcessor()),
                layer.getLayerConf().getLayer(),
                parameters));
      } else {
        parts.add(new VertexPart(name, reads, vertex, parameters));
      }
    }
    return new Topology(
        List.copyOf(configuration.getNetworkInputs()),
        List.copyOf(configuration.getNetworkOutputs()),
        parts,
        configuration.getDataType());
  }

  /**
   * The shapes of the inputs as far as the configuration tells them, {@link Value#UNKNOWN} where it
   * doesn't; without those whose rank it doesn't tell.
   */
  Map<String, long[]> inputShapes(Translators translators) {
    Map<String, long[]> wanted = new HashMap<>();
    // From the last to the first, so that all that read a part said what they take.
    for (int i = parts.size() - 1; i >= 0; i--) {
      Part part = parts.get(i);
      taken(part, translators, Optional.ofNullable(wanted.get(part.name())))
          .ifPresent(
              shape -> part.reads().forEach(read -> wanted.merge(read, shape, Topology::agreed)));
    }
    Map<String, long[]> shapes = new LinkedHashMap<>();
    for (String input : inputs) {
      if (wanted.containsKey(input)) {
        shapes.put(input, wanted.get(input));
      }
    }
    return shapes;
  }

  /** The shapes that preprocessors demand of the parts and inputs that they read. */
  Map<String, long[]> demandedShapes() {
    Translators translators = Translators.standard();
    Map<String, long[]> demanded = new HashMap<>();
    for (Part part : parts) {
      if (part instanceof LayerPart layer && layer.preprocessor().isPresent()) {
        InputPreProcessor preprocessor = layer.preprocessor().get();
        translators
            .preprocessor(preprocessor)
            .takes(preprocessor, Optional.empty())
            .ifPresent(shape -> demanded.putIfAbsent(layer.reads().get(0), shape));
      }
    }
    return demanded;
  }

  /** Whether an input holds the places of rows in a table. */
  boolean readsIndices(String input) {
    return parts.stream()
        .anyMatch(
            part ->
                part.reads().contains(input)
                    && part instanceof LayerPart layer
                    && layer.layer() instanceof EmbeddingSequenceLayer);
  }

  /** The value that leaves out a step of an input where all its features have it. */
  Optional<Double> maskingValue(String input) {
    return parts.stream()
        .filter(part -> part.reads().contains(input))
        .flatMap(part -> part instanceof LayerPart layer ? Stream.of(layer.layer()) : Stream.of())
        .map(layer -> layer instanceof LastTimeStep last ? last.getUnderlying() : layer)
        .flatMap(layer -> layer instanceof MaskZeroLayer zero ? Stream.of(zero) : Stream.of())
        .map(MaskZeroLayer::getMaskingValue)
        .findFirst();
  }

  /** Whether the steps of a sequence that is an input lie before its channels. */
  boolean isChannelsLast(String input) {
    return parts.stream()
        .anyMatch(
            part ->
                part.reads().contains(input)
                    && part instanceof LayerPart layer
                    && isChannelsLast(layer.layer()));
  }

  private static boolean isChannelsLast(org.deeplearning4j.nn.conf.layers.Layer layer) {
    if (layer instanceof Convolution1DLayer convolution) {
      return convolution.getRnnDataFormat() == RNNFormat.NWC;
    }
    try {
      return TimeSeriesUtils.getFormatFromRnnLayer(layer) == RNNFormat.NWC;
    } catch (IllegalStateException e) {
      return false; // Not recurrent.
    }
  }

  private static Optional<long[]> taken(Part part, Translators translators, Optional<long[]> next) {
    try {
      return part.takes(translators, next);
    } catch (Unsupported e) {
      return Optional.empty(); // The translation reports it.
    }
  }

  /** One of two shapes, with the sizes that the other knows. */
  private static long[] agreed(long[] one, long[] other) {
    long[] shape = one.clone();
    for (int axis = 0; axis < shape.length && one.length == other.length; axis++) {
      shape[axis] = Math.max(shape[axis], other[axis]);
    }
    return shape;
  }

  private static void requireInitialized(boolean isInitialized) {
    if (!isInitialized) {
      throw new IllegalArgumentException(
          "network: expected one that is initialized, received one before its init()");
    }
  }

  private static Map<String, INDArray> parameters(@Nullable Map<String, INDArray> table) {
    return table == null ? Map.of() : new LinkedHashMap<>(table);
  }

  /** Gives each name once. */
  private static final class Names {
    private final Set<String> taken = new HashSet<>();

    String fresh(String hint) {
      String name = hint;
      for (int i = 1; !taken.add(name); i++) {
        name = hint + "_" + i;
      }
      return name;
    }
  }
}
