package io.subpixel.trainer.training;

import io.subpixel.trainer.network.Network;
import java.util.Locale;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.factory.Nd4j;

/** What training makes small: a mean over all samples of SR and HR, {@code [N,C,H,W]}, 0..1. */
public enum Loss {
  /** The mean of squares; it rewards PSNR. */
  MSE {
    @Override
    SDVariable of(SameDiff sd, SDVariable hr, SDVariable sr, long[] shape) {
      return sd.loss().meanSquaredError(NAME, hr, sr, null);
    }
  },
  /** The mean of magnitudes; it converges faster than MSE (Zhao et al., arXiv 1511.08861). */
  L1 {
    @Override
    SDVariable of(SameDiff sd, SDVariable hr, SDVariable sr, long[] shape) {
      return sd.loss().absoluteDifference(NAME, hr, sr, null);
    }
  },
  /** sqrt(d^2 + 1e-6), L1 without its corner (Lai et al., arXiv 1710.01992). */
  CHARBONNIER {
    @Override
    SDVariable of(SameDiff sd, SDVariable hr, SDVariable sr, long[] shape) {
      SDVariable difference = sr.sub(hr);
      return sd.math().sqrt(difference.mul(difference).add(1e-6)).mean(NAME);
    }
  },
  /**
   * 1 - SSIM (Wang et al., 2004) with a gaussian window of 11x11, sigma 1.5: structure rather than
   * PSNR. Patches need at least 11 HR pixels a side.
   */
  SSIM {
    @Override
    SDVariable of(SameDiff sd, SDVariable hr, SDVariable sr, long[] shape) {
      // A window doesn't mix channels: each is a picture of its own.
      SDVariable x = sd.reshape(hr, shape[0] * shape[1], 1, shape[2], shape[3]);
      SDVariable y = sd.reshape(sr, shape[0] * shape[1], 1, shape[2], shape[3]);
      SDVariable meanX = window(sd, x);
      SDVariable meanY = window(sd, y);
      SDVariable meanXx = meanX.mul(meanX);
      SDVariable meanYy = meanY.mul(meanY);
      SDVariable meanXy = meanX.mul(meanY);
      SDVariable varianceX = window(sd, x.mul(x)).sub(meanXx);
      SDVariable varianceY = window(sd, y.mul(y)).sub(meanYy);
      SDVariable covariance = window(sd, x.mul(y)).sub(meanXy);
      SDVariable above = meanXy.mul(2).add(C1).mul(covariance.mul(2).add(C2));
      SDVariable below = meanXx.add(meanYy).add(C1).mul(varianceX.add(varianceY).add(C2));
      return above.div(below).mean().rsub(NAME, 1);
    }
  };

  /** Name of the labels' placeholder. */
  static final String HR = "hr";

  /** Name of the loss. */
  static final String NAME = "loss";

  private static final double C1 = 0.01 * 0.01;
  private static final double C2 = 0.03 * 0.03;
  private static final int WINDOW = 11;
  private static final double SIGMA = 1.5;

  /** What it is called in options and cards. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  abstract SDVariable of(SameDiff sd, SDVariable hr, SDVariable sr, long[] shape);

  /**
   * Puts labels and loss at the end of a graph.
   *
   * @param shape of the labels, {@code [N,C,sH,sW]}
   */
  void add(SameDiff sd, long... shape) {
    SDVariable hr = sd.placeHolder(HR, DataType.FLOAT, shape);
    of(sd, hr, sd.getVariable(Network.SR), shape);
    sd.setLossVariables(NAME);
  }

  private static SDVariable window(SameDiff sd, SDVariable planes) {
    INDArray weights = Nd4j.create(DataType.FLOAT, WINDOW);
    for (int i = 0; i < WINDOW; i++) {
      double x = i - WINDOW / 2;
      weights.putScalar(i, Math.exp(-x * x / (2 * SIGMA * SIGMA)));
    }
    weights.divi(weights.sumNumber());
    SDVariable rows =
        convolve(sd, planes, sd.constant(weights.reshape(WINDOW, 1, 1, 1)), WINDOW, 1);
    return convolve(sd, rows, sd.constant(weights.reshape(1, WINDOW, 1, 1)), 1, WINDOW);
  }

  private static SDVariable convolve(
      SameDiff sd, SDVariable x, SDVariable kernel, int height, int width) {
    Conv2DConfig config =
        Conv2DConfig.builder()
            .kH(height)
            .kW(width)
            .paddingMode(PaddingMode.VALID)
            .dataFormat("NCHW")
            .weightsFormat(WeightsFormat.YXIO)
            .build();
    return sd.cnn().conv2d(x, kernel, config);
  }
}
