package io.subpixel.trainer.data;

/** Patches for one step. */
public final class Batch {
  private final float[] lr;
  private final float[] hr;

  Batch(float[] lr, float[] hr) {
    this.lr = lr;
    this.hr = hr;
  }

  /** LR luma, {@code [N,1,P,P]}, 0..1. */
  public float[] lr() {
    return lr;
  }

  /** HR luma, {@code [N,1,sP,sP]}, 0..1. */
  public float[] hr() {
    return hr;
  }
}
