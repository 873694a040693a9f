package io.subpixel.trainer.network;

import java.util.Locale;

/**
 * The activation after a convolution.
 *
 * @since 0.1
 */
public enum Activation {
  /** max(x, 0). */
  RELU,
  /** The hyperbolic tangent. */
  TANH,
  /** x above 0, a tenth of it below. */
  LEAKY_RELU,
  /** x above 0, below it times a trained number for each channel (He et al., arXiv 1502.01852). */
  PRELU;

  /** The name in options, such as {@code relu} or {@code leaky-relu}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
