package io.subpixel.trainer;

import java.util.Locale;

/**
 * A term of a loss: a mean over all samples of SR and HR, {@code [N,C,H,W]}, 0..1.
 *
 * @since 0.1
 */
public enum LossTerm {
  /** The mean of squares; it rewards PSNR. */
  MSE,
  /** The mean of magnitudes; it converges faster than MSE (Zhao et al., arXiv 1511.08861). */
  L1,
  /** sqrt(d^2 + 1e-6), L1 without its corner (Lai et al., arXiv 1710.01992). */
  CHARBONNIER,
  /**
   * 1 - SSIM (Wang et al., 2004) with a gaussian window of 11x11, sigma 1.5: structure rather than
   * PSNR. Patches need at least 11 HR pixels a side.
   */
  SSIM,
  /**
   * 1 - MS-SSIM (Wang et al., 2003): SSIM at up to five sizes, each half the one before, as many as
   * hold the window of 11x11. Of fewer sizes, the exponents are scaled to a sum of 1.
   */
  MS_SSIM,
  /**
   * The mean of magnitudes of what differs in luma (BT.601): the eye, and the field's PSNR, weigh
   * it most. Of one channel, it is L1.
   */
  LUMA,
  /** The mean of magnitudes of what differs between neighbours, across and down: edges. */
  GRADIENT,
  /**
   * The mean of magnitudes of what differs, in each 16x16 pixels (15x15 at x3), between the mean of
   * each of the s x s subpixels of an LR pixel and the mean of all: the grid that they may leave.
   * Patches need at least 16 HR pixels a side.
   */
  GRID,
  /**
   * The mean of magnitudes of real and imaginary parts of what differs between the orthonormal
   * Fourier transforms of patches (after Cho et al., arXiv 2108.05054): fine texture counts as much
   * as large areas.
   */
  FFT,
  /**
   * The mean of magnitudes of what differs between the features of a small network with random
   * weights, always the same (after Liu et al., arXiv 2103.10571).
   */
  RANDOM_FEATURES,
  /**
   * The squared distance between the features of SqueezeNet 1.0, each position's scaled to length 1
   * (LPIPS without learned weights, Zhang et al., arXiv 1801.03924). Needs the file of its weights.
   */
  SQUEEZENET,
  /**
   * L1 weighted by how much it varies around a pixel, where SR is worse than that of the averaged
   * weights: artefacts (LDL, Liang et al., arXiv 2203.09195). Needs averaged weights.
   */
  LDL,
  /**
   * The mean of magnitudes of what differs from the SR that a teacher, another network, makes of
   * the same LR: distillation (Hinton et al., arXiv 1503.02531). Needs a teacher.
   */
  TEACHER,
  /**
   * softplus(D(HR) - D(SR)) of a discriminator D that is trained beside the network (relativistic
   * pairing, Jolicoeur-Martineau, arXiv 1807.00734). Needs a network that is trained already.
   */
  ADVERSARIAL;

  /** The name in options and cards, such as {@code l1}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
