package io.subpixel.trainer.training;

import io.subpixel.models.degradation.Degradation;
import io.subpixel.trainer.network.Architecture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to train, on what, and for how long.
 *
 * @param architecture the network
 * @param scale 2, 3 or 4
 * @param data folders, lists, patterns and single pictures
 * @param validation a folder of HR pictures, if PSNR is to be measured after each epoch
 * @param run the folder to leave model, card and history in
 * @param length when to stop
 * @param batch patches a step
 * @param patch side of a patch in LR pixels
 * @param perPicture patches cut from each picture in an epoch
 * @param learningRate the first; it falls to a hundredth along a cosine
 * @param degradation how LR is made from HR
 * @param seed equal seeds give equal weights and batches
 */
public record FitOptions(
    Architecture architecture,
    int scale,
    List<Path> data,
    @Nullable Path validation,
    Path run,
    Length length,
    int batch,
    int patch,
    int perPicture,
    double learningRate,
    Degradation degradation,
    long seed) {

  /** When training ends. */
  public sealed interface Length {
    /** How much of the way is behind, 0..1. */
    double done(long steps, double epochs, Duration time);
  }

  /** After so many optimiser steps. */
  public record Steps(long count) implements Length {
    @Override
    public double done(long steps, double epochs, Duration time) {
      return (double) steps / count;
    }
  }

  /** After so many times through the pictures. */
  public record Epochs(int count) implements Length {
    @Override
    public double done(long steps, double epochs, Duration time) {
      return epochs / count;
    }
  }

  /** After so much time. */
  public record Time(Duration limit) implements Length {
    @Override
    public double done(long steps, double epochs, Duration time) {
      return (double) time.toNanos() / limit.toNanos();
    }
  }

  /** Copies the list. */
  public FitOptions {
    data = List.copyOf(data);
  }
}
