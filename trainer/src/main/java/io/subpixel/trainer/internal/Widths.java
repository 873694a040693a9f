package io.subpixel.trainer.internal;

import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;

/**
 * How many channels the hidden layers have.
 *
 * @param from in what is copied
 * @param to in the graph; at least as many, or nothing is widened
 */
record Widths(long from, long to) {
  /** Whether each axis is of equal size, or one of hidden channels that becomes wider. */
  boolean fit(INDArray narrow, INDArray wide) {
    boolean fit = narrow.rank() == wide.rank();
    for (int axis = 0; fit && axis < wide.rank(); axis++) {
      boolean isWidened = from < to && narrow.size(axis) == from && wide.size(axis) == to;
      fit = isWidened || narrow.size(axis) == wide.size(axis);
    }
    return fit;
  }

  /**
   * Returns wide values whose first are the narrow ones.
   *
   * @param isKernel whether they are {@code [kH,kW,I,O]}: then the first outputs take nothing of
   *     the inputs that the narrow kernel lacks
   */
  INDArray widen(INDArray narrow, INDArray wide, boolean isKernel) {
    INDArray widened = wide.dup();
    if (isKernel) {
      widened.get(all(), all(), all(), interval(0, narrow.size(3))).assign(0);
    }
    INDArrayIndex[] first = new INDArrayIndex[narrow.rank()];
    Arrays.setAll(first, axis -> interval(0, narrow.size(axis)));
    widened.get(first).assign(narrow);
    return widened;
  }
}
