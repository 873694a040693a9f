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
 * @param receptiveRadius how many LR pixels around a pixel its upscaled values depend on
 * @param parameters of the convolutions that are exported, wide factors counted as what they
 *     collapse to
 * @param macsPerLrPixel multiply-accumulates for each LR pixel, likewise
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
   * @param colour says how many channels there are
   * @param activation what follows the convolutions
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
