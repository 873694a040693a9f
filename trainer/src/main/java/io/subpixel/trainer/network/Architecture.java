package io.subpixel.trainer.network;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A network that can be trained. A new one is one small class with this interface and one line in
 * {@link Architectures}.
 *
 * @since 0.1
 */
public interface Architecture {
  /** The name in options and cards. */
  String name();

  /** The activation that its authors chose. */
  Activation activation();

  /**
   * Builds the layers.
   *
   * @param layers makes them
   * @param lr the picture, {@code [N,C,H,W]}, values 0..1
   * @param channels C
   * @param scale 2, 3 or 4
   * @return the subpixels, {@code [N, s s C, H, W]}, subpixel by subpixel
   */
  SDVariable build(Layers layers, SDVariable lr, int channels, int scale);
}
