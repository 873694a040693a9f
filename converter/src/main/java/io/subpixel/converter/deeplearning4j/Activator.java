package io.subpixel.converter.deeplearning4j;

import java.lang.reflect.Field;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs a network of Deeplearning4j layer by layer, each on a copy of its input. */
sealed interface Activator {
  /** What each layer gives, by its name. */
  Map<String, INDArray> activations(Map<String, INDArray> inputs);

  /** Layers one after the other. */
  record Sequential(MultiLayerNetwork network, Topology topology) implements Activator {
    @Override
    public Map<String, INDArray> activations(Map<String, INDArray> inputs) {
      LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
      Map<String, INDArray> activations = new LinkedHashMap<>();
      INDArray mask = mask(topology.inputs().get(0), inputs, topology.dataType());
      network.setLayerMaskArrays(mask, null);
      INDArray value = Objects.requireNonNull(inputs.get(topology.inputs().get(0)));
      int examples = Math.toIntExact(value.size(0));
      for (int i = 0; i < network.getnLayers(); i++) {
        value = value.dup();
        InputPreProcessor preprocessor = network.getLayerWiseConfigurations().getInputPreProcess(i);
        if (preprocessor != null) {
          value = preprocessor.preProcess(value, examples, workspaces);
        }
        redefine(network.getLayer(i));
        value = network.getLayer(i).activate(value, false, workspaces).dup();
        activations.put(topology.parts().get(i).name(), value);
      }
      network.clear();
      network.clearLayerMaskArrays();
      return activations;
    }
  }

  /** Recurrent attention is defined for as many steps as it read first; here it reads others. */
  private static void redefine(Layer layer) {
    Layer inner = layer;
    while (inner instanceof BaseWrapperLayer wrapper) {
      inner = wrapper.getUnderlying();
    }
    if (inner.conf().getLayer() instanceof RecurrentAttentionLayer) {
      try {
        Field definition = SameDiffLayer.class.getDeclaredField("sameDiff");
        definition.setAccessible(true);
        definition.set(inner, null);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("expected M2.1's SameDiff layers", e);
      }
    }
  }

  private static @Nullable INDArray mask(
      String input, Map<String, INDArray> inputs, DataType type) {
    INDArray mask = inputs.get(Deeplearning4jNetwork.maskOf(input));
    return mask == null ? null : mask.castTo(type);
  }

  /** Vertices in an order in which each comes behind what it reads. */
  record Graph(ComputationGraph network) implements Activator {
    @Override
    public Map<String, INDArray> activations(Map<String, INDArray> inputs) {
      LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
      List<String> names = network.getConfiguration().getNetworkInputs();
      // Some vertices ask the network for its inputs.
      network.setInputs(
          names.stream().map(inputs::get).map(INDArray::dup).toArray(INDArray[]::new));
      DataType type = network.getConfiguration().getDataType();
      INDArray[] masks =
          names.stream().map(name -> mask(name, inputs, type)).toArray(INDArray[]::new);
      if (Stream.of(masks).anyMatch(Objects::nonNull)) {
        network.setLayerMaskArrays(masks, null);
      }
      Map<String, INDArray> values = new LinkedHashMap<>(inputs);
      Map<String, INDArray> activations = new LinkedHashMap<>();
      for (int index : network.topologicalSortOrder()) {
        GraphVertex vertex = network.getVertices()[index];
        if (vertex.isInputVertex()) {
          continue;
        }
        if (vertex.hasLayer()) {
          redefine(vertex.getLayer());
        }
        VertexIndices[] reads = vertex.getInputVertices();
        for (int i = 0; i < reads.length; i++) {
          String read = network.getVertices()[reads[i].getVertexIndex()].getVertexName();
          vertex.setInput(i, Objects.requireNonNull(values.get(read)).dup(), workspaces);
        }
        INDArray value = vertex.doForward(false, workspaces).dup();
        values.put(vertex.getVertexName(), value);
        activations.put(vertex.getVertexName(), value);
      }
      network.clear();
      network.clearLayerMaskArrays();
      return activations;
    }
  }
}
