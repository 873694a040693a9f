package io.subpixel.trainer.internal.loss;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Tells HR from SR, for every 4x4 pixels by the 26x26 around them: four convolutions with leaky
 * ReLU, the first two at half the size of what they read, each divided by its spectral norm (Miyato
 * et al., arXiv 1802.05957), by a direction that somebody else keeps up.
 */
public final class Discriminator {
  private static final double LEAK = 0.2;

  private final SameDiff sd;
  private final List<Layer> layers;
  private final List<SDVariable> weights = new ArrayList<>();
  private final List<SDVariable> biases = new ArrayList<>();

  /**
   * A convolution.
   *
   * @param name begins the names of its arrays
   */
  public record Layer(String name, int kernel, int stride, int in, int out) {
    /** The length of a column of the weights as a matrix: {@code k k in}. */
    public int taps() {
      return kernel * kernel * in;
    }

    /** Name of the weights, {@code [k,k,in,out]}. */
    public String weight() {
      return name + "_weight";
    }

    /**
     * Name of the product of the first singular vectors, {@code [k,k,in,out]}: the weights' scalar
     * product with it is their spectral norm.
     */
    public String direction() {
      return name + "_direction";
    }

    /** The shape of weights and direction. */
    public long[] shape() {
      return new long[] {kernel, kernel, in, out};
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
        new Layer("discriminator0", 4, 2, channels, 32),
        new Layer("discriminator1", 4, 2, 32, 64),
        new Layer("discriminator2", 3, 1, 64, 64),
        new Layer("discriminator3", 3, 1, 64, 1));
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

  /** Fresh weights of a layer, {@code [k,k,in,out]} (He et al., arXiv 1502.01852). */
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
  SDVariable generatorLoss(SDVariable hr, SDVariable sr) {
    return sd.nn().softplus(judge(hr).sub(judge(sr))).mean();
  }

  private SDVariable judge(SDVariable pictures) {
    SDVariable x = pictures;
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      x = Convolutions.around(sd, x, weights.get(i), biases.get(i), layer.kernel, layer.stride);
      x = i < layers.size() - 1 ? sd.nn().leakyRelu(x, LEAK) : x;
    }
    return x;
  }
}
