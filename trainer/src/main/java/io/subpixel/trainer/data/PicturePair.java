package io.subpixel.trainer.data;

import io.subpixel.models.picture.Picture;

/**
 * A picture and what a degradation made of it.
 *
 * @param hr {@code [sH,sW]}
 * @param lr {@code [H,W]}
 */
record PicturePair(Picture hr, Picture lr) {
  /** What it takes in memory: 8 bits a sample, a third of what floats of luma would take. */
  long bytes() {
    return (long) hr.samples().length + lr.samples().length + 128;
  }
}
