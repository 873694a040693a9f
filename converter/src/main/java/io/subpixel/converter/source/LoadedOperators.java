package io.subpixel.converter.source;

import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ops.impl.transforms.comparison.CompareAndReplace;
import org.nd4j.linalg.api.ops.impl.transforms.comparison.CompareAndSet;

/**
 * Operators that SameDiff M2.1 loads as others than those it wrote. It writes {@code
 * replaceWhere(x, y, condition)} under a number by which it finds {@link CompareAndSet}, which asks
 * the condition of y instead of x. That has one array only if it was built as such.
 */
final class LoadedOperators {
  private LoadedOperators() {}

  /** Puts back what was written. */
  static void correct(SameDiff sameDiff) {
    for (SameDiffOp op : sameDiff.getOps().values()) {
      boolean hasTwoArrays = op.getInputsToOp() != null && op.getInputsToOp().size() == 2;
      if (hasTwoArrays && op.getOp() instanceof CompareAndSet loaded) {
        CompareAndReplace written = new CompareAndReplace();
        written.setExtraArgs(loaded.extraArgs());
        replace(sameDiff, op, loaded, written);
      }
    }
  }

  private static void replace(
      SameDiff sameDiff, SameDiffOp op, DifferentialFunction loaded, DifferentialFunction written) {
    written.setSameDiff(sameDiff);
    written.setOwnName(loaded.getOwnName());
    op.setOp(written);
  }
}
