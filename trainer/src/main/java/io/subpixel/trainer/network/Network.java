package io.subpixel.trainer.network;

import io.subpixel.zoo.Colour;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.DataFormat;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A network as a SameDiff graph: the placeholder {@link #LR} {@code [N,C,H,W]}, the output {@link
 * #SR} {@code [N,C,sH,sW]}, float32, values 0..1.
 *
 * @param graph its weights are the graph's variables
 * @param receptiveRadius radius of the receptive field in LR pixels
 * @param parameters number of parameters of the exported model, in which wide factors are collapsed
 * @param macsPerLrPixel multiply-accumulates of the exported model per LR pixel
 * @since 0.1
 */
public record Network(SameDiff graph, int receptiveRadius, long parameters, long macsPerLrPixel) {
  /** Name of the input. */
  public static final String LR = "lr";

  /** Name of the output. */
  public static final String SR = "sr";

  /**
   * Builds a network with fresh weights.
   *
   * @param scale 2, 3 or 4
   * @param colour determines the number of channels
   * @param activation the activation after the convolutions
   * @param seed equal seeds give equal weights
   */
  public static Network build(
      Architecture architecture, int scale, Colour colour, Activation activation, long seed) {
    SameDiff graph = SameDiff.create();
    int channels = colour.channels();
    SDVariable lr = graph.placeHolder(LR, DataType.FLOAT, -1, channels, -1, -1);
    Layers layers = new Layers(graph, activation, seed);
    SDVariable subpixels = architecture.build(layers, lr, channels, scale);
    // DCR: all channels of a subpixel lie together, so colour c of subpixel i is channel i C + c.
    graph.cnn().depthToSpace(SR, subpixels, scale, DataFormat.NCHW);
    return new Network(
        graph, layers.receptiveRadius(), layers.parameters(), layers.macsPerLrPixel());
  }
}
