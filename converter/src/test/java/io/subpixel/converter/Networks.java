package io.subpixel.converter;

import io.subpixel.zoo.Colour;
import io.subpixel.zoo.ModelCard;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.nd4j.autodiff.loss.LossReduce;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.DataFormat;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.factory.Nd4j;

/** Small networks as the trainer makes them, with weights that are always the same. */
public final class Networks {
  private Networks() {}

  /** ESPCN with narrow layers: {@code lr [-1,C,-1,-1]} to {@code sr}, labels {@code hr}, a loss. */
  public static SameDiff espcn(int scale, int channels) {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("lr", DataType.FLOAT, -1, channels, -1, -1);
    SDVariable hr = sd.placeHolder("hr", DataType.FLOAT, -1, channels, -1, -1);
    int[] widths = {channels, 8, 6, channels * scale * scale};
    int[] kernels = {5, 3, 3};
    for (int i = 0; i < kernels.length; i++) {
      int kernel = kernels[i];
      SDVariable weights =
          sd.var("w" + i, values(10 + i, kernel, kernel, widths[i], widths[i + 1]));
      SDVariable bias = sd.var("b" + i, values(20 + i, widths[i + 1]));
      x = sd.cnn().conv2d(x, weights, bias, same(kernel));
      x = i < kernels.length - 1 ? sd.nn().relu(x, 0) : x;
    }
    SDVariable sr = sd.cnn().depthToSpace(x, scale, DataFormat.NCHW).rename("sr");
    sd.loss().meanSquaredError("loss", hr, sr, null, LossReduce.MEAN_BY_WEIGHT).markAsLoss();
    return sd;
  }

  /** What SameDiff computes for {@code output}, by its own code and not by oneDNN. */
  public static INDArray run(SameDiff network, String input, INDArray fed, String output) {
    boolean before = Nd4j.getEnvironment().helpersAllowed();
    Nd4j.getEnvironment().allowHelpers(false);
    try {
      return network.output(Map.of(input, fed), List.of(output)).values().iterator().next();
    } finally {
      Nd4j.getEnvironment().allowHelpers(before);
    }
  }

  /** A convolution that keeps the size, NCHW, weights YXIO. */
  public static Conv2DConfig same(int kernel) {
    return Conv2DConfig.builder()
        .kH(kernel)
        .kW(kernel)
        .sH(1)
        .sW(1)
        .dH(1)
        .dW(1)
        .paddingMode(PaddingMode.SAME)
        .dataFormat("NCHW")
        .weightsFormat(WeightsFormat.YXIO)
        .build();
  }

  /** Pseudo-random values in -0.5..0.5. */
  public static INDArray values(long seed, long... sizes) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[(int) Arrays.stream(sizes).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextDouble() - 0.5);
    }
    return Nd4j.create(values, sizes, 'c');
  }

  /** A card for {@link #espcn}. */
  public static ModelCard card(int scale, Colour colour) {
    return new ModelCard(
        "espcn-x" + scale,
        scale,
        colour,
        colour.channels(),
        List.of(0.0, 1.0),
        4,
        1000,
        1000,
        "bicubic-uint8-clamp",
        null,
        List.of(),
        "Apache-2.0",
        null,
        Map.of());
  }
}
