package io.subpixel.trainer.network;

import io.subpixel.models.Colour;
import java.util.Random;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.DataFormat;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The efficient sub-pixel CNN (Shi et al., arXiv 1609.05158) in its wider form: convolutions
 * 5x5x64, 3x3x64, 3x3x32 and 3x3xs^2 on luma, ReLU between them, then depth to space. 58,212
 * parameters at x2.
 */
public final class Espcn implements Architecture {
  private static final int[] KERNEL = {5, 3, 3, 3};

  @Override
  public String name() {
    return "espcn";
  }

  @Override
  public Colour colour() {
    return Colour.Y;
  }

  @Override
  public int receptiveRadius() {
    int radius = 0;
    for (int kernel : KERNEL) {
      radius += kernel / 2;
    }
    return radius;
  }

  @Override
  public long macsPerLrPixel(int scale) {
    int[] channels = channels(scale);
    long macs = 0;
    for (int layer = 0; layer < KERNEL.length; layer++) {
      macs += (long) KERNEL[layer] * KERNEL[layer] * channels[layer] * channels[layer + 1];
    }
    return macs;
  }

  @Override
  public SameDiff build(int scale, long seed) {
    SameDiff sd = SameDiff.create();
    int[] channels = channels(scale);
    Random random = new Random(seed);
    SDVariable x = sd.placeHolder(LR, DataType.FLOAT, -1, channels[0], -1, -1);
    SDVariable hr = sd.placeHolder(HR, DataType.FLOAT, -1, channels[0], -1, -1);
    for (int layer = 0; layer < KERNEL.length; layer++) {
      boolean last = layer == KERNEL.length - 1;
      int kernel = KERNEL[layer];
      int in = channels[layer];
      int out = channels[layer + 1];
      SDVariable weight =
          sd.var(
              "conv" + layer + "_weight",
              Nd4j.createFromArray(heNormal(random, kernel, in, out, last))
                  .reshape(kernel, kernel, in, out));
      SDVariable bias = sd.var("conv" + layer + "_bias", Nd4j.zeros(DataType.FLOAT, out));
      Conv2DConfig config =
          Conv2DConfig.builder()
              .kH(kernel)
              .kW(kernel)
              .paddingMode(PaddingMode.SAME)
              .dataFormat("NCHW")
              // M2.1's gradient reads the wrong axis of the other weight formats.
              .weightsFormat(WeightsFormat.YXIO)
              .build();
      x = sd.cnn().conv2d("conv" + layer, x, weight, bias, config);
      if (!last) {
        x = sd.nn().relu("relu" + layer, x, 0);
      }
    }
    SDVariable sr = sd.cnn().depthToSpace(SR, x, scale, DataFormat.NCHW);
    sd.loss().meanSquaredError(LOSS, hr, sr, null);
    sd.setLossVariables(LOSS);
    return sd;
  }

  private static int[] channels(int scale) {
    return new int[] {1, 64, 64, 32, scale * scale};
  }

  /** He et al., arXiv 1502.01852; the last layer, which no ReLU follows, at half its variance. */
  private static float[] heNormal(Random random, int kernel, int in, int out, boolean last) {
    double deviation = Math.sqrt((last ? 1.0 : 2.0) / (kernel * kernel * in));
    float[] values = new float[kernel * kernel * in * out];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }
}
