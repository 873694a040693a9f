package io.subpixel.converter.deeplearning4j;

import java.lang.reflect.Field;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeFeedForward;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeRecurrent;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLambdaVertex;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.deeplearning4j.nn.params.SimpleRnnParamInitializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;

/** Layers and vertices that say what they are in SameDiff, themselves or by a definition. */
final class Defined {
  private static final String QUERY = "Wq";
  private static final String KEY = "Wk";
  private static final String VALUE = "Wv";
  private static final String OUT = "Wo";

  private Defined() {}

  private static Map<String, SDVariable> weights(Iterable<String> keys, Scope scope) {
    Map<String, SDVariable> weights = new LinkedHashMap<>();
    keys.forEach(key -> weights.put(key, scope.weight(key)));
    return weights;
  }

  /** Whether it is one of Deeplearning4j's, whose output types and use of masks are known. */
  private static boolean isKnown(Object configuration) {
    return configuration.getClass().getName().startsWith("org.deeplearning4j.nn.conf.");
  }

  /** As Deeplearning4j gives a mask to what is defined through SameDiff: {@code [N,T]}. */
  private static @Nullable SDVariable steps(Value input, Object configuration, Scope scope) {
    if (input.mask().isPresent()) {
      return input.mask().get().plain();
    } else if (isKnown(configuration)) {
      return null;
    }
    // Others may read it always; then all that is fed to them are ones.
    Value channel = input.with(scope.between(input, 1, 0, 1).mul(0).add(1), 1, 1);
    return switch (input.rank()) {
      case 2 -> channel.variable();
      case 3 -> scope.graph().squeeze(channel.variable(), 1);
      default -> null;
    };
  }

  /** The same variable with the sizes that are known, which some layers ask it for. */
  private static SDVariable sized(Value input, Scope scope) {
    SDVariable x = input.variable();
    return LongStream.of(input.shape()).skip(1).allMatch(size -> size > 0)
        ? new SDVariable(
            x.name(), VariableType.PLACEHOLDER, scope.graph(), input.shape(), x.dataType())
        : x;
  }

  private static Value value(SDVariable variable, InputType type, Value input) {
    long examples = input.size(0);
    if (type instanceof InputTypeFeedForward rows) {
      return input.with(variable, new long[] {examples, rows.getSize()});
    } else if (type instanceof InputTypeRecurrent steps) {
      return input.with(
          variable, new long[] {examples, steps.getSize(), steps.getTimeSeriesLength()});
    } else if (type instanceof InputTypeConvolutional images) {
      long channels = images.getChannels();
      long height = images.getHeight();
      long width = images.getWidth();
      return input.with(
          variable,
          images.getFormat() == CNN2DFormat.NHWC
              ? new long[] {examples, height, width, channels}
              : new long[] {examples, channels, height, width});
    }
    throw new Unsupported("an output of type " + type, "give rows, a sequence or images");
  }

  /** A layer. */
  static final class AsLayer implements LayerTranslator<SameDiffLayer> {
    @Override
    public Optional<long[]> takes(SameDiffLayer layer, Optional<long[]> next) {
      if (layer instanceof SelfAttentionLayer attention) {
        return LayerTranslator.shape(Value.UNKNOWN, attention.getNIn(), Value.UNKNOWN);
      } else if (layer instanceof LearnedSelfAttentionLayer attention) {
        return LayerTranslator.shape(Value.UNKNOWN, attention.getNIn(), Value.UNKNOWN);
      } else if (layer instanceof RecurrentAttentionLayer attention) {
        return LayerTranslator.shape(Value.UNKNOWN, attention.getNIn(), Value.UNKNOWN);
      } else if (isKnown(layer)) {
        return Optional.empty();
      }
      // Weights [in,out] come first in what works on rows.
      return layer.getLayerParams().getParamShapes().values().stream()
          .findFirst()
          .filter(weights -> weights.length == 2 && weights[0] > 0)
          .map(weights -> new long[] {Value.UNKNOWN, weights[0]})
          .or(() -> next);
    }

    @Override
    public Optional<Mask> mask(SameDiffLayer layer, Scope scope) {
      return layer instanceof LearnedSelfAttentionLayer ? Optional.empty() : scope.mask();
    }

    @Override
    @SuppressWarnings("NullAway") // Deeplearning4j's own take a mask that is null for none.
    public Value translate(SameDiffLayer layer, Scope scope) {
      if (layer instanceof RecurrentAttentionLayer attention) {
        return attention(attention, scope);
      }
      Map<String, SDVariable> weights =
          weights(layer.getLayerParams().getParamShapes().keySet(), scope);
      SDVariable mask = steps(scope.input(), layer, scope);
      SDVariable x = sized(scope.input(), scope);
      SDVariable y = layer.defineLayer(scope.graph(), x, weights, mask);
      if (!isKnown(layer)) {
        return scope.tried(y);
      }
      boolean channelsLast =
          layer instanceof LocallyConnected2D local && local.getFormat() == CNN2DFormat.NHWC;
      InputType type = layer.getOutputType(0, scope.input().inputType(channelsLast));
      return value(y, type, scope.input());
    }

