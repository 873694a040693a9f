package io.subpixel.trainer.internal.loss;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * LDL (Liang et al., arXiv 2203.09195, section 3.2): L1 weighted by the residual's variance in 7x7
 * pixels and by the fifth root of that in the patch, where SR is no better than the averaged one.
 * Beyond the edges the residual counts as its mean, where the authors' code mirrors it.
 */
public final class Artefacts {
  private static final int WINDOW = 7;
  private static final double TAPS = WINDOW * WINDOW;

  /** A root has no gradient at 0. */
  private static final double LEAST = 1e-10;

  private Artefacts() {}

  /**
   * The loss.
   *
   * @param averaged what the averaged weights make
   * @param shape of all three pictures, {@code [N,C,H,W]}
   */
  public static SDVariable loss(
      SameDiff sd, SDVariable hr, SDVariable sr, SDVariable averaged, long[] shape) {
    SDVariable difference = sr.sub(hr);
    SDVariable residual = sd.math().abs(difference).sum(true, 1);
    SDVariable averagedResidual = sd.math().abs(averaged.sub(hr)).sum(true, 1);
    SDVariable centred = residual.sub(residual.mean(true, 2, 3));
    SDVariable squares = centred.mul(centred);
    double degrees = shape[2] * shape[3] - 1.0;
    SDVariable whole = squares.sum(true, 2, 3).div(degrees).add(LEAST);
    SDVariable mean = window(sd, centred);
    SDVariable local = window(sd, squares).sub(mean.mul(mean)).mul(TAPS / (TAPS - 1));
    SDVariable worse = sd.math().step(averagedResidual.sub(residual), 0).rsub(1);
    SDVariable weight = local.mul(sd.math().pow(whole, 0.2)).mul(worse);
    return sd.math().abs(difference.mul(weight)).mean();
  }

  private static SDVariable window(SameDiff sd, SDVariable plane) {
    long[] kernel = {WINDOW, WINDOW, 1, 1};
    SDVariable mean = sd.constant(Nd4j.valueArrayOf(kernel, 1 / TAPS, DataType.FLOAT));
    return Convolutions.around(sd, plane, mean, WINDOW, 1);
  }
}
