package io.subpixel.trainer.history;

import java.util.List;

/**
 * The figures of one epoch.
 *
 * @param epoch from 1
 * @param steps optimiser steps since the start
 * @param seconds since the start, validation included
 * @param learningRate at the epoch's end
 * @param loss mean over the epoch's steps; not finite if the training diverged
 * @param samplesPerSecond patches trained in a second, validation left out
 * @param waitShare 0..1, the part of the training time spent waiting for data
 * @param validation the means measured after the epoch, an entry for each validation set; the first
 *     set decides which epoch is best
 * @since 0.1
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