    /** Its own definition has one node for each step of a sequence whose length is known. */
    @SuppressWarnings("NullAway") // As above.
    private static Value attention(RecurrentAttentionLayer layer, Scope scope) {
      SameDiff graph = scope.graph();
      SDVariable x = scope.x();
      Map<String, SDVariable> weights = scope.weights();
      SDVariable mask = steps(scope.input(), layer, scope);
      return StepLoop.run(
          scope.masked(Optional.empty()),
          2,
          layer.getNOut(),
          (step, previous, hasPrevious) -> {
            SDVariable query = graph.expandDims(previous, 2);
            SDVariable read =
                layer.isProjectInput()
                    ? graph
                        .nn()
                        .multiHeadDotProductAttention(
                            query,
                            x,
                            x,
                            weights.get(QUERY),
                            weights.get(KEY),
                            weights.get(VALUE),
                            weights.get(OUT),
                            mask,
                            true)
                    : graph.nn().dotProductAttention(query, x, x, mask, true);
            SDVariable attended =
                graph
                    .squeeze(read, 2)
                    .mmul(weights.get(SimpleRnnParamInitializer.RECURRENT_WEIGHT_KEY));
            SDVariable own = step.mmul(weights.get(SimpleRnnParamInitializer.WEIGHT_KEY));
            SDVariable bias = weights.get(SimpleRnnParamInitializer.BIAS_KEY);
            SDVariable biased = bias == null ? own : own.add(bias);
            // The first step has nothing to ask with.
            return layer.getActivation().asSameDiff(graph, biased.add(attended.mul(hasPrevious)));
          });
    }
  }

  /** A vertex. */
  static final class AsVertex implements VertexTranslator<SameDiffVertex> {
    @Override
    @SuppressWarnings("NullAway") // As above.
    public Value translate(SameDiffVertex vertex, Scope scope) {
      forget(vertex);
      Map<String, SDVariable> weights =
          weights(vertex.getVertexParams().getParamShapes().keySet(), scope);
      List<String> names = vertex.getVertexParams().getInputs();
      Map<String, SDVariable> inputs = new LinkedHashMap<>();
      Map<String, SDVariable> masks = new LinkedHashMap<>();
      for (int i = 0; i < names.size(); i++) {
        Value input = scope.inputs().get(i);
        inputs.put(names.get(i), sized(input, scope));
        SDVariable mask = steps(input, vertex, scope);
        if (mask != null) {
          masks.put(names.get(i), mask);
        }
      }
      SDVariable y =
          vertex.defineVertex(scope.graph(), inputs, weights, masks.isEmpty() ? null : masks);
      forget(vertex);
      if (!isKnown(vertex)) {
        return scope.tried(y);
      }
      InputType[] types =
          scope.inputs().stream().map(input -> input.inputType(false)).toArray(InputType[]::new);
      return value(y, vertex.getOutputType(0, types), scope.input());
    }

    /** A lambda vertex keeps the variables of the first graph that it was defined in. */
    private static void forget(SameDiffVertex vertex) {
      if (vertex instanceof SameDiffLambdaVertex) {
        try {
          Field inputs = SameDiffLambdaVertex.class.getDeclaredField("inputs");
          inputs.setAccessible(true);
          inputs.set(vertex, null);
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException("expected M2.1's lambda vertices", e);
        }
      }
    }
  }

  /** A layer by a definition. */
  record OwnLayer(Definition definition) implements LayerTranslator<Layer> {
    @Override
    public Optional<long[]> takes(Layer layer, Optional<long[]> next) {
      return layer instanceof FeedForwardLayer rows
          ? LayerTranslator.shape(Value.UNKNOWN, rows.getNIn())
          : next;
    }

    @Override
    public Value translate(Layer layer, Scope scope) {
      List<SDVariable> x = List.of(sized(scope.input(), scope));
      return scope.tried(definition.define(layer, scope.graph(), x, scope.weights()));
    }
  }

  /** A vertex by a definition. */
  record OwnVertex(Definition definition) implements VertexTranslator<GraphVertex> {
    @Override
    public Value translate(GraphVertex vertex, Scope scope) {
      List<SDVariable> x = scope.inputs().stream().map(input -> sized(input, scope)).toList();
      return scope.tried(definition.define(vertex, scope.graph(), x, scope.weights()));
    }
  }
}
