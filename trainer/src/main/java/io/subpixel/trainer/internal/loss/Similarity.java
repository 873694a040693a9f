package io.subpixel.trainer.internal.loss;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * SSIM (Wang et al., 2004) and MS-SSIM (Wang et al., 2003) of values 0..1, with a gaussian window.
 */
public final class Similarity {
  private static final double C1 = 0.01 * 0.01;
  private static final double C2 = 0.03 * 0.03;
  private static final int WINDOW = 11;
  private static final double SIGMA = 1.5;
  private static final double[] EXPONENTS = {0.0448, 0.2856, 0.3001, 0.2363, 0.1333};

  /** A power of less than 1 has no gradient at 0, and none of its own below. */
  private static final double LEAST = 1e-4;

  private final SameDiff sd;
  private final INDArray window;

  /** In a graph. */
  public Similarity(SameDiff sd) {
    this.sd = sd;
    window = Nd4j.create(DataType.FLOAT, WINDOW);
    for (int i = 0; i < WINDOW; i++) {
      double x = i - WINDOW / 2;
      window.putScalar(i, Math.exp(-x * x / (2 * SIGMA * SIGMA)));
    }
    window.divi(window.sumNumber());
  }

  /** Similarity of each window, and the part of it that luminance has no part in. */
  private record Maps(SDVariable ssim, SDVariable structure) {}

  /** 1 - SSIM of pictures {@code [N,C,H,W]}. */
  public SDVariable ssim(SDVariable hr, SDVariable sr, long[] shape) {
    return maps(planes(hr, shape), planes(sr, shape)).ssim.mean().rsub(1);
  }

  /** 1 - MS-SSIM of pictures {@code [N,C,H,W]}. */
  public SDVariable msSsim(SDVariable hr, SDVariable sr, long[] shape) {
    SDVariable x = planes(hr, shape);
    SDVariable y = planes(sr, shape);
    int sizes = 1;
    double sum = EXPONENTS[0];
    while (sizes < EXPONENTS.length && Math.min(shape[2], shape[3]) >> sizes >= WINDOW) {
      sum += EXPONENTS[sizes];
      sizes++;
    }
    SDVariable product = power(maps(x, y), sizes == 1, EXPONENTS[0] / sum);
    for (int i = 1; i < sizes; i++) {
      x = Convolutions.half(sd, x);
      y = Convolutions.half(sd, y);
      product = product.mul(power(maps(x, y), i == sizes - 1, EXPONENTS[i] / sum));
    }
    return product.mean().rsub(1);
  }

  /** {@code [N C]}: of each plane; the smallest size counts with luminance. */
  private SDVariable power(Maps maps, boolean isSmallest, double exponent) {
    SDVariable mean = (isSmallest ? maps.ssim : maps.structure).mean(1, 2, 3);
    SDVariable positive = sd.nn().relu(mean.sub(LEAST), 0).add(LEAST);
    return sd.math().pow(positive, exponent);
  }

  /** A window doesn't mix channels: each is a picture of its own. */
  private SDVariable planes(SDVariable pictures, long[] shape) {
    return sd.reshape(pictures, shape[0] * shape[1], 1, shape[2], shape[3]);
  }

  private Maps maps(SDVariable x, SDVariable y) {
    SDVariable meanX = window(x);
    SDVariable meanY = window(y);
    SDVariable meanXx = meanX.mul(meanX);
    SDVariable meanYy = meanY.mul(meanY);
    SDVariable meanXy = meanX.mul(meanY);
    SDVariable varianceX = window(x.mul(x)).sub(meanXx);
    SDVariable varianceY = window(y.mul(y)).sub(meanYy);
    SDVariable covariance = window(x.mul(y)).sub(meanXy);
    SDVariable luminance = meanXy.mul(2).add(C1).div(meanXx.add(meanYy).add(C1));
    SDVariable structure = covariance.mul(2).add(C2).div(varianceX.add(varianceY).add(C2));
    return new Maps(luminance.mul(structure), structure);
  }

  private SDVariable window(SDVariable planes) {
    SDVariable down = sd.constant(window.reshape(WINDOW, 1, 1, 1));
    SDVariable across = sd.constant(window.reshape(1, WINDOW, 1, 1));
    SDVariable rows = Convolutions.within(sd, planes, down, WINDOW, 1);
    return Convolutions.within(sd, rows, across, 1, WINDOW);
  }
}
