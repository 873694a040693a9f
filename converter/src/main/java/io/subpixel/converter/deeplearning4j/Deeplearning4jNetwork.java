package io.subpixel.converter.deeplearning4j;

import io.subpixel.converter.internal.verification.Original;
import io.subpixel.converter.operators.UnsupportedModelException;
import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A Deeplearning4j network at inference, which SameDiff and from there ONNX can have. Not safe for
 * use by several threads: it holds the network that it was made of and runs it for {@link
 * #activations}; the graphs that it makes share nothing with it.
 *
 * @since 0.1
 */
public final class Deeplearning4jNetwork implements Original {
  private final Topology topology;
  private final Activator activator;
  private final Map<String, long[]> inputShapes;
  private final Set<String> masked;
  private final Translators translators;

  private Deeplearning4jNetwork(
      Topology topology,
      Activator activator,
      Map<String, long[]> inputShapes,
      Set<String> masked,
      Translators translators) {
    this.topology = topology;
    this.activator = activator;
    this.inputShapes = inputShapes;
    this.masked = masked;
    this.translators = translators;
  }

  /**
   * Reads a network as {@code ModelSerializer} writes it. Only its configuration and coefficients
   * are read, neither the updater's state nor a normalizer.
   *
   * @param zip the file
   * @throws InvalidInputException if it is no such file, is damaged, or names classes that aren't
   *     Deeplearning4j's; nothing of it ran then
   * @throws IOException if it can't be read
   */
  public static Deeplearning4jNetwork read(Path zip) throws IOException {
    return read(zip, List.of());
  }

  /**
   * Reads a network with layers, vertices or activation functions of one's own. Their code runs.
   *
   * @param classPath jars and folders with their classes, and with {@link Definition}s of those
   *     that don't define themselves through SameDiff, as {@link java.util.ServiceLoader} finds
   *     them
   * @throws InvalidInputException as above, or if a class isn't there
   * @throws IOException if it can't be read
   */
  public static Deeplearning4jNetwork read(Path zip, List<Path> classPath) throws IOException {
    return NetworkZip.read(zip, classPath);
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
    Translators translators = Translators.standard();
    return new Deeplearning4jNetwork(
        topology, activator, topology.inputShapes(translators), Set.of(), translators);
  }

  /** Names of the inputs, in order; {@code input} for a network without names. */
  public List<String> inputs() {
    return topology.inputs();
  }

  /** The same network with what these say of layers, vertices and activation functions. */
  public Deeplearning4jNetwork withDefinitions(Collection<Definition> definitions) {
    Translators more = translators.with(definitions);
    Map<String, long[]> shapes = new LinkedHashMap<>(topology.inputShapes(more));
    shapes.putAll(inputShapes);
    return new Deeplearning4jNetwork(topology, activator, shapes, masked, more);
  }

  /**
   * Names of the inputs that Deeplearning4j can be given a features mask for and whose mask changes
   * what the network gives: sequences whose steps needn't all count.
   */
  public List<String> maskable() {
    Set<String> sequences = sequences();
    if (sequences.isEmpty()) {
      return List.of();
    }
    try {
      SameDiff graph = Translation.of(topology, inputShapes, sequences, translators);
      Set<String> read = read(graph, topology.outputs());
      return inputs().stream().filter(input -> read.contains(maskOf(input))).toList();
    } catch (UnsupportedModelException e) {
      return List.of();
    }
  }

  /** All that these depend on. */
  private static Set<String> read(SameDiff graph, List<String> outputs) {
    List<SameDiffOp> ops = new ArrayList<>(graph.getOps().values());
    Collections.reverse(ops);
    Set<String> read = new HashSet<>(outputs);
    boolean grows = true;
    while (grows) { // A loop's operations read what others behind them give.
      grows = false;
      for (SameDiffOp op : ops) {
        if (op.getOutputsOfOp().stream().anyMatch(read::contains) && op.getInputsToOp() != null) {
          grows |= read.addAll(op.getInputsToOp());
        }
      }
    }
    return read;
  }

  private Set<String> sequences() {
    Set<String> sequences = new LinkedHashSet<>();
    for (String input : inputs()) {
      long[] shape = inputShapes.get(input);
      if (shape != null && (shape.length == 3 || topology.readsIndices(input))) {
        sequences.add(input);
      }
    }
    return sequences;
  }

  /**
   * The same network with another input for each of {@link #maskable}, named as {@link #maskOf}
   * says: bool {@code [N,T]}, true where a step counts.
   */
  public Deeplearning4jNetwork withMasks() {
    return new Deeplearning4jNetwork(
        topology, activator, inputShapes, Set.copyOf(maskable()), translators);
  }

  @Override
  public Map<String, INDArray> compute(Map<String, INDArray> inputs) {
    return activations(inputs);
  }

  /**
   * Masks count at least one step of each example, as Deeplearning4j wants it; where masks are
   * computed from the input, a step has the value that leaves it out.
   */
  @Override
  public INDArray accepted(String input, INDArray drawn) {
    boolean isMask = masked.stream().anyMatch(sequence -> maskOf(sequence).equals(input));
    Optional<Double> left = isMask ? Optional.empty() : topology.maskingValue(input);
    INDArray accepted = drawn.dup();
    if (isMask) {
      accepted.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 1)).assign(true);
    } else if (left.isPresent() && drawn.rank() == 3) {
      int time = topology.isChannelsLast(input) ? 1 : 2;
      for (long step = 2; step < drawn.size(time); step += 2) {
        INDArrayIndex at = NDArrayIndex.interval(step, step + 1);
        accepted
            .get(
                NDArrayIndex.interval(0, 1),
                time == 1 ? at : NDArrayIndex.all(),
                time == 2 ? at : NDArrayIndex.all())
            .assign(left.get());
      }
    }
    return accepted;
  }

  /** Names of the inputs that have a mask. */
  public Set<String> masked() {
    return masked;
  }

  /** The name of an input's mask. */
  public static String maskOf(String input) {
    return input + "_mask";
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

  /** How many coefficients all layers and vertices have. */
  public long parameters() {
    return topology.parts().stream()
        .flatMap(part -> part.parameters().values().stream())
        .mapToLong(INDArray::length)
        .sum();
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
  @Override
  public Map<String, long[]> shapes() {
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
    return new Deeplearning4jNetwork(topology, activator, shapes, masked, translators);
  }

  /**
   * The network as a graph of its own. Inputs are placeholders of their names; what a layer or
   * vertex gives is a variable of its name; the graph's outputs are set. Dropout and noise are left
   * out, as Deeplearning4j does at inference, and masks unless it is {@link #withMasks}.
   *
   * @throws UnsupportedModelException if a layer, vertex or preprocessor can't be translated; it
   *     lists all of them
   */
  public SameDiff toSameDiff() throws UnsupportedModelException {
    return Translation.of(topology, inputShapes, masked, translators);
  }

  /**
   * What Deeplearning4j computes itself, layer by layer, for comparison. Every layer gets a copy,
   * as some of Deeplearning4j's write into their input.
   *
   * @param inputs the arrays by the names of the inputs and of those masks that there are; they
   *     aren't changed
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
    return activator.activations(taken(inputs));
  }

  /** Without masks of a single step, which always counts and which some layers refuse. */
  private Map<String, INDArray> taken(Map<String, INDArray> inputs) {
    Map<String, INDArray> taken = new LinkedHashMap<>(inputs);
    for (String input : masked) {
      INDArray mask = inputs.get(maskOf(input));
      if (mask != null && mask.length() == 1 && mask.getDouble(0) != 0) {
        taken.remove(maskOf(input));
      }
    }
    return taken;
  }
}
