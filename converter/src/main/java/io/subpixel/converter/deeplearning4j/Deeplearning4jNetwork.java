package io.subpixel.converter.deeplearning4j;

import io.subpixel.converter.operators.UnsupportedModelException;
import io.subpixel.models.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A Deeplearning4j network at inference, which SameDiff and from there ONNX can have. Not safe for
 * use by several threads: it holds the network that it was made of and runs it for {@link
 * #activations}; the graphs that it makes share nothing with it.
 */
public final class Deeplearning4jNetwork {
  private final Topology topology;
  private final Activator activator;
  private final Map<String, long[]> inputShapes;

  private Deeplearning4jNetwork(
      Topology topology, Activator activator, Map<String, long[]> inputShapes) {
    this.topology = topology;
    this.activator = activator;
    this.inputShapes = inputShapes;
  }

  /**
   * Reads a network as {@code ModelSerializer} writes it. Only its configuration and coefficients
   * are read, neither the updater's state nor a normalizer.
   *
   * @param zip the file
   * @throws InvalidInputException if it is no such file, is damaged, names classes that aren't
   *     Deeplearning4j's, or holds Java objects; nothing of it ran then
   * @throws IOException if it can't be read
   */
  public static Deeplearning4jNetwork read(Path zip) throws IOException {
    return NetworkZip.read(zip);
  }

  /**
   * A network in memory.
   *
   * @throws IllegalArgumentException if it isn't initialized
   */
  public static Deeplearning4jNetwork of(MultiLayerNetwork network) {
    Topology topology = Topology.of(network);
    return of(topology, new Activator.Sequential(network, topology));
  }

  /**
   * A network in memory.
   *
   * @throws IllegalArgumentException if it isn't initialized
   */
  public static Deeplearning4jNetwork of(ComputationGraph network) {
    return of(Topology.of(network), new Activator.Graph(network));
  }

  private static Deeplearning4jNetwork of(Topology topology, Activator activator) {
    return new Deeplearning4jNetwork(topology, activator, topology.inputShapes());
  }

  /** Names of the inputs, in order; {@code input} for a network without names. */
  public List<String> inputs() {
    return topology.inputs();
  }

  /** Names of the layers and vertices that the network gives, in order. */
  public List<String> outputs() {
    return topology.outputs();
  }

  /**
   * Names of all layers and vertices, each behind what it reads. A layer without a name is {@code
   * layer} and its index.
   */
  public List<String> layers() {
    return topology.parts().stream().map(Topology.Part::name).toList();
  }

  /**
   * The shapes of the inputs, -1 for what only the user knows: files don't keep input types. An
   * input is missing if not even its rank can be told.
   */
  public Map<String, long[]> inputShapes() {
    Map<String, long[]> copies = new LinkedHashMap<>();
    inputShapes.forEach((input, shape) -> copies.put(input, shape.clone()));
    return Collections.unmodifiableMap(copies);
  }

  /**
   * The shapes that preprocessors demand of what they read, by names of inputs, layers and
   * vertices, -1 for any size.
   */
  public Map<String, long[]> demandedShapes() {
    return topology.demandedShapes();
  }

  /**
   * The same network for inputs of one shape.
   *
   * @param shape all sizes with the examples first, -1 for any
   * @throws IllegalArgumentException if there is no such input, or if a size is neither -1 nor
   *     positive
   */
  public Deeplearning4jNetwork withInputShape(String input, long... shape) {
    if (!inputs().contains(input)) {
      throw new IllegalArgumentException(
          "input: expected one of " + inputs() + ", received " + input);
    } else if (Arrays.stream(shape).anyMatch(size -> size < -1 || size == 0)) {
      throw new IllegalArgumentException(
          "shape of "
              + input
              + ": expected sizes of 1 or more, or -1 for any, received "
              + Arrays.toString(shape));
    }
    Map<String, long[]> shapes = new LinkedHashMap<>(inputShapes);
    shapes.put(input, shape.clone());
    return new Deeplearning4jNetwork(topology, activator, shapes);
  }

  /**
   * The network as a graph of its own. Inputs are placeholders of their names; what a layer or
   * vertex gives is a variable of its name; the graph's outputs are set. Dropout, masks and noise
   * are left out, as Deeplearning4j does at inference.
   *
   * @throws UnsupportedModelException if a layer, vertex or preprocessor can't be translated; it
   *     lists all of them
   */
  public SameDiff toSameDiff() throws UnsupportedModelException {
    return Translation.of(topology, inputShapes);
  }

  /**
   * What Deeplearning4j computes itself, layer by layer, for comparison. Every layer gets a copy,
   * as some of Deeplearning4j's write into their input.
   *
   * @param inputs the arrays by the inputs' names; they aren't changed
   * @return by names of layers and vertices, in their order
   * @throws IllegalArgumentException if an input is missing
   */
  public Map<String, INDArray> activations(Map<String, INDArray> inputs) {
    for (String input : inputs()) {
      if (!inputs.containsKey(input)) {
        throw new IllegalArgumentException(
            "inputs: expected " + inputs() + ", received " + inputs.keySet());
      }
    }
    return activator.activations(inputs);
  }
}
