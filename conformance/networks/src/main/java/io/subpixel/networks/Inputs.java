package io.subpixel.networks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Inputs that a Deeplearning4j network may take: a configuration doesn't keep their sizes. */
final class Inputs {
  private static final long[] SIDES = {28, 26, 32, 64, 100, 8, 16, 24, 48, 96, 128, 224, 256, 299, 416, 5, 10, 130};

  private Inputs() {}

  /** All sizes worth a try, the likely ones first. */
  static Stream<INDArray[]> of(Model network, List<long[]> known) {
    int count = network instanceof ComputationGraph graph ? graph.getNumInputArrays() : 1;
    DataType type = network.params() == null ? DataType.FLOAT : network.params().dataType();
    List<Long> widths = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      widths.add(width(network, i));
    }
    List<LongFunction<long[]>> forms = new ArrayList<>();
    // Both take two axes as well, but aren't meant to.
    if (first(network) instanceof CnnToFeedForwardPreProcessor flat) {
      forms.add(
          width ->
              new long[] {
                2, flat.getNumChannels(), flat.getInputHeight(), flat.getInputWidth()
              });
    } else if (first(network) instanceof RnnToFeedForwardPreProcessor) {
      forms.add(width -> new long[] {2, readsIndices(network) ? 1 : width, 7});
    }
    if (readsIndices(network)) {
      // M2.1 takes any number as an index; a column of them, or a sequence.
      forms.add(width -> new long[] {2, 1});
    } else {
      forms.add(width -> new long[] {2, width});
    }
    forms.add(width -> new long[] {2, width, 7});
    forms.add(width -> new long[] {2, 7});
    for (long side : SIDES) {
      forms.add(width -> new long[] {2, width, side, side});
    }
    for (long side : SIDES) {
      if (side <= 32) {
        forms.add(width -> new long[] {2, width, side, side, side});
        forms.add(width -> new long[] {2, side});
        forms.add(width -> new long[] {2, width, side});
      }
    }
    Stream<List<long[]>> guesses =
        forms.stream().map(form -> widths.stream().map(form::apply).toList());
    return Stream.concat(Stream.of(known).filter(sizes -> sizes.size() == count), guesses)
        .filter(sizes -> sizes.stream().allMatch(Inputs::isSmall))
        .map(
            sizes ->
                sizes.stream().map(each -> readsIndices(network) ? Built.noise(DataType.INT, each).castTo(type) : Built.noise(type, each)).toArray(INDArray[]::new));
  }

  private static InputPreProcessor first(Model network) {
    return network instanceof MultiLayerNetwork layers
        ? layers.getLayerWiseConfigurations().getInputPreProcess(0)
        : null;
  }

  private static boolean readsIndices(Model network) {
    return Arrays.stream(
            network instanceof MultiLayerNetwork layers
                ? layers.getLayers()
                : ((ComputationGraph) network).getLayers())
        .map(layer -> layer.conf().getLayer())
        .anyMatch(
            layer -> layer instanceof EmbeddingLayer || layer instanceof EmbeddingSequenceLayer);
  }

  private static boolean isSmall(long[] sizes) {
    return Arrays.stream(sizes).asDoubleStream().reduce(1, (a, b) -> a * b) < 4e6;
  }

  private static long width(Model network, int input) {
    if (network instanceof MultiLayerNetwork layers) {
      InputPreProcessor before = layers.getLayerWiseConfigurations().getInputPreProcess(0);
      if (before instanceof org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor p) {
        return p.getInputHeight() * p.getInputWidth() * p.getNumChannels();
      }
      for (int i = 0; i < layers.getnLayers(); i++) {
        long width = width(layers.getLayer(i).conf().getLayer());
        if (width > 0) {
          return width;
        }
      }
      return 3;
    }
    ComputationGraphConfiguration configuration = ((ComputationGraph) network).getConfiguration();
    String name = configuration.getNetworkInputs().get(input);
    return width(configuration, name);
  }

  private static long width(ComputationGraphConfiguration configuration, String name) {
    for (var vertex : configuration.getVertexInputs().entrySet()) {
      if (vertex.getValue().contains(name)) {
        GraphVertex reader = configuration.getVertices().get(vertex.getKey());
        long width = reader instanceof LayerVertex layer ? width(layer.getLayerConf().getLayer()) : 0;
        if (width == 0) {
          width = width(configuration, vertex.getKey());
        }
        if (width > 0) {
          return width;
        }
      }
    }
    return 3;
  }

  private static long width(Layer layer) {
    if (layer instanceof FeedForwardLayer feedForward) {
      return feedForward.getNIn();
    }
    if (layer instanceof org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional both) {
      return width(both.getFwd());
    }
    if (layer instanceof org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer wrapper) {
      return width(wrapper.getUnderlying());
    }
    if (layer instanceof org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer) {
      return 0;
    }
    return 0;
  }
}
