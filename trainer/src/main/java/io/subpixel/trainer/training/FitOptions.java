package io.subpixel.trainer.training;

import io.subpixel.zoo.Colour;
import io.subpixel.trainer.network.Activation;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to train, on what, and for how long; it goes into the run's folder, so that a training that
 * was cut short can go on by itself.
 *
 * @param model the network
 * @param data the pictures
 * @param loading how they become batches
 * @param objective what is made small, and how
 * @param length when to stop
 * @param keep which weights to leave
 * @param seed equal seeds give equal weights and batches
 * @param command what was typed to train so, for the card; null if nothing was
 */
public record FitOptions(
    Model model,
    Data data,
    Loading loading,
    Objective objective,
    Length length,
    Keep keep,
    long seed,
    @Nullable String command) {

  /**
   * These settings with another end.
   *
   * @param resumed the command that asked for it, if any; it follows the one before
   */
  public FitOptions withLength(Length other, @Nullable String resumed) {
    String all = command == null || resumed == null ? command : command + " && " + resumed;
    return new FitOptions(model, data, loading, objective, other, keep, seed, all);
  }

  /**
   * The network.
   *
   * @param network its name among {@link io.subpixel.trainer.network.Architectures}
   * @param scale 2, 3 or 4
   * @param colour what goes through it
   * @param activation what follows its convolutions
   * @param name what the model is called
   * @param startFrom a run whose weights to begin with, where name and shape agree; null for fresh
   *     ones
   * @param licence SPDX identifier of the weights' licence; null for none stated
   */
  public record Model(
      String network,
      int scale,
      Colour colour,
      Activation activation,
      String name,
      @Nullable Path startFrom,
      @Nullable String licence) {}

  /**
   * The pictures.
   *
   * @param sources folders, globs, lists, single pictures and clips to train on
   * @param validation sources of HR pictures to measure PSNR on, a set each; the best weights are
   *     those for the first
   * @param every of clips, of how many frames the first is taken; null for those that differ from
   *     the one taken before
   * @param degradation how LR is made from HR
   * @param strict whether a broken picture or clip ends the training, rather than being skipped
   */
  public record Data(
      List<Path> sources,
      List<Path> validation,
      @Nullable Integer every,
      String degradation,
      boolean strict) {
    /** Copies the lists. */
    public Data {
      sources = List.copyOf(sources);
      validation = List.copyOf(validation);
    }
  }

  /**
   * How pictures become batches.
   *
   * @param batch patches a step
   * @param patch side of a patch in LR pixels
   * @param perPicture patches cut from each picture in an epoch; 0 for 32, or as many more of few
   *     pictures as give an epoch of 100 steps, so that measuring doesn't take most of the time
   * @param cacheMb megabytes for decoded planes
   * @param threads that decode, degrade and cut
   */
  public record Loading(int batch, int patch, int perPicture, int cacheMb, int threads) {
    private static final int USUAL = 32;
    private static final int STEPS = 100;

    /** Patches cut from each of so many pictures in an epoch. */
    int perPicture(int pictures) {
      int enough = (STEPS * batch + pictures - 1) / pictures;
      return perPicture > 0 ? perPicture : Math.max(USUAL, enough);
    }
  }

  /**
   * What is made small, and how.
   *
   * @param loss what is made small
   * @param learningRate the first
   * @param schedule how it falls
   * @param optimizer how gradients change weights
   */
  public record Objective(
      Loss loss, double learningRate, Schedule schedule, OptimizerOptions optimizer) {}

  /** Which weights a run leaves. */
  public enum Keep {
    /** Those of the epoch with the best PSNR on the first validation set, if there is one. */
    BEST,
    /** Those of the last epoch. */
    LAST
  }

  /**
   * When training ends.
   *
   * @param unit what is counted
   * @param amount how many of them
   */
  public record Length(Unit unit, double amount) {
    /** What is counted. */
    public enum Unit {
      /** Optimiser steps. */
      STEPS,
      /** Times through the pictures. */
      EPOCHS,
      /** Minutes of training. */
      MINUTES
    }

    /** How much of the way is behind, 0..1. */
    double done(long steps, double epochs, double seconds) {
      return switch (unit) {
        case STEPS -> steps / amount;
        case EPOCHS -> epochs / amount;
        case MINUTES -> seconds / 60 / amount;
      };
    }
  }
}
