package io.subpixel.conformance.evaluate;

import org.jspecify.annotations.Nullable;

/** A running mean of frames' scores. */
final class ClipMean {
  private long frames;
  private long blank;
  private double psnr;
  private double ssim;
  private double bicubicPsnr;
  private double bicubicSsim;
  private double bilinearPsnr;
  private double bilinearSsim;

  void add(PictureScore score) {
    frames++;
    if (score.bicubicPsnr() == Double.POSITIVE_INFINITY) {
      blank++;
      return;
    }
    psnr += score.psnr();
    ssim += score.ssim();
    bicubicPsnr += score.bicubicPsnr();
    bicubicSsim += score.bicubicSsim();
    bilinearPsnr += score.bilinearPsnr();
    bilinearSsim += score.bilinearSsim();
  }

  ClipScore score(int faults, @Nullable String fault) {
    double n = frames - blank;
    PictureScore mean =
        new PictureScore(
            "mean",
            psnr / n,
            ssim / n,
            bicubicPsnr / n,
            bicubicSsim / n,
            bilinearPsnr / n,
            bilinearSsim / n,
            null,
            null);
    return new ClipScore(mean, frames, blank, faults, fault);
  }
}
