package io.subpixel.trainer.internal.program;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An operator on values, known by name.
 *
 * @param operator what it does
 * @param function the operator of the graph, unless the call has been put in by a rewrite
 * @param inputs the values it reads
 * @param outputs the values it writes
 * @param overwrites whether the output may lie where the first input lay
 * @param binding how it runs once its arrays are known
 */
record Call(
    String operator,
    @Nullable DifferentialFunction function,
    List<String> inputs,
    List<String> outputs,
    boolean overwrites,
    Binding binding) {

  /** Ties an operator to its arrays, which stay the same from step to step. */
  @FunctionalInterface
  interface Binding {
    Runnable bind(INDArray[] inputs, INDArray[] outputs);
  }

  Call {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  String output() {
    return outputs.get(0);
  }
}
