package io.subpixel.trainer;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.trainer.internal.CardMaker;
import io.subpixel.trainer.internal.Checkpoint;
import io.subpixel.trainer.internal.LossNetworks;
import io.subpixel.trainer.internal.NativeBackend;
import io.subpixel.trainer.internal.RunFolder;
import io.subpixel.trainer.internal.RunLock;
import io.subpixel.trainer.internal.RunStore;
import io.subpixel.trainer.internal.StartingPoint;
import io.subpixel.trainer.internal.TrainingLoop;
import io.subpixel.trainer.internal.TrainingStep;
import io.subpixel.trainer.internal.data.FrameChoice;
import io.subpixel.trainer.internal.data.PatchLoader;
import io.subpixel.trainer.internal.data.PatchOptions;
import io.subpixel.trainer.internal.data.PictureSet;
import io.subpixel.trainer.internal.data.TrainingData;
import io.subpixel.trainer.internal.validation.Validator;
import io.subpixel.trainer.network.Activation;
import io.subpixel.trainer.network.Architectures;
import io.subpixel.trainer.network.Network;
import io.subpixel.zoo.Colour;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.degradation.Degradation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network, from files or from images in memory. In a run's folder it saves the model, its
 * card and the history after each epoch, a checkpoint to resume from every minute, and a report now
 * and then; without a folder it writes nothing. Not thread-safe. {@link #fit} leaves no thread
 * behind, however it ends.
 *
 * @since 0.1
 */
public final class Trainer {
  private FitOptions options;
  private final FitListener listener;
  private final @Nullable RunFolder run;
  private final boolean resumed;
  private final @Nullable PictureList pictures;
  private final List<PictureList> validation;
  private double checkpointSeconds = 60;

  private Trainer(
      FitOptions options,
      FitListener listener,
      @Nullable RunFolder run,
      boolean resumed,
      @Nullable PictureList pictures,
      List<PictureList> validation) {
    this.options = options;
    this.listener = listener;
    this.run = run;
    this.resumed = resumed;
    this.pictures = pictures;
    this.validation = List.copyOf(validation);
  }

  /**
   * A new training on the files that the options name, in a run's folder.
   *
   * @param folder the run; created by {@link #fit}
   * @throws InvalidOptionException if the options name no files
   * @throws InvalidInputException if the folder holds a training, or files that would be lost
   */
  public static Trainer begin(FitOptions options, Path folder, FitListener listener)
      throws IOException {
    requireFiles(options);
    RunFolder run = new RunFolder(folder);
    run.checkIsFree();
    if (Files.isDirectory(folder)) {
      run.lock().close();
    }
    return new Trainer(options, listener, run, false, null, List.of());
  }

  /**
   * Resumes a training that was stopped, even by a crash.
   *
   * @param folder the run
   * @param length a new length; null for the one it was started with
   * @param command the command line that resumed it, for the card; null if there was none
   * @throws InvalidInputException if the folder holds no training or another process trains in it
   */
  public static Trainer resume(
      Path folder,
      FitOptions.@Nullable Length length,
      @Nullable String command,
      FitListener listener)
      throws IOException {
    RunFolder run = new RunFolder(folder);
    FitOptions options = run.settings();
    run.lock().close();
    if (length != null) {
      options = options.resumed(length, command);
    }
    return new Trainer(options, listener, run, true, null, List.of());
  }

  /**
   * A training on the files that the options name; it writes nothing.
   *
   * @throws InvalidOptionException if the options name no files
   */
  public static Trainer inMemory(FitOptions options, FitListener listener) {
    requireFiles(options);
    return new Trainer(options, listener, null, false, null, List.of());
  }

  /**
   * A training on images in memory; it writes nothing.
   *
   * @param options name no files
   * @param validation sets to measure PSNR on after each epoch; may be empty
   * @throws InvalidOptionException if there is no image, or the options name files
   */
  public static Trainer inMemory(
      FitOptions options,
      PictureList pictures,
      List<PictureList> validation,
      FitListener listener) {
    InvalidOptionException.require(
        options.data().sources().isEmpty() && options.data().validation().isEmpty(),
        "data",
        "no files beside images in memory",
        options.data().sources());
    for (PictureList list : validation) {
      requireImages(list);
    }
    requireImages(pictures);
    return new Trainer(options, listener, null, false, pictures, validation);
  }

  private static void requireFiles(FitOptions options) {
    InvalidOptionException.require(
        !options.data().sources().isEmpty(), "data", "something to train on", "nothing");
  }

  private static void requireImages(PictureList list) {
    InvalidOptionException.require(
        !list.pictures().isEmpty(), list.name(), "at least one image", "none");
  }

  /**
   * Sets how often to save a checkpoint; 60 seconds by default.
   *
   * @return this trainer
   * @throws InvalidOptionException unless it is more than 0, at most 1000000
   */
  public Trainer checkpointEvery(double seconds) {
    InvalidOptionException.require(
        seconds > 0 && seconds <= 1e6, "checkpointEvery", "more than 0, at most 1000000", seconds);
    checkpointSeconds = seconds;
    return this;
  }

  /**
   * Trains to the end. Reads all data first, so that faults show before the first step.
   *
   * @throws InvalidOptionException if the degradation is another than that of the shards
   * @throws InvalidInputException if the degradation, a source, what to start from, the teacher or
   *     the file of SqueezeNet's weights is not valid, videos are given for a network of colour, no
   *     image gives a batch, one is broken and the options are strict, or another training uses the
   *     folder
   * @throws InterruptedException if the thread is interrupted, noticed before each step; a training
   *     in a folder can be resumed
   * @throws CancellationException if the listener cancels; a training in a folder can be resumed
   */
  public TrainedNetwork fit() throws IOException, InterruptedException {
    boolean goesOn = resumed && run != null && run.hasCheckpoint();
    LossNetworks networks = LossNetworks.read(options);
    if (goesOn && run != null) {
      CardMaker.requireSameTeacher(options, networks.teacher(), run.card());
    }
    FitOptions.Data files = options.data();
    int scale = options.model().scale();
    TrainingData data;
    Validator validator;
    Degradation degradation;
    if (pictures == null) {
      FrameChoice frames = new FrameChoice(files.every());
      PictureSet sources = PictureSet.of(files.sources());
      requireLuma(sources.clips());
      degradation = degradation(sources.degradation(scale));
      // Validation first: decoding videos for their frames takes long.
      validator = new Validator(TrainingData.sets(files.validation(), frames), degradation, scale);
      data = TrainingData.of(sources, frames, files.strict(), listener::warning);
    } else {
      degradation = degradation(Optional.empty());
      validator = new Validator(inMemory(validation), degradation, scale);
      data = inMemory(List.of(pictures)).get(0);
    }
    // Before the run is locked: a start that doesn't fit leaves no folder behind.
    Path from = options.model().startFrom();
    StartingPoint start = from == null || goesOn ? null : StartingPoint.of(from);
    Network network = network(start, true);
    if (run == null) {
      return fit(RunStore.NONE, network, start, data, degradation, validator, networks);
    }
    RunLock lock = run.lock();
    try (lock) {
      if (resumed) {
        run.sweep();
        run.writeSettings(options);
      } else {
        // Another may have begun since.
        run.checkIsFree();
      }
      if (start != null && start.card().isPresent()) {
        run.writeStartsCard(start.card().get());
      }
      return fit(run, network, start, data, degradation, validator, networks);
    }
  }

  /**
   * The degradation that is asked for, or else that of the shards, or the default.
   *
   * @param ofShards how the LR pictures of shards were made, if there are any
   */
  private Degradation degradation(Optional<Degradation> ofShards) throws InvalidInputException {
    String asked = options.data().degradation();
    if (asked == null) {
      Degradation degradation = ofShards.orElse(Degradation.DEFAULT);
      options = options.degradedBy(degradation.id());
      return degradation;
    }
    Degradation degradation = Degradation.parse(asked);
    InvalidOptionException.require(
        ofShards.isEmpty() || ofShards.get().equals(degradation),
        "degradation",
        ofShards.map(Degradation::label).orElse("") + ", by which the shards were made",
        asked);
    return degradation;
  }

  private static List<TrainingData> inMemory(List<PictureList> lists) {
    return lists.stream().map(list -> TrainingData.of(list.name(), list.pictures())).toList();
  }

  /** Says that videos have no colour here before all of them are decoded. */
  private void requireLuma(List<Path> clips) throws InvalidInputException {
    if (options.model().colour() == Colour.RGB && !clips.isEmpty()) {
      throw new InvalidInputException(
          clips.get(0).toString(),
          "images for colour rgb, or colour y or y-studio",
          "a video, of which only luma is read");
    }
  }

  private TrainedNetwork fit(
      RunStore store,
      Network network,
      @Nullable StartingPoint start,
      TrainingData data,
      Degradation degradation,
      Validator validator,
      LossNetworks networks)
      throws IOException, InterruptedException {
    if (!NativeBackend.hasOneDnn()) {
      listener.warning("ND4J runs without oneDNN: training will be slow (on x86, up to ten times)");
    }
    FitOptions.Model model = options.model();
    FitOptions.Loading loading = options.loading();
    warnOfAdversary();
    // The graph that learns gains the loss and its networks, which the model shall not hold.
    TrainingStep step =
        new TrainingStep(
            network(start, false).graph(),
            options.objective(),
            networks,
            new long[] {
              loading.batch(), model.colour().channels(), loading.patch(), loading.patch()
            },
            model.scale(),
            options.seed());
    CardMaker cards =
        new CardMaker(options, network, data, degradation, networks, startsCard(start));
    TrainingLoop loop = new TrainingLoop(options, store, listener, validator, network, step, cards);
    if (resumed) {
      loop.resume();
    } else {
      loop.begin();
    }
    Checkpoint.Position position = loop.position();
    PatchLoader.Position at = new PatchLoader.Position(position.epoch(), position.batches());
    PatchOptions patches = patches(degradation, data.originals().size());
    try (PatchLoader loader = new PatchLoader(data.originals(), patches, at, listener::warning)) {
      TrainingLoop.Result result = loop.run(loader, (long) (1e9 * checkpointSeconds));
      return new TrainedNetwork(network, result.card(), result.history(), loader.skipped());
    }
  }

  /** The card of what the training began with; once there is a checkpoint, as the run keeps it. */
  private Optional<ModelCard> startsCard(@Nullable StartingPoint start) throws IOException {
    Path from = options.model().startFrom();
    if (start != null || from == null || run == null) {
      return start == null ? Optional.empty() : start.card();
    }
    Optional<ModelCard> kept = run.startsCard();
    // A run of an earlier version keeps none.
    return kept.isPresent() ? kept : StartingPoint.of(from).card();
  }

  /**
   * The network with its first weights.
   *
   * @param warns whether to say which of them the start lacks
   */
  private Network network(@Nullable StartingPoint start, boolean warns)
      throws InvalidInputException {
    FitOptions.Model model = options.model();
    Network network =
        Network.build(
            Architectures.find(model.network()).orElseThrow(),
            model.scale(),
            model.colour(),
            model.activation(),
            options.seed());
    if (start != null) {
      List<String> fresh = start.copyTo(network.graph());
      if (warns && !resumed) {
        warnOfStart(start, fresh);
      }
    }
    return network;
  }

  private void warnOfStart(StartingPoint start, List<String> fresh) {
    FitOptions.Model model = options.model();
    if (!fresh.isEmpty()) {
      listener.warning(
          model.startFrom()
              + " has no weights of equal name and shape for "
              + String.join(", ", fresh)
              + "; they stay fresh");
    }
    Set<Activation> others = start.activations();
    if (!others.isEmpty() && !others.contains(model.activation())) {
      listener.warning(
          String.format(
              "the activation of %s is %s, that of this network %s; it computes something else",
              model.startFrom(),
              others.stream().map(Activation::id).collect(Collectors.joining(", ")),
              model.activation().id()));
    }
  }

  private void warnOfAdversary() {
    if (resumed || !options.objective().loss().has(LossTerm.ADVERSARIAL)) {
      return;
    }
    if (options.model().startFrom() == null) {
      listener.warning(
          "an adversarial loss needs a network that upscales already, and this one starts from"
              + " fresh weights: train it with l1 first and start from that run");
    }
    boolean validated = !validation.isEmpty() || !options.data().validation().isEmpty();
    if (validated && options.keep() == FitOptions.Keep.BEST) {
      listener.warning(
          "an adversarial loss lowers PSNR, so the epoch of the best PSNR is an early one: keep"
              + " the last epoch instead");
    }
  }

  private PatchOptions patches(Degradation degradation, int pictures) {
    FitOptions.Loading loading = options.loading();
    return new PatchOptions(
        options.model().scale(),
        options.model().colour(),
        loading.batch(),
        loading.patch(),
        PatchOptions.perPicture(loading.patchesPerPicture(), pictures, loading.batch()),
        degradation,
        loading.augmentations(),
        options.seed(),
        new PatchOptions.Loading(
            loading.loaders(), (long) loading.cacheMb() << 20, options.data().strict()));
  }
}
