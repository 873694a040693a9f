package io.subpixel.trainer.internal;

import io.subpixel.trainer.Loss;
import io.subpixel.trainer.LossTerm;
import io.subpixel.trainer.network.Network;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.factory.Nd4j;

/** Puts a {@link Loss} at the end of a graph. */
final class LossGraph {
  /** Name of the labels' placeholder. */
  static final String HR = "hr";

  /** Name of the loss. */
  static final String NAME = "loss";

  private static final double C1 = 0.01 * 0.01;
  private static final double C2 = 0.03 * 0.03;
  private static final int WINDOW = 11;
  private static final double SIGMA = 1.5;

  private LossGraph() {}

  /**
   * Adds labels and loss.
   *
   * @param shape of the labels, {@code [N,C,sH,sW]}
   */
  static void add(SameDiff sd, Loss loss, long... shape) {
    SDVariable hr = sd.placeHolder(HR, DataType.FLOAT, shape);
    SDVariable sr = sd.getVariable(Network.SR);
    @Nullable SDVariable sum = null;
    for (Loss.Part part : loss.parts()) {
      SDVariable value = term(part.term(), sd, hr, sr, shape);
      SDVariable weighted = part.weight() == 1 ? value : value.mul(part.weight());
      sum = sum == null ? weighted : sum.add(weighted);
    }
    if (sum != null) {
      sum.rename(NAME);
    }
    sd.setLossVariables(NAME);
  }

  private static SDVariable term(
      LossTerm term, SameDiff sd, SDVariable hr, SDVariable sr, long[] shape) {
    return switch (term) {
      case MSE -> sd.loss().meanSquaredError(hr, sr, null);
      case L1 -> sd.loss().absoluteDifference(hr, sr, null);
      case CHARBONNIER -> charbonnier(sd, hr, sr);
      case SSIM -> ssim(sd, hr, sr, shape);
      case LUMA -> luma(sd, hr, sr, shape);
      case GRADIENT -> gradient(sd, hr, sr, shape);
      case FFT -> fft(sd, hr, sr, shape);
    };
  }

  private static SDVariable charbonnier(SameDiff sd, SDVariable hr, SDVariable sr) {
    SDVariable difference = sr.sub(hr);
    return sd.math().sqrt(difference.mul(difference).add(1e-6)).mean();
  }

  private static SDVariable ssim(SameDiff sd, SDVariable hr, SDVariable sr, long[] shape) {
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
    return above.div(below).mean().rsub(1);
  }

  private static SDVariable luma(SameDiff sd, SDVariable hr, SDVariable sr, long[] shape) {
    SDVariable difference = sr.sub(hr);
    if (shape[1] == 3) {
      INDArray weights = Nd4j.createFromArray(0.299f, 0.587f, 0.114f).reshape(1, 1, 3, 1);
      difference = convolve(sd, difference, sd.constant(weights), 1, 1);
    }
    return sd.math().abs(difference).mean();
  }

  private static SDVariable gradient(SameDiff sd, SDVariable hr, SDVariable sr, long[] shape) {
    SDVariable difference = sd.reshape(sr.sub(hr), shape[0] * shape[1], 1, shape[2], shape[3]);
    SDVariable step = sd.constant(Nd4j.createFromArray(-1f, 1f));
    SDVariable across = convolve(sd, difference, sd.reshape(step, 1, 2, 1, 1), 1, 2);
    SDVariable down = convolve(sd, difference, sd.reshape(step, 2, 1, 1, 1), 2, 1);
    return sd.math().abs(across).mean().add(sd.math().abs(down).mean());
  }

  private static SDVariable fft(SameDiff sd, SDVariable hr, SDVariable sr, long[] shape) {
    long planes = shape[0] * shape[1];
    SDVariable rows = sd.reshape(sr.sub(hr), planes * shape[2], shape[3]);
    SDVariable cosines = turned(sd, rows.mmul(wave(sd, shape[3], true)), planes, shape);
    SDVariable sines = turned(sd, rows.mmul(wave(sd, shape[3], false)), planes, shape);
    SDVariable cos = wave(sd, shape[2], true);
    SDVariable sin = wave(sd, shape[2], false);
    SDVariable real = cosines.mmul(cos).sub(sines.mmul(sin));
    SDVariable imaginary = cosines.mmul(sin).add(sines.mmul(cos));
    return sd.math().abs(real).mean().add(sd.math().abs(imaginary).mean());
  }

  /** Rows {@code [planes H, W]} as columns, {@code [planes W, H]}. */
  private static SDVariable turned(SameDiff sd, SDVariable rows, long planes, long[] shape) {
    SDVariable pictures = sd.reshape(rows, planes, shape[2], shape[3]);
    return sd.reshape(sd.permute(pictures, 0, 2, 1), planes * shape[3], shape[2]);
  }

  /** The cosines or sines of the discrete Fourier transform, {@code [n,n]}, orthonormal. */
  private static SDVariable wave(SameDiff sd, long n, boolean cosine) {
    INDArray table = Nd4j.create(DataType.FLOAT, n, n);
    for (long i = 0; i < n; i++) {
      for (long k = 0; k < n; k++) {
        double angle = 2 * Math.PI * (i * k % n) / n;
        table.putScalar(i, k, (cosine ? Math.cos(angle) : Math.sin(angle)) / Math.sqrt((double) n));
      }
    }
    return sd.constant(table);
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
