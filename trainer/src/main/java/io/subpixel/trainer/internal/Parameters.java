package io.subpixel.trainer.internal;

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
 * operation, however many variables there are. The graph itself keeps arrays of its own, which
 * {@link #publish} fills.
 */
final class Parameters {
  private final SameDiff graph;
  private final INDArray values;
  private final INDArray gradients;
  private final Map<String, INDArray> variables = new LinkedHashMap<>();
  private final Map<String, INDArray> gradientsByVariable = new LinkedHashMap<>();

  /** Starts with the graph's values. */
  Parameters(SameDiff graph) {
    this.graph = graph;
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

  /** Makes a vector, {@code [P]}, the graph's weights. */
  void publish(INDArray vector) {
    long start = 0;
    for (String name : variables.keySet()) {
      INDArray array = graph.getVariable(name).getArr();
      array.assign(part(vector, start, array));
      start += array.length();
    }
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
