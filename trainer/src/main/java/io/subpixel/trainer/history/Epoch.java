package io.subpixel.trainer.history;

import java.util.List;

/**
 * What an epoch brought: an entry of the history.
 *
 * @param epoch from 1
 * @param steps optimiser steps since the start
 * @param seconds since the start, validation included
 * @param learningRate at the epoch's end
 * @param loss mean over the epoch's steps; not finite if training went astray
 * @param samplesPerSecond patches trained in a second, validation left out
 * @param waitShare 0..1, how much of the epoch's training time went by waiting for data
 * @param validation what was measured after it, an entry a set; empty if nothing was. The first set
 *     is the one that the best epoch is judged by
 */
public record Epoch(
    int epoch,
    long steps,
    double seconds,
    double learningRate,
    double loss,
    double samplesPerSecond,
    double waitShare,
    List<Quality> validation) {
  /** Copies the list. */
  public Epoch {
    validation = List.copyOf(validation);
  }
}
