package io.subpixel.converter.internal.source;

import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.StopGradient;
import org.nd4j.linalg.api.ops.impl.transforms.comparison.CompareAndReplace;
import org.nd4j.linalg.api.ops.impl.transforms.comparison.CompareAndSet;
import org.nd4j.linalg.api.ops.random.impl.DropOut;
import org.nd4j.linalg.api.ops.random.impl.DropOutInverted;

/** Operators that take the place of others in a graph, where SameDiff M2.1 runs the wrong ones. */
public final class OperatorSwaps {
  private OperatorSwaps() {}

  /**
   * Puts back what SameDiff wrote but didn't load. It writes {@code replaceWhere(x, y, condition)}
   * under a number by which it finds {@link CompareAndSet}, which asks the condition of y instead
   * of x. That one has two arrays only if it was loaded so.
   */
  public static void restore(SameDiff loaded) {
    for (SameDiffOp op : loaded.getOps().values()) {
      boolean hasTwoArrays = op.getInputsToOp() != null && op.getInputsToOp().size() == 2;
      if (hasTwoArrays && op.getOp() instanceof CompareAndSet set) {
        CompareAndReplace written = new CompareAndReplace();
        written.setExtraArgs(set.extraArgs());
        swap(loaded, op, written);
      }
    }
  }

  /** Makes dropout keep everything, which SameDiff does in no mode. */
  public static void keepAll(SameDiff network) {
    for (SameDiffOp op : network.getOps().values()) {
      if (dropsOut(op.getOp())) {
        swap(network, op, new StopGradient());
      }
    }
  }

  /** Whether an operator is dropout. */
  public static boolean dropsOut(DifferentialFunction function) {
    return function instanceof DropOut || function instanceof DropOutInverted;
  }

  private static void swap(SameDiff network, SameDiffOp op, DifferentialFunction next) {
    next.setSameDiff(network);
    next.setOwnName(op.getOp().getOwnName());
    op.setOp(next);
  }
}
