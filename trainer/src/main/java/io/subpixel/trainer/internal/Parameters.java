package io.subpixel.trainer.internal;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * All trained values of a graph in one vector and their gradients in another: an update is one
 * operation, however many variables there are. Graphs keep arrays of their own, which {@link
 * #publish} fills.
 */
final class Parameters {
  private final INDArray values;
  private final INDArray gradients;
  private final Map<String, INDArray> variables = new LinkedHashMap<>();
  private final Map<String, INDArray> gradientsByVariable = new LinkedHashMap<>();

  /** Starts with the graph's values. */
  Parameters(SameDiff graph) {
    List<SDVariable> trained = new ArrayList<>();
    long length = 0;
    for (SDVariable variable : graph.variables()) {
      if (variable.getVariableType() == VariableType.VARIABLE) {
        trained.add(variable);
        length += variable.getArr().length();
      }
    }
    values = Nd4j.create(DataType.FLOAT, length);
    gradients = Nd4j.create(DataType.FLOAT, length);
    long start = 0;
    for (SDVariable variable : trained) {
      INDArray initial = variable.getArr();
      INDArray part = part(values, start, initial);
      part.assign(initial);
      variables.put(variable.name(), part);
      gradientsByVariable.put(variable.name(), part(gradients, start, initial));
      start += initial.length();
    }
  }

  private static INDArray part(INDArray vector, long start, INDArray like) {
    return vector.get(NDArrayIndex.interval(start, start + like.length())).reshape(like.shape());
  }

  /** Makes a vector, {@code [P]}, the weights of a graph that has the same variables. */
  void publish(INDArray vector, SameDiff graph) {
    views(vector).forEach((name, part) -> graph.getVariable(name).getArr().assign(part));
  }

  /** The parts of a vector like {@link #values()}, by the names of the variables. */
  Map<String, INDArray> views(INDArray vector) {
    Map<String, INDArray> views = new LinkedHashMap<>();
    long start = 0;
    for (Map.Entry<String, INDArray> variable : variables.entrySet()) {
      views.put(variable.getKey(), part(vector, start, variable.getValue()));
      start += variable.getValue().length();
    }
    return views;
  }

  /**
   * The arrays that a gradient program leaves its results in, by their names in the graph.
   *
   * @param graph with gradients
   * @param others results beside the gradients
   */
  Map<String, INDArray> results(SameDiff graph, Map<String, INDArray> others) {
    Map<String, INDArray> results = new LinkedHashMap<>(others);
    gradientsByVariable.forEach(
        (name, gradient) ->
            results.put(requireNonNull(graph.getVariable(name).getGradient()).name(), gradient));
    return results;
  }

  /** {@code [P]}. */
  INDArray values() {
    return values;
  }

  /** {@code [P]}, in the order of the values. */
  INDArray gradients() {
    return gradients;
  }

  /** The parts of {@link #values()}, by the names of the variables. */
  Map<String, INDArray> variables() {
    return variables;
  }

  /** The parts of {@link #gradients()}, by the names of the variables. */
  Map<String, INDArray> gradientsByVariable() {
    return gradientsByVariable;
  }
}
