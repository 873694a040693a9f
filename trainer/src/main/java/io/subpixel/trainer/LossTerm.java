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
   * The mean of magnitudes of what differs in luma (BT.601): the eye, and the field's PSNR, weigh
   * it most. Of one channel, it is L1.
   */
  LUMA,
  /** The mean of magnitudes of what differs between neighbours, across and down: edges. */
  GRADIENT,
  /**
   * The mean of magnitudes of real and imaginary parts of what differs between the orthonormal
   * Fourier transforms of patches (after Cho et al., arXiv 2108.05054): fine texture counts as much
   * as large areas.
   */
  FFT;

  /** The name in options and cards, such as {@code l1}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
