package io.subpixel.trainer;

import static io.subpixel.trainer.InvalidOptionException.require;

import com.fasterxml.jackson.annotation.JsonAlias;
import io.subpixel.trainer.data.Augmentation;
import io.subpixel.trainer.network.Activation;
import io.subpixel.trainer.network.Architecture;
import io.subpixel.trainer.network.Architectures;
import io.subpixel.zoo.Colour;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a training. They are saved in the run's folder, so that an interrupted training
 * can be resumed without repeating them. Immutable; {@link #builder} has the defaults.
 *
 * @param model the network
 * @param data the images and videos to train and to validate on
 * @param loading how images become batches
 * @param objective the loss and how it is minimised
 * @param length when to stop
 * @param keep which weights to keep
 * @param seed equal seeds give equal weights and batches
 * @param command the command line that started the training, for the card; null if there was none
 * @since 0.1
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
  /** HR pixels that SqueezeNet's last features take at least. */
  private static final int SQUEEZENET_SIDE = 32;

  /**
   * Checks what depends on each other.
   *
   * @throws InvalidOptionException if patches are too small for the loss
   */
  public FitOptions {
    require(
        !objective.loss().has(LossTerm.SQUEEZENET)
            || loading.patch() * model.scale() >= SQUEEZENET_SIDE,
        "patch",
        "at least "
            + (SQUEEZENET_SIDE + model.scale() - 1) / model.scale()
            + " for the loss squeezenet",
        loading.patch());
  }

  /** An empty path would be the working folder. */
  private static void requireNamed(String option, @Nullable Path model) {
    require(model == null || !model.toString().isEmpty(), option, "a model", "nothing");
  }

  /** Starts with the defaults, which are those of {@code trainer fit}. */
  public static Builder builder() {
    return new Builder();
  }

  /** These settings with another length; the command that resumed follows the one before. */
  FitOptions resumed(Length other, @Nullable String resumedBy) {
    String all = command == null || resumedBy == null ? command : command + " && " + resumedBy;
    return new FitOptions(model, data, loading, objective, other, keep, seed, all);
  }

  /**
   * These settings with the degradation that the data call for, which the command states behind its
   * other defaults.
   */
  FitOptions degradedBy(String id) {
    Data stated = new Data(data.sources(), data.validation(), data.every(), id, data.strict());
    String quoted = id.matches("[\\w@%+=:,./-]+") ? id : "'" + id + "'";
    String all = command == null ? null : command + " --degradation " + quoted;
    return new FitOptions(model, stated, loading, objective, length, keep, seed, all);
  }

  /**
   * The network.
   *
   * @param network its name among {@link Architectures}
   * @param scale 2, 3 or 4
   * @param colour the colour space of its input and output
   * @param activation the activation after its convolutions
   * @param name the model's name
   * @param startFrom a run, an ONNX file or the name of a shipped model whose weights to begin
   *     with, where name and shape agree; null for fresh ones
   * @param licence SPDX identifier of the weights' licence; null for none stated
   */
  public record Model(
      String network,
      int scale,
      Colour colour,
      Activation activation,
      String name,
      @Nullable Path startFrom,
      @Nullable String licence) {
    /**
     * Checks the ranges.
     *
     * @throws InvalidOptionException if a value is out of its range
     */
    public Model {
      require(
          Architectures.find(network).isPresent(), "network", Architectures.expected(), network);
      require(scale >= 2 && scale <= 4, "scale", "2, 3 or 4", scale == 0 ? "nothing" : scale);
      require(!name.isBlank(), "name", "some text", name);
      requireNamed("startFrom", startFrom);
      require(licence == null || !licence.isBlank(), "licence", "some text", licence);
    }
  }

  /**
   * The images, videos and shards to train and to validate on, as files. Empty for a training on
   * images in memory.
   *
   * @param sources folders, globs, lists, single images, videos and shards to train on
   * @param validation sources of HR images to measure PSNR on, a set each; the first decides which
   *     epoch is best
   * @param every the first of every so many frames of a video is used; null for those that differ
   *     from the frame used before
   * @param degradation id of the {@link io.subpixel.zoo.degradation.Degradation} that makes LR from
   *     HR; null for that of the shards, or {@code bicubic-uint8-clamp} without shards
   * @param strict whether a broken image, video or shard ends the training, rather than being
   *     skipped
   */
  public record Data(
      List<Path> sources,
      List<Path> validation,
      @Nullable Integer every,
      @Nullable String degradation,
      boolean strict) {
    /**
     * Copies the lists and checks the range.
     *
     * @throws InvalidOptionException if a value is out of its range
     */
    public Data {
      sources = List.copyOf(sources);
      validation = List.copyOf(validation);
      require(every == null || every >= 1, "every", "1 or more", every);
    }
  }

  /**
   * How images become batches.
   *
   * @param batch patches in a step, 1 to 1024
   * @param patch side of a patch in LR pixels, 8 to 512
   * @param patchesPerPicture patches cut from each image in an epoch, at most 4096; 0 for 32, or
   *     more if there are few images, so that an epoch has at least 100 steps
   * @param augmentations changes of patches beside mirroring and turning
   * @param cacheMb megabytes for decoded images
   * @param loaders threads that decode, degrade and cut, 1 to 64
   */
  public record Loading(
      int batch,
      int patch,
      @JsonAlias("perPicture") int patchesPerPicture,
      Set<Augmentation> augmentations,
      int cacheMb,
      @JsonAlias("threads") int loaders) {
    /**
     * Checks the ranges.
     *
     * @throws InvalidOptionException if a value is out of its range
     */
    public Loading {
      // Runs of earlier versions have none.
      augmentations = augmentations == null ? Set.of() : Set.copyOf(augmentations);
      require(batch >= 1 && batch <= 1024, "batch", "1 to 1024", batch);
      require(patch >= 8 && patch <= 512, "patch", "8 to 512", patch);
      require(
          patchesPerPicture >= 0 && patchesPerPicture <= 4096,
          "patchesPerPicture",
          "0 to 4096",
          patchesPerPicture);
      require(cacheMb >= 0 && cacheMb <= 1 << 20, "cacheMb", "0 to " + (1 << 20), cacheMb);
      require(loaders >= 1 && loaders <= 64, "loaders", "1 to 64", loaders);
    }
  }

  /**
   * The loss and how it is minimised.
   *
   * @param loss the loss
   * @param learningRate the learning rate after the warm-up, more than 0, less than 1
   * @param schedule how the learning rate falls
   * @param optimizer how gradients change weights
   * @param squeezenet the file of SqueezeNet's weights, for a loss with {@link
   *     LossTerm#SQUEEZENET}; null for others
   * @param teacher a run, an ONNX file or the name of a shipped model to learn from, for a loss
   *     with {@link LossTerm#TEACHER}; null for others
   * @param discriminatorLearningRate that of the discriminator, which has the schedule too, for a
   *     loss with {@link LossTerm#ADVERSARIAL}; more than 0, less than 1; null for others
   */
  public record Objective(
      Loss loss,
      double learningRate,
      Schedule schedule,
      OptimizerOptions optimizer,
      @Nullable Path squeezenet,
      @Nullable Path teacher,
      @Nullable Double discriminatorLearningRate) {
    /**
     * Checks the ranges.
     *
     * @throws InvalidOptionException if a value is out of its range, or isn't for this loss
     */
    public Objective {
      require(
          loss.has(LossTerm.SQUEEZENET) == (squeezenet != null),
          "squeezenet",
          squeezenet == null
              ? "the file of SqueezeNet's weights for the loss squeezenet"
              : "a loss with squeezenet beside it",
          squeezenet == null ? "nothing" : loss);
      requireNamed("teacher", teacher);
      require(
          loss.has(LossTerm.TEACHER) == (teacher != null),
          "teacher",
          teacher == null ? "a model for the loss teacher" : "a loss with teacher beside it",
          teacher == null ? "nothing" : loss);
      require(
          loss.has(LossTerm.ADVERSARIAL) == (discriminatorLearningRate != null),
          "discriminatorLearningRate",
          discriminatorLearningRate == null
              ? "a learning rate for the loss adversarial"
              : "a loss with adversarial beside it",
          discriminatorLearningRate == null ? "nothing" : loss);
      require(
          discriminatorLearningRate == null
              || (discriminatorLearningRate > 0 && discriminatorLearningRate < 1),
          "discriminatorLearningRate",
          "more than 0, less than 1",
          discriminatorLearningRate);
      require(
          !loss.has(LossTerm.LDL) || optimizer.average() > 0,
          "average",
          "more than 0 for the loss ldl",
          optimizer.average());
      require(
          learningRate > 0 && learningRate < 1,
          "learningRate",
          "more than 0, less than 1",
          learningRate);
    }
  }

  /** The weights that a training keeps. */
  public enum Keep {
    /** Those of the epoch with the best PSNR on the first validation set, if there is one. */
    BEST,
    /** Those of the last epoch. */
    LAST
  }

  /**
   * When training ends.
   *
   * @param unit the unit of the amount
   * @param amount how many of them; at least 1, or for minutes more than 0, at most 100000
   */
  public record Length(Unit unit, double amount) {
    /** The units of a length. */
    public enum Unit {
      /** Optimiser steps. */
      STEPS,
      /** Passes over the images. */
      EPOCHS,
      /** Minutes of training. */
      MINUTES
    }

    /**
     * Checks the range.
     *
     * @throws InvalidOptionException if the amount is out of its range
     */
    public Length {
      switch (unit) {
        case STEPS -> require(amount >= 1, "steps", "1 or more", whole(amount));
        case EPOCHS -> require(amount >= 1, "epochs", "1 or more", whole(amount));
        case MINUTES ->
            require(amount > 0 && amount <= 1e5, "minutes", "more than 0, at most 100000", amount);
      }
    }

    private static Object whole(double amount) {
      return amount == Math.rint(amount) ? (Object) (long) amount : (Object) amount;
    }
  }

  /** Collects settings. Each method sets one and returns the builder; {@link #build} checks all. */
  public static final class Builder {
    private static final double DISCRIMINATOR_LEARNING_RATE = 1e-4;

    private String network = "sesr-m11";
    private int scale;
    private Colour colour = Colour.Y;
    private @Nullable Activation activation;
    private @Nullable String name;
    private @Nullable Path startFrom;
    private @Nullable String licence;
    private List<Path> sources = List.of();
    private List<Path> validation = List.of();
    private @Nullable Integer every;
    private @Nullable String degradation;
    private boolean strict;
    private int batch = 16;
    private int patch = 32;
    private int patchesPerPicture;
    private Set<Augmentation> augmentations = Set.of();
    private int cacheMb = 256;
    private int loaders = 1;
    private Loss loss = Loss.of(LossTerm.L1);
    private double learningRate = 2e-3;
    private @Nullable Path squeezenet;
    private @Nullable Path teacher;
    private @Nullable Double discriminatorLearningRate;
    private Schedule schedule = Schedule.COSINE;
    private double weightDecay;
    private double clip;
    private double average = 0.999;
    private Length length = new Length(Length.Unit.EPOCHS, 30);
    private Keep keep = Keep.BEST;
    private long seed = 1;
    private @Nullable String command;

    private Builder() {}

    /** Sets the network, by its name among {@link Architectures}; {@code sesr-m11} by default. */
    public Builder network(String value) {
      network = value;
      return this;
    }

    /** Sets the scale: 2, 3 or 4. It has no default. */
    public Builder scale(int value) {
      scale = value;
      return this;
    }

    /** Sets the colour space of input and output; {@link Colour#Y} by default. */
    public Builder colour(Colour value) {
      colour = value;
      return this;
    }

    /** Sets the activation; null, the default, for the one that the network was published with. */
    public Builder activation(@Nullable Activation value) {
      activation = value;
      return this;
    }

    /** Sets the model's name; null, the default, for the network and {@code -xSCALE}. */
    public Builder name(@Nullable String value) {
      name = value;
      return this;
    }

    /**
     * Sets a run, an ONNX file or the name of a shipped model whose weights to begin with, where
     * name and shape agree.
     */
    public Builder startFrom(@Nullable Path value) {
      startFrom = value;
      return this;
    }

    /** Sets the SPDX identifier of the weights' licence; none by default. */
    public Builder licence(@Nullable String value) {
      licence = value;
      return this;
    }

    /** Sets the folders, globs, lists, images, videos and shards to train on. */
    public Builder sources(List<Path> value) {
      sources = value;
      return this;
    }

    /** Sets the sources to validate on, a set each. */
    public Builder validation(List<Path> value) {
      validation = value;
      return this;
    }

    /**
     * Uses the first of every so many frames of a video; null, the default, for those that differ.
     */
    public Builder every(@Nullable Integer value) {
      every = value;
      return this;
    }

    /**
     * Sets how LR is made from HR; null, the default, for that of the shards, or {@code
     * bicubic-uint8-clamp} without shards.
     */
    public Builder degradation(@Nullable String value) {
      degradation = value;
      return this;
    }

    /** Sets whether a broken image, video or shard ends the training; it is skipped by default. */
    public Builder strict(boolean value) {
      strict = value;
      return this;
    }

    /** Sets the patches in a step; 16 by default. */
    public Builder batch(int value) {
      batch = value;
      return this;
    }

    /** Sets the side of a patch in LR pixels; 32 by default. */
    public Builder patch(int value) {
      patch = value;
      return this;
    }

    /** Sets the patches cut from each image in an epoch; 0, by their number, by default. */
    public Builder patchesPerPicture(int value) {
      patchesPerPicture = value;
      return this;
    }

    /** Sets changes of patches beside mirroring and turning; none by default. */
    public Builder augmentations(Set<Augmentation> value) {
      augmentations = value;
      return this;
    }

    /** Sets the megabytes for decoded images; 256 by default. */
    public Builder cacheMb(int value) {
      cacheMb = value;
      return this;
    }

    /** Sets the threads that decode, degrade and cut; 1 by default. */
    public Builder loaders(int value) {
      loaders = value;
      return this;
    }

    /** Sets the loss; L1 by default. */
    public Builder loss(Loss value) {
      loss = value;
      return this;
    }

    /** Sets the learning rate after the warm-up; 2e-3 by default. */
    public Builder learningRate(double value) {
      learningRate = value;
      return this;
    }

    /** Sets the file of SqueezeNet's weights, for the loss that compares by them. */
    public Builder squeezenet(@Nullable Path value) {
      squeezenet = value;
      return this;
    }

    /**
     * Sets a run, an ONNX file or the name of a shipped model to learn from, for the loss that
     * compares with it.
     */
    public Builder teacher(@Nullable Path value) {
      teacher = value;
      return this;
    }

    /**
     * Sets the learning rate of the discriminator of an adversarial loss; null, the default, for
     * 1e-4.
     */
    public Builder discriminatorLearningRate(@Nullable Double value) {
      discriminatorLearningRate = value;
      return this;
    }

    /** Sets how the learning rate falls; along a cosine by default. */
    public Builder schedule(Schedule value) {
      schedule = value;
      return this;
    }

    /** Sets AdamW's weight decay; 0, plain Adam, by default. */
    public Builder weightDecay(double value) {
      weightDecay = value;
      return this;
    }

    /** Sets the maximum norm of the gradients; 0, none, by default. */
    public Builder clip(double value) {
      clip = value;
      return this;
    }

    /** Sets the decay of the running average of the weights; 0.999 by default. */
    public Builder average(double value) {
      average = value;
      return this;
    }

    /** Sets which weights to keep; those of the best epoch by default. */
    public Builder keep(Keep value) {
      keep = value;
      return this;
    }

    /** Sets the seed; 1 by default. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Sets the command line that the card states. */
    public Builder command(@Nullable String value) {
      command = value;
      return this;
    }

    /** Stops after so many optimiser steps. */
    public Builder steps(long count) {
      return length(new Length(Length.Unit.STEPS, count));
    }

    /** Stops after so many passes over the images; after 30 by default. */
    public Builder epochs(int count) {
      return length(new Length(Length.Unit.EPOCHS, count));
    }

    /** Stops after so much training. */
    public Builder minutes(double count) {
      return length(new Length(Length.Unit.MINUTES, count));
    }

    /** Sets when to stop. */
    public Builder length(Length value) {
      length = value;
      return this;
    }

    /**
     * Makes the options.
     *
     * @throws InvalidOptionException if a value is out of its range
     */
    public FitOptions build() {
      return new FitOptions(
          new Model(
              network,
              scale,
              colour,
              activation == null ? published() : activation,
              name == null ? network + "-x" + scale : name,
              startFrom,
              licence),
          new Data(sources, validation, every, degradation, strict),
          new Loading(batch, patch, patchesPerPicture, augmentations, cacheMb, loaders),
          new Objective(
              loss,
              learningRate,
              schedule,
              new OptimizerOptions(weightDecay, clip, average),
              squeezenet,
              teacher,
              discriminatorLearningRate == null && loss.has(LossTerm.ADVERSARIAL)
                  ? (Double) DISCRIMINATOR_LEARNING_RATE
                  : discriminatorLearningRate),
          length,
          keep,
          seed,
          command);
    }

    private Activation published() {
      return Architectures.find(network).map(Architecture::activation).orElse(Activation.RELU);
    }
  }
}
