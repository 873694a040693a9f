package io.subpixel.networks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The folder of one network: the file, what it is fed and what M2.1 computes of it. */
final class Built {
  private final Path folder;

  Built(Path folder) {
    this.folder = folder;
  }

  /** Saves a SameDiff network and its values; placeholders that nothing is given for get noise. */
  void save(SameDiff network, Map<String, INDArray> given) throws IOException {
    network.save(folder.resolve("network.fb").toFile(), false);
    Map<String, INDArray> inputs = new LinkedHashMap<>();
    for (SDVariable placeholder : network.variables()) {
      if (placeholder.isPlaceHolder()) {
        INDArray value = given.get(placeholder.name());
        inputs.put(
            placeholder.name(),
            value == null
                ? noise(placeholder.dataType(), concrete(placeholder.getShape()))
                : value.castTo(placeholder.dataType()));
      }
    }
    List<String> outputs = ends(network);
    Map<String, INDArray> values = network.output(inputs, outputs);
    inputs.forEach((name, value) -> write("in.", name, value));
    outputs.forEach(name -> write("out.", name, values.get(name)));
  }

  /** Saves a Deeplearning4j network and its values at the first of the inputs that it takes. */
  void save(Model network, Stream<INDArray[]> candidates) throws IOException {
    ModelSerializer.writeModel(network, folder.resolve("network.zip").toFile(), false);
    evaluate(network, candidates);
  }

  void evaluate(Model network, Stream<INDArray[]> candidates) {
    RuntimeException refusal = new IllegalStateException("no inputs to try");
    for (INDArray[] inputs : (Iterable<INDArray[]>) candidates::iterator) {
      INDArray[] outputs;
      try {
        outputs = outputs(network, inputs);
      } catch (RuntimeException e) {
        refusal = e;
        continue;
      }
      if (network instanceof ComputationGraph graph) {
        for (int i = 0; i < inputs.length; i++) {
          write("in.", graph.getConfiguration().getNetworkInputs().get(i), inputs[i]);
        }
        for (int i = 0; i < outputs.length; i++) {
          write("out.", graph.getConfiguration().getNetworkOutputs().get(i), outputs[i]);
        }
      } else {
        write("in.", "input", inputs[0]);
        write("out.", "output", outputs[0]);
      }
      return;
    }
    throw refusal;
  }

  /**
   * Layer by layer: in its workspaces, {@code output} of M2.1 overwrites what a convolution over a
   * sequence has made.
   */
  private static INDArray[] outputs(Model network, INDArray[] inputs) {
    if (network instanceof MultiLayerNetwork layers) {
      List<INDArray> made = layers.feedForward(inputs[0], false);
      return new INDArray[] {made.get(made.size() - 1)};
    }
    ComputationGraph graph = (ComputationGraph) network;
    Map<String, INDArray> made = graph.feedForward(inputs, false);
    return graph.getConfiguration().getNetworkOutputs().stream()
        .map(made::get)
        .toArray(INDArray[]::new);
  }

  /**
   * What nothing reads, and what a lone number is made of: that may be a loss, which isn't exported.
   */
  private static List<String> ends(SameDiff network) {
    Set<String> read = new HashSet<>();
    network.getOps().values().forEach(op -> read.addAll(names(op.getInputsToOp())));
    Set<String> ends = new LinkedHashSet<>();
    network
        .getOps()
        .values()
        .forEach(
            op -> {
              List<String> made = names(op.getOutputsOfOp());
              if (read.stream().noneMatch(made::contains)) {
                ends.addAll(made);
                names(op.getInputsToOp()).stream()
                    .filter(name -> network.getVariable(name).getVariableType() == VariableType.ARRAY)
                    .forEach(ends::add);
              }
            });
    return List.copyOf(ends);
  }

  private static List<String> names(List<String> names) {
    return names == null ? List.of() : names;
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  static INDArray noise(DataType type, long... sizes) {
    if (type == DataType.BOOL) {
      return Nd4j.rand(DataType.FLOAT, sizes).gt(0.5);
    }
    return type.isFPType()
        ? Nd4j.rand(type, sizes)
        : Nd4j.rand(DataType.FLOAT, sizes).muli(2).castTo(type);
  }

  private static long[] concrete(long[] sizes) {
    if (sizes == null) {
      return new long[0];
    }
    long[] concrete = sizes.clone();
    for (int i = 0; i < concrete.length; i++) {
      concrete[i] = concrete[i] < 0 ? 2 : concrete[i];
    }
    return concrete;
  }

  private void write(String prefix, String name, INDArray value) {
    // M2.1 gives an operator that makes nothing an empty scalar.
    if (value == null
        || value.dataType() == DataType.UTF8
        || value.dataType() == DataType.BFLOAT16
        || (value.isEmpty() && value.rank() == 0)) {
      return;
    }
    try {
      Npy.write(folder.resolve(prefix + name.replace('/', '#') + ".npy"), value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
