package io.subpixel.converter.deeplearning4j;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeFeedForward;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeRecurrent;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.nd4j.autodiff.samediff.SDVariable;

/** Layers and vertices that say themselves what they are in SameDiff, without masks. */
final class Defined {
  private Defined() {}

  private static Map<String, SDVariable> weights(Iterable<String> keys, Scope scope) {
    Map<String, SDVariable> weights = new LinkedHashMap<>();
    keys.forEach(key -> weights.put(key, scope.weight(key)));
    return weights;
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
      return Optional.empty();
    }

    @Override
    @SuppressWarnings("NullAway") // Deeplearning4j's own take a mask that is null for none.
    public Value translate(SameDiffLayer layer, Scope scope) {
      Map<String, SDVariable> weights =
          weights(layer.getLayerParams().getParamShapes().keySet(), scope);
      SDVariable y = layer.defineLayer(scope.graph(), scope.x(), weights, null);
      boolean channelsLast =
          layer instanceof LocallyConnected2D local && local.getFormat() == CNN2DFormat.NHWC;
      InputType type = layer.getOutputType(0, scope.input().inputType(channelsLast));
      return value(y, type, scope.input());
    }
  }

  /** A vertex. */
  static final class AsVertex implements VertexTranslator<SameDiffVertex> {
    @Override
    @SuppressWarnings("NullAway") // As above.
    public Value translate(SameDiffVertex vertex, Scope scope) {
      Map<String, SDVariable> weights =
          weights(vertex.getVertexParams().getParamShapes().keySet(), scope);
      List<String> names = vertex.getVertexParams().getInputs();
      Map<String, SDVariable> inputs = new LinkedHashMap<>();
      InputType[] types = new InputType[names.size()];
      for (int i = 0; i < types.length; i++) {
        inputs.put(names.get(i), scope.inputs().get(i).variable());
        types[i] = scope.inputs().get(i).inputType(false);
      }
      SDVariable y = vertex.defineVertex(scope.graph(), inputs, weights, null);
      return value(y, vertex.getOutputType(0, types), scope.input());
    }
  }
}
