package io.subpixel.trainer.network;

import java.util.Arrays;
import java.util.Random;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The layers that networks are made of. All work on {@code [N,C,H,W]} and keep H and W; they belong
 * to one chain, so receptive radius and work add up.
 *
 * @since 0.1
 */
public final class Layers {
  /** Channels of a collapsible convolution during training. */
  private static final int WIDE = 64;

  private static final double LEAK = 0.1;

  /** The gain of what a fresh network adds to nearest neighbour. */
  private static final double LITTLE = 0.1;

  /** Horizontal and vertical gradient and Laplacian, row by row. */
  private static final float[][] EDGES = {
    {1, 0, -1, 2, 0, -2, 1, 0, -1},
    {1, 2, 1, 0, 0, 0, -1, -2, -1},
    {0, 1, 0, 1, -4, 1, 0, 1, 0}
  };

  private final SameDiff sd;
  private final Activation activation;
  private final Random random;
  private int receptiveRadius;
  private long parameters;
  private long macs;

  Layers(SameDiff sd, Activation activation, long seed) {
    this.sd = sd;
    this.activation = activation;
    this.random = new Random(seed);
  }

  int receptiveRadius() {
    return receptiveRadius;
  }

  long parameters() {
    return parameters;
  }

  long macsPerLrPixel() {
    return macs;
  }

  /**
   * A convolution with bias. Weights as He et al., arXiv 1502.01852; but the first channels pass
   * the picture on, so that a fresh network enlarges by nearest neighbour and learns what that
   * lacks.
   *
   * @param kernel odd side of the kernel
   * @param passed the number of first channels that carry the image
   */
  public SDVariable convolution(
      String name, SDVariable x, int kernel, int in, int out, int passed) {
    INDArray weight =
        normal(Math.sqrt(2.0 / (kernel * kernel * in)), kernel * kernel * in * out)
            .reshape(kernel, kernel, in, out);
    pass(weight, passed, passed, 0);
    return convolve(name, x, sd.var(name + "_weight", weight), kernel, in, out);
  }

  /**
   * The last convolution, of which every output is a subpixel of the picture.
   *
   * @param kernel odd side of the kernel
   * @param passed the number of first channels that carry the image
   * @param out {@code s s C}
   */
  public SDVariable subpixels(String name, SDVariable x, int kernel, int in, int out, int passed) {
    INDArray weight =
        normal(Math.sqrt(1.0 / (kernel * kernel * in)), kernel * kernel * in * out)
            .reshape(kernel, kernel, in, out);
    pass(weight, out, passed, LITTLE);
    return convolve(name, x, sd.var(name + "_weight", weight), kernel, in, out);
  }

  private static void pass(INDArray weight, int outputs, int passed, double others) {
    int middle = (int) weight.size(0) / 2;
    for (int o = 0; o < outputs; o++) {
      INDArray kernel =
          weight.get(
              NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(o));
      kernel.muli(others);
      weight.putScalar(new int[] {middle, middle, o % passed, o}, 1);
    }
  }

  /**
   * A collapsible convolution (the linear block of SESR, Bhardwaj et al., arXiv 2103.09404): k x k
   * to many channels, by 1 x 1 to few, around a short cut where the channels allow one. Nothing
   * between is curved, so it is one kernel: here the factors are multiplied before the convolution,
   * which trains as cheaply as a plain one, and the exported model holds only the product.
   *
   * @param kernel odd side of the kernel
   * @param gain how large the output is at first beside the input, the short cut left out
   */
  public SDVariable collapsible(
      String name, SDVariable x, int kernel, int in, int out, double gain) {
    SDVariable weight = shortened(name, factors(name, kernel, in, out, gain), kernel, in, out);
    return convolve(name, x, weight.rename(name + "_weight"), kernel, in, out);
  }

