package io.subpixel.converter.operators;

import io.subpixel.converter.graph.Attribute;
import io.subpixel.converter.graph.OnnxGraph;
import io.subpixel.converter.graph.OnnxOperator;
import io.subpixel.converter.graph.Shape;
import io.subpixel.converter.source.Network;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What handlers write to: an ONNX graph, and the network that it is made from. Stored arrays become
 * initializers when they are first read. Not thread-safe.
 */
public final class Emission {
  private final Network network;
  private final OnnxGraph graph;
  private final Map<String, String> values = new HashMap<>();

  /** The graph has the network's inputs already. */
  public Emission(Network network, OnnxGraph graph) {
    this.network = network;
    this.graph = graph;
  }

  /** The ONNX value of a SameDiff variable, in SameDiff's layout. */
  public String value(String variable) {
    Optional<INDArray> stored = network.stored(variable);
    return stored.isEmpty()
        ? variable
        : values.computeIfAbsent(
            variable, name -> initializer(name, stored.get(), stored.get().shape()));
  }

  /** Like {@link #value}, as the one axis that ONNX wants: {@code [1,n]} becomes {@code [n]}. */
  public String vector(String variable) {
    Optional<INDArray> stored = network.stored(variable);
    return stored.isEmpty() || stored.get().rank() == 1
        ? value(variable)
        : values.computeIfAbsent(
            variable + " as a vector",
            key ->
                initializer(
                    graph.fresh(variable + "_vector"), stored.get(), stored.get().length()));
  }

  /**
   * The ONNX value of a SameDiff variable with other axes: axis {@code i} is SameDiff's axis {@code
   * order[i]}. A stored array is transposed now, anything else by a node.
   *
   * @param layout what to append to its name
   */
  public String transposed(String variable, String layout, int... order) {
    return values.computeIfAbsent(
        variable + Arrays.toString(order),
        key -> {
          String name = graph.fresh(variable + "_" + layout);
          Optional<INDArray> stored = network.stored(variable);
          if (stored.isEmpty()) {
            return transpose(variable, name, order);
          }
          INDArray permuted = stored.get().permute(order);
          return initializer(name, permuted, permuted.shape());
        });
  }

  /** Emits a Transpose of the ONNX value {@code input}. */
  public String transpose(String input, String output, int... order) {
    return node(
        OnnxOperator.TRANSPOSE,
        output,
        shape(input).transposed(order),
        List.of(input),
        Attribute.wholes("perm", Arrays.stream(order).asLongStream().toArray()));
  }

  /** A scalar as an initializer. */
  public String scalar(String hint, float value) {
    return graph.initializer(graph.fresh(hint), new float[] {value});
  }

  /** Emits a node. */
  public String node(
      OnnxOperator operator,
      String output,
      Shape shape,
      List<String> inputs,
      Attribute... attributes) {
    return graph.node(operator, output, shape, inputs, attributes);
  }

  /** The shape of an ONNX value. */
  public Shape shape(String value) {
    return graph.shape(value);
  }

  /** A name that nothing has, for values that SameDiff doesn't know. */
  public String fresh(String hint) {
    return graph.fresh(hint);
  }

  private String initializer(String name, INDArray array, long... sizes) {
    return graph.initializer(name, array.dup('c').data().asFloat(), sizes);
  }
}
