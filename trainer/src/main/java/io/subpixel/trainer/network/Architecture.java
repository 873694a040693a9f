package io.subpixel.trainer.network;

import io.subpixel.models.Colour;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * A network that can be trained. A new one is one class with this interface and one line in {@link
 * Architectures}.
 *
 * <p>The graph has the placeholders {@link #LR} {@code [N,C,H,W]} and {@link #HR} {@code
 * [N,C,sH,sW]}, the output {@link #SR} {@code [N,C,sH,sW]} and the scalar {@link #LOSS}, all
 * float32; pictures have values 0..1.
 */
public interface Architecture {
  /** Name of the input. */
  String LR = "lr";

  /** Name of the output. */
  String SR = "sr";

  /** Name of the labels. */
  String HR = "hr";

  /** Name of the loss. */
  String LOSS = "loss";

  /** What it is called in options and cards. */
  String name();

  /** What its channels mean. */
  Colour colour();

  /** How many LR pixels around a pixel its upscaled values depend on. */
  int receptiveRadius();

  /** Multiply-accumulates for each LR pixel. */
  long macsPerLrPixel(int scale);

  /**
   * Builds the graph with fresh weights.
   *
   * @param scale 2, 3 or 4
   * @param seed equal seeds give equal weights
   */
  SameDiff build(int scale, long seed);
}