  /**
   * A collapsible convolution of 3x3 with the edge branches of ECBSR (Zhang et al., ACM Multimedia
   * 2021): each mixes the channels, and measures the mixture's horizontal or vertical gradient
   * (Sobel) or its Laplacian, times a factor for each output that begins at 0. These branches are
   * part of the one kernel, too.
   *
   * @param gain how large the output is at first beside the input, the short cut left out
   */
  public SDVariable edgeOriented(String name, SDVariable x, int in, int out, double gain) {
    INDArray mixtures =
        normal(Math.sqrt(1.0 / in), EDGES.length * in * out).reshape(EDGES.length, in, out);
    SDVariable branches =
        sd.var(name + "_edge_mixtures", mixtures)
            .mul(sd.var(name + "_edge_factors", Nd4j.zeros(DataType.FLOAT, EDGES.length, 1, out)));
    SDVariable edges =
        sd.constant(name + "_edges", Nd4j.createFromArray(EDGES).transpose().dup('c'))
            .mmul(sd.reshape(branches, EDGES.length, (long) in * out));
    SDVariable kernel = factors(name, 3, in, out, gain).add(sd.reshape(edges, 3, 3, in, out));
    SDVariable weight = shortened(name, kernel, 3, in, out);
    return convolve(name, x, weight.rename(name + "_weight"), 3, in, out);
  }

  /** The product of a collapsible convolution's factors. */
  private SDVariable factors(String name, int kernel, int in, int out, double gain) {
    int taps = kernel * kernel * in;
    SDVariable expand =
        sd.var(name + "_expand", normal(Math.sqrt(1.0 / taps), taps * WIDE).reshape(taps, WIDE));
    // Small, so that a fresh block is close to its short cut, and the last one adds little.
    SDVariable project =
        sd.var(
            name + "_project", normal(gain * Math.sqrt(1.0 / WIDE), WIDE * out).reshape(WIDE, out));
    return sd.reshape(expand.mmul(project), kernel, kernel, in, out);
  }

  /** A kernel around a short cut, where the channels allow one. */
  private SDVariable shortened(String name, SDVariable weight, int kernel, int in, int out) {
    return in == out ? weight.add(sd.constant(name + "_shortcut", identity(kernel, in))) : weight;
  }

  /**
   * The picture once for each subpixel, to be added to {@code [N, s s C, H, W]}.
   *
   * @param channels C; a picture of one channel is spread by the addition itself
   */
  public SDVariable repeated(SDVariable lr, int channels, int subpixels) {
    if (channels == 1) {
      return lr;
    }
    SDVariable[] copies = new SDVariable[subpixels];
    Arrays.fill(copies, lr);
    return sd.concat(1, copies);
  }

  /** The activation chosen for this network. */
  public SDVariable activate(String name, SDVariable x, int channels) {
    return switch (activation) {
      case RELU -> sd.nn().relu(name, x, 0);
      case TANH -> sd.math().tanh(name, x);
      case LEAKY_RELU -> sd.nn().leakyRelu(name, x, LEAK);
      case PRELU -> prelu(name, x, channels);
    };
  }

  /** Built of plain operators: M2.1's own prelu is slow, and its gradient refuses shared slopes. */
  private SDVariable prelu(String name, SDVariable x, int channels) {
    INDArray quarter = Nd4j.valueArrayOf(new long[] {1, channels, 1, 1}, 0.25f, DataType.FLOAT);
    SDVariable slope = sd.var(name + "_slope", quarter);
    parameters += channels;
    SDVariable above = sd.nn().relu(x, 0);
    return above.add(name, x.sub(above).mul(slope));
  }

  private SDVariable convolve(
      String name, SDVariable x, SDVariable weight, int kernel, int in, int out) {
    receptiveRadius += kernel / 2;
    parameters += (long) kernel * kernel * in * out + out;
    macs += (long) kernel * kernel * in * out;
    SDVariable bias = sd.var(name + "_bias", Nd4j.zeros(DataType.FLOAT, out));
    Conv2DConfig config =
        Conv2DConfig.builder()
            .kH(kernel)
            .kW(kernel)
            .paddingMode(PaddingMode.SAME)
            .dataFormat("NCHW")
            // M2.1's gradient reads the wrong axis of the other weight formats.
            .weightsFormat(WeightsFormat.YXIO)
            .build();
    return sd.cnn().conv2d(name, x, weight, bias, config);
  }

  private INDArray normal(double deviation, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return Nd4j.createFromArray(values);
  }

  private static INDArray identity(int kernel, int channels) {
    INDArray identity = Nd4j.zeros(DataType.FLOAT, kernel, kernel, channels, channels);
    for (int c = 0; c < channels; c++) {
      identity.putScalar(new int[] {kernel / 2, kernel / 2, c, c}, 1);
    }
    return identity;
  }
}
