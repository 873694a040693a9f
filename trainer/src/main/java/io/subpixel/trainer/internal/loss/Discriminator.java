package io.subpixel.trainer.internal.loss;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Tells HR from SR, for every 4x4 pixels by the 26x26 around them: four convolutions of 3x3 with
 * leaky ReLU, each divided by its spectral norm (Miyato et al., arXiv 1802.05957), by a direction
 * that somebody else keeps up. Halved by means of 2x2 and not by strides, which see a pattern of
 * subpixels as brightness, and so drive a network to have one.
 */
public final class Discriminator {
  private static final int KERNEL = 3;
  private static final double LEAK = 0.2;
  private static final Pooling2DConfig MEANS =
      Pooling2DConfig.builder()
          .kH(2)
          .kW(2)
          .sH(2)
          .sW(2)
          .pH(0)
          .pW(0)
          .dH(1)
          .dW(1)
          .paddingMode(PaddingMode.VALID)
          .build();

  private final SameDiff sd;
  private final List<Layer> layers;
  private final List<SDVariable> weights = new ArrayList<>();
  private final List<SDVariable> biases = new ArrayList<>();

  /**
   * A convolution of 3x3.
   *
   * @param name begins the names of its arrays
   * @param halved whether the size is halved after it
   */
  public record Layer(String name, int in, int out, boolean halved) {
    /** The length of a column of the weights as a matrix: {@code 9 in}. */
    public int taps() {
      return KERNEL * KERNEL * in;
    }

    /** Name of the weights, {@code [3,3,in,out]}. */
    public String weight() {
      return name + "_weight";
    }

    /**
     * Name of the product of the first singular vectors, {@code [3,3,in,out]}: the weights' scalar
     * product with it is their spectral norm.
     */
    public String direction() {
      return name + "_direction";
    }

    /** The shape of weights and direction. */
    public long[] shape() {
      return new long[] {KERNEL, KERNEL, in, out};
    }
  }

  /** How an array becomes part of a graph: as one to train or as one that is given. */
  @FunctionalInterface
  public interface Kind {
    /** Puts it in. */
    SDVariable add(String name, INDArray initial);
  }

  private Discriminator(SameDiff sd, int channels) {
    this.sd = sd;
    layers = layers(channels);
  }

  /** Its convolutions, for pictures of so many channels. */
  public static List<Layer> layers(int channels) {
    return List.of(
        new Layer("discriminator0", channels, 24, true),
        new Layer("discriminator1", 24, 48, true),
        new Layer("discriminator2", 48, 64, false),
        new Layer("discriminator3", 64, 1, false));
  }

  /**
   * Puts one in a graph, with weights that somebody else fills.
   *
   * @param kind of its weights
   */
  public static Discriminator in(SameDiff sd, int channels, Kind kind) {
    Discriminator result = new Discriminator(sd, channels);
    for (Layer layer : result.layers) {
      SDVariable weight = kind.add(layer.weight(), Nd4j.ones(DataType.FLOAT, layer.shape()));
      INDArray unknown = Nd4j.ones(DataType.FLOAT, layer.shape());
      SDVariable direction = sd.constant(layer.direction(), unknown);
      SDVariable norm = weight.mul(direction).sum(true, 0, 1, 2, 3);
      result.weights.add(weight.div(norm));
      result.biases.add(kind.add(layer.name + "_bias", Nd4j.zeros(DataType.FLOAT, layer.out)));
    }
    return result;
  }

  /** Fresh weights of a layer, {@code [3,3,in,out]} (He et al., arXiv 1502.01852). */
  public static INDArray fresh(Layer layer, Random random) {
    float[] values = new float[layer.taps() * layer.out];
    double deviation = Math.sqrt(2.0 / layer.taps());
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return Nd4j.createFromArray(values).reshape(layer.shape());
  }

  /** What the discriminator minimises: HR has to look more real than SR, at every place. */
  public SDVariable loss(SDVariable hr, SDVariable sr) {
    return sd.nn().softplus(judge(sr).sub(judge(hr))).mean();
  }

  /** What the network minimises: the opposite. */
  public SDVariable generatorLoss(SDVariable hr, SDVariable sr) {
    return sd.nn().softplus(judge(hr).sub(judge(sr))).mean();
  }

  private SDVariable judge(SDVariable pictures) {
    SDVariable x = pictures;
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      x = Convolutions.around(sd, x, weights.get(i), biases.get(i), KERNEL, 1);
      x = i < layers.size() - 1 ? sd.nn().leakyRelu(x, LEAK) : x;
      x = layer.halved ? sd.cnn().avgPooling2d(x, MEANS) : x;
    }
    return x;
  }
}
