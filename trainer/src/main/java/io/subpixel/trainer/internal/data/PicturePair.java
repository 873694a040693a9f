package io.subpixel.trainer.internal.data;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.pictures.resampling.Resampler;

/**
 * An original and what its degradation left of it.
 *
 * @param hr {@code [sH,sW]}
 * @param lr {@code [H,W]}
 */
public record PicturePair(Picture hr, Picture lr) {
  /** HR pixels per LR pixel and side. */
  public int scale() {
    return hr.width() / lr.width();
  }

  /** The LR picture at the size of HR, by a kernel. */
  public Picture enlarged(Kernel kernel) {
    return Resampler.enlarging(lr.width(), lr.height(), scale(), kernel).apply(lr);
  }

  /** The part that begins at LR pixel {@code (x, y)} and has so many LR pixels. */
  public PicturePair crop(int x, int y, int width, int height) {
    int scale = scale();
    return new PicturePair(
        hr.crop(scale * x, scale * y, scale * width, scale * height), lr.crop(x, y, width, height));
  }

  /** Size in memory: 8 bits a sample, a third of what floats of luma would take. */
  public long bytes() {
    return (long) hr.samples().length
        + (lr.samples() == hr.samples() ? 0 : lr.samples().length)
        + 128;
  }
}
