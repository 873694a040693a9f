package io.subpixel.trainer.internal.data;

/** Patches for one step. */
public final class Batch {
  private final float[] lr;
  private final float[] hr;
  private final int epoch;
  private final boolean endsEpoch;

  /**
   * With arrays that are the batch's from then on.
   *
   * @param lr {@code [N,C,P,P]}, 0..1
   * @param hr {@code [N,C,sP,sP]}, 0..1
   */
  public Batch(float[] lr, float[] hr, int epoch, boolean endsEpoch) {
    this.lr = lr;
    this.hr = hr;
    this.epoch = epoch;
    this.endsEpoch = endsEpoch;
  }

  /** LR in the training's colour, {@code [N,C,P,P]}, 0..1. */
  public float[] lr() {
    return lr;
  }

  /** HR in the training's colour, {@code [N,C,sP,sP]}, 0..1. */
  public float[] hr() {
    return hr;
  }

  /** The epoch, from 1. */
  public int epoch() {
    return epoch;
  }

  /** Says that it is the last batch of its epoch. */
  public boolean endsEpoch() {
    return endsEpoch;
  }
}
