package io.subpixel.trainer.training;

import io.subpixel.zoo.Colour;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.zoo.degradation.Degradation;
import io.subpixel.trainer.data.FrameChoice;
import io.subpixel.trainer.data.Original;
import io.subpixel.trainer.data.PatchLoader;
import io.subpixel.trainer.data.PatchOptions;
import io.subpixel.trainer.data.PictureSet;
import io.subpixel.trainer.history.Epoch;
import io.subpixel.trainer.network.Architecture;
import io.subpixel.trainer.network.Architectures;
import io.subpixel.trainer.network.Network;
import io.subpixel.trainer.validation.Validator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network, and leaves in a folder what it has come to: after each epoch the model, its
 * card and the history, every minute a checkpoint to go on from, now and then a report.
 */
public final class Trainer {
  private final FitOptions options;
  private final RunFolder run;
  private final FitListener listener;
  private final boolean resumed;
  private final Degradation degradation;
  private final PictureSet pictures;
  private final List<Original> originals;
  private final Validator validator;
  private final Architecture architecture;
  private long checkpointNanos = 60_000_000_000L;
  private int skipped;

  /**
   * Prepares a new training. Looks through the data, so that what is wrong with it shows at once.
   *
   * @param folder where to leave the run
   * @throws InvalidInputException if a setting names nothing, a source is absent or holds no
   *     picture, clips are to teach colour, or the folder holds a training or files that are no
   *     run's and would be lost
   */
  public static Trainer begin(FitOptions options, Path folder, FitListener listener)
      throws IOException {
    RunFolder run = new RunFolder(folder);
    run.checkIsFree();
    if (Files.isDirectory(folder)) {
      run.lock().close();
    }
    return new Trainer(options, folder, listener, false);
  }

  /**
   * Prepares to go on with a training that was stopped, even by a crash.
   *
   * @param folder the run
   * @param length another end than the one it was begun with, if any
   * @param command what was typed to resume it, for the card; null if nothing was
   * @throws InvalidInputException if the folder holds no training or another process trains in it,
   *     or its data are gone
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
      options = options.withLength(length, command);
    }
    return new Trainer(options, folder, listener, true);
  }

  private Trainer(FitOptions options, Path folder, FitListener listener, boolean resumed)
      throws IOException {
    this.options = options;
    this.run = new RunFolder(folder);
    this.listener = listener;
    this.resumed = resumed;
    FitOptions.Model model = options.model();
    architecture =
        Architectures.find(model.network())
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "network", "one of " + Architectures.names(), model.network()));
    degradation = Degradation.parse(options.data().degradation());
    pictures = PictureSet.of(options.data().sources());
    requireLuma(pictures.clips());
    FitOptions.Data data = options.data();
    FrameChoice frames = new FrameChoice(data.every());
    validator = new Validator(data.validation(), frames, degradation, model.scale());
    originals = pictures.originals(frames, data.strict(), listener::warning);
  }

  /** What is told of clips is that they have no colour here, before all of them are decoded. */
  private void requireLuma(List<Path> clips) throws InvalidInputException {
    if (options.model().colour() == Colour.RGB && !clips.isEmpty()) {
      throw new InvalidInputException(
          clips.get(0).toString(),
          "pictures for colour rgb, or colour y or y-studio",
          "a clip, of which luma alone is read");
    }
  }

  /** Sets how often to save what a resumed training goes on from; a minute unless called. */
  public void checkpointEvery(double seconds) {
    checkpointNanos = (long) (1e9 * seconds);
  }

  /**
   * Trains to the end.
   *
   * @return the history, an entry an epoch
   * @throws InvalidInputException if no picture gives a batch, one is broken and the settings are
   *     strict, or another training uses the folder
   * @throws InterruptedException if the thread is interrupted; the training can be resumed
   */
  public List<Epoch> fit() throws IOException, InterruptedException {
    RunLock lock = run.lock();
    try (lock) {
      if (resumed) {
        run.sweep();
        run.writeSettings(options);
      } else {
        // Another may have begun since.
        run.checkIsFree();
      }
      return fitAlone();
    }
  }

  private List<Epoch> fitAlone() throws IOException, InterruptedException {
    NativeBackend.warnIfSlow(listener);
    FitOptions.Model model = options.model();
    FitOptions.Loading loading = options.loading();
    Network network =
        Network.build(
            architecture, model.scale(), model.colour(), model.activation(), options.seed());
    if (model.startFrom() != null) {
      new RunFolder(model.startFrom()).copyWeights(network.graph());
    }
    TrainingStep step =
        new TrainingStep(
            network.graph(),
            options.objective().loss(),
            options.objective().optimizer(),
            new long[] {
              loading.batch(), model.colour().channels(), loading.patch(), loading.patch()
            },
            model.scale());
    TrainingLoop loop =
        new TrainingLoop(
            options,
            run,
            listener,
            validator,
            network,
            step,
            new CardMaker(options, network, pictures, originals.size()));
    if (resumed) {
      loop.resume();
    } else {
      loop.begin();
    }
    Checkpoint.Position position = loop.position();
    PatchLoader.Position start = new PatchLoader.Position(position.epoch(), position.batches());
    try (PatchLoader loader = new PatchLoader(originals, patches(), start, listener::warning)) {
      List<Epoch> history = loop.run(loader, checkpointNanos);
      skipped = loader.skipped();
      return history;
    }
  }

  /** How many pictures could not be used. */
  public int skipped() {
    return skipped;
  }

  private PatchOptions patches() {
    FitOptions.Loading loading = options.loading();
    return new PatchOptions(
        options.model().scale(),
        options.model().colour(),
        loading.batch(),
        loading.patch(),
        loading.perPicture(originals.size()),
        degradation,
        options.seed(),
        new PatchOptions.Loading(
            loading.threads(), (long) loading.cacheMb() << 20, options.data().strict()));
  }
}
