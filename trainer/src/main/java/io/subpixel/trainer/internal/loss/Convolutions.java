package io.subpixel.trainer.internal.loss;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.factory.Nd4j;

/** Convolutions of {@code [N,C,H,W]} with kernels {@code [kH,kW,in,out]}. */
public final class Convolutions {
  private Convolutions() {}

  /** Where the kernel lies within the picture. */
  public static SDVariable within(
      SameDiff sd, SDVariable x, SDVariable kernel, int height, int width) {
    return within(sd, x, kernel, height, width, 1);
  }

  /** Every {@code stride}th place each way, of those where the kernel lies within the picture. */
  public static SDVariable within(
      SameDiff sd, SDVariable x, SDVariable kernel, int height, int width, int stride) {
    return sd.cnn().conv2d(x, kernel, config(height, width, stride, PaddingMode.VALID));
  }

  /** The same with a bias. */
  static SDVariable within(
      SameDiff sd, SDVariable x, SDVariable kernel, SDVariable bias, int side, int stride) {
    return sd.cnn().conv2d(x, kernel, bias, config(side, side, stride, PaddingMode.VALID));
  }

  /** Around every {@code stride}th pixel each way; outside the picture are zeros. */
  static SDVariable around(SameDiff sd, SDVariable x, SDVariable kernel, int side, int stride) {
    return sd.cnn().conv2d(x, kernel, config(side, side, stride, PaddingMode.SAME));
  }

  /** The same with a bias. */
  static SDVariable around(
      SameDiff sd, SDVariable x, SDVariable kernel, SDVariable bias, int side, int stride) {
    return sd.cnn().conv2d(x, kernel, bias, config(side, side, stride, PaddingMode.SAME));
  }

  /** The mean of each 2x2 pixels. */
  static SDVariable half(SameDiff sd, SDVariable plane) {
    SDVariable kernel =
        sd.constant(Nd4j.valueArrayOf(new long[] {2, 2, 1, 1}, 0.25f, DataType.FLOAT));
    return sd.cnn().conv2d(plane, kernel, config(2, 2, 2, PaddingMode.VALID));
  }

  private static Conv2DConfig config(int height, int width, int stride, PaddingMode padding) {
    return Conv2DConfig.builder()
        .kH(height)
        .kW(width)
        .sH(stride)
        .sW(stride)
        .paddingMode(padding)
        .dataFormat("NCHW")
        // M2.1's gradient reads the wrong axis of the other weight formats.
        .weightsFormat(WeightsFormat.YXIO)
        .build();
  }
}
