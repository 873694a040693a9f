package io.subpixel.converter.deeplearning4j;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.impl.shape.tensorops.TensorArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A loop over the steps of a sequence of any length, each of which reads what the last one gave.
 */
final class StepLoop {
  /** One step. Its coefficients are variables from outside the loop. */
  @FunctionalInterface
  interface Step {
    /**
     * Computes one step.
     *
     * @param x {@code [N,C]}
     * @param previous what the last step gave, {@code [N,size]}; zeros at the first
     * @param hasPrevious 0 at the first step, then 1
     */
    SDVariable next(SDVariable x, SDVariable previous, SDVariable hasPrevious);
  }

  private StepLoop() {}

  /**
   * Runs the loop over the first input, from the last step to the first if the scope is backwards.
   * What a step gives that the mask leaves out is zero.
   *
   * @param time the axis of the steps, 1 or 2
   * @param size how many features a step gives
   */
  static Value run(Scope scope, int time, long size, Step step) {
    SameDiff graph = scope.graph();
    Value input = scope.input();
    SDVariable x = turned(graph.permute(input.variable(), time, 0, 3 - time), scope);
    Optional<SDVariable> mask =
        scope.mask().map(given -> turned(graph.permute(given.steps(), 2, 0, 1), scope));
    SDVariable zero = graph.constant(Nd4j.scalar(DataType.INT32, 0));
    SDVariable one = graph.constant(Nd4j.scalar(DataType.INT32, 1));
    SDVariable count = graph.sizeAt(x, 0).castTo(DataType.INT32);
    SDVariable nothing = graph.fill(scope.sizes(input.with(x), 1, size), scope.dataType(), 0);
    TensorArray outputs = graph.tensorArray(scope.dataType());
    List<RuntimeException> failures = new ArrayList<>();
    SDVariable[] after =
        graph.whileLoop(
            new SDVariable[] {zero, nothing, count, outputs.getVar()},
            (g, state) -> state[0].lt(state[2]),
            (g, state) -> {
              SDVariable index = state[0];
              SDVariable hasPrevious = graph.math().min(index, one).castTo(scope.dataType());
              SDVariable next = state[1];
              try {
                next = step.next(graph.gather(x, index, 0), state[1], hasPrevious);
              } catch (RuntimeException e) {
                failures.add(e); // SameDiff stays inside the loop unless the loop is made whole.
              }
              SDVariable kept =
                  mask.isPresent() ? next.mul(graph.gather(mask.get(), index, 0)) : next;
              return new SDVariable[] {
                index.add(one), kept, state[2], outputs.write(state[3], index, kept)
              };
            });
    if (!failures.isEmpty()) {
      throw failures.get(0);
    }
    SDVariable steps = turned(outputs.stack(after[3]), scope);
    SDVariable sequence = time == 2 ? graph.permute(steps, 1, 2, 0) : graph.permute(steps, 1, 0, 2);
    return input.with(sequence, 3 - time, size);
  }

  /** Steps first, in the order in which they are read. */
  private static SDVariable turned(SDVariable steps, Scope scope) {
    return scope.backwards() ? scope.graph().reverse(steps, 0) : steps;
  }
}
