package io.subpixel.trainer.network;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The efficient sub-pixel CNN (Shi et al., arXiv 1609.05158): a convolution of 5x5, others of 3x3,
 * an activation after each but the last.
 */
final class Espcn implements Architecture {
  private final String name;
  private final Activation activation;
  private final int[] widths;

  private Espcn(String name, Activation activation, int... widths) {
    this.name = name;
    this.activation = activation;
    this.widths = widths;
  }

  /** The wider form, 64-64-32 channels with ReLU: 58,212 parameters at x2. */
  static Espcn wide() {
    return new Espcn("espcn", Activation.RELU, 64, 64, 32);
  }

  /** As published, 64-32 channels with tanh: 21,284 parameters at x2. */
  static Espcn paper() {
    return new Espcn("espcn-paper", Activation.TANH, 64, 32);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Activation activation() {
    return activation;
  }

  @Override
  public SDVariable build(Layers layers, SDVariable lr, int channels, int scale) {
    SDVariable x = lr;
    int in = channels;
    int kernel = 5;
    for (int i = 0; i < widths.length; i++) {
      x = layers.convolution("conv" + i, x, kernel, in, widths[i], channels);
      x = layers.activate("act" + i, x, widths[i]);
      in = widths[i];
      kernel = 3;
    }
    int out = scale * scale * channels;
    return layers.subpixels("conv" + widths.length, x, kernel, in, out, channels);
  }
}
