package io.subpixel.trainer.history;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The figures of one epoch.
 *
 * @param epoch from 1
 * @param steps optimiser steps since the start
 * @param seconds since the start, validation included
 * @param learningRate at the epoch's end
 * @param loss mean over the epoch's steps; not finite if the training diverged
 * @param losses what that consists of, means too: each term of a loss with several, before its
 *     weight, by its id; and {@code discriminator}, the loss of the discriminator of an adversarial
 *     training; empty otherwise
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
    Map<String, Double> losses,
    double samplesPerSecond,
    double waitShare,
    List<Quality> validation) {
  /** Copies the map, in its order, and the list. */
  public Epoch {
    losses = Collections.unmodifiableMap(new LinkedHashMap<>(losses));
    validation = List.copyOf(validation);
  }

  /** One of a loss that isn't told in parts. */
  public Epoch(
      int epoch,
      long steps,
      double seconds,
      double learningRate,
      double loss,
      double samplesPerSecond,
      double waitShare,
      List<Quality> validation) {
    this(
        epoch,
        steps,
        seconds,
        learningRate,
        loss,
        Map.of(),
        samplesPerSecond,
        waitShare,
        validation);
  }
}
