package io.subpixel.converter.deeplearning4j;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Which steps of a sequence count: ones and zeros that Deeplearning4j hands from layer to layer
 * beside the values. What it does there isn't the same for all layers, see the translators.
 *
 * @param steps {@code [N,1,T]} in the network's data type
 * @param isForced whether an LSTM obeys it, which it does only inside some wrappers
 */
record Mask(SDVariable steps, boolean isForced) {
  /** For an LSTM too. */
  Mask forced() {
    return new Mask(steps, true);
  }

  /** As {@code [N,T]}. */
  SDVariable plain() {
    return graph().squeeze(steps, 1);
  }

  /** As one column, in the order of a sequence that was folded to rows. */
  SDVariable rows() {
    return graph().reshape(graph().permute(steps, 2, 0, 1), -1, 1);
  }

  /** Of a sequence {@code [N,C,T]} or {@code [N,T,C]}, to multiply it with. */
  SDVariable along(boolean channelsLast) {
    return channelsLast ? graph().permute(steps, 0, 2, 1) : steps;
  }

  /** 1 at the last step that counts, else 0. */
  Mask last() {
    SDVariable later = graph().cumsum(steps, true, true, 2);
    return new Mask(steps.mul(later.eq(0).castTo(steps.dataType())), isForced);
  }

  /** 1 at the first step that counts, else 0. */
  Mask first() {
    SDVariable earlier = graph().cumsum(steps, true, false, 2);
    return new Mask(steps.mul(earlier.eq(0).castTo(steps.dataType())), isForced);
  }

  /** Steps that count in any of two. */
  Mask or(Mask other) {
    return new Mask(graph().max(steps, other.steps), isForced);
  }

  private SameDiff graph() {
    return steps.getSameDiff();
  }
}
