package io.subpixel.trainer.training;

import io.subpixel.models.InvalidInputException;
import io.subpixel.models.ModelCard;
import io.subpixel.trainer.data.Batch;
import io.subpixel.trainer.data.PatchLoader;
import io.subpixel.trainer.data.PatchOptions;
import io.subpixel.trainer.data.PictureFolder;
import io.subpixel.trainer.history.Epoch;
import io.subpixel.trainer.history.Quality;
import io.subpixel.trainer.network.Architecture;
import io.subpixel.trainer.network.SameDiffNetwork;
import io.subpixel.trainer.validation.Measurement;
import io.subpixel.trainer.validation.Validator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Trains a network with MSE and Adam. The model is saved after each epoch, so a run that is cut
 * short leaves its last whole epoch.
 */
public final class Trainer {
  private static final String LICENCE = "Apache-2.0";

  private final FitOptions options;
  private final FitListener listener;
  private final PictureFolder pictures;
  private final PatchOptions patches;
  private final Validator validator;

  /**
   * Looks through the data, so that what is wrong with it shows at once.
   *
   * @throws InvalidInputException if a folder is absent or holds no picture
   */
  public Trainer(FitOptions options, FitListener listener) throws IOException {
    this.options = options;
    this.listener = listener;
    this.pictures = PictureFolder.of(options.data());
    this.patches =
        new PatchOptions(
            options.scale(),
            options.batch(),
            options.patch(),
            options.perPicture(),
            options.degradation(),
            options.seed());
    this.validator = new Validator(options.validation(), options.degradation(), options.scale());
  }

  /**
   * Trains to the end.
   *
   * @return the history, an entry an epoch
   * @throws InvalidInputException if no picture gives a batch, or the run's folder can't be written
   * @throws InterruptedException if the thread is interrupted; the last whole epoch is saved
   */
  public List<Epoch> fit() throws IOException, InterruptedException {
    NativeBackend.warnIfSlow(listener);
    SameDiff graph = options.architecture().build(options.scale(), options.seed());
    TrainingStep step = new TrainingStep(graph, patches);
    RunFolder run = new RunFolder(options.run());
    String dataSha256 = pictures.sha256();
    // Before hours of work, not after: that the folder can be written to.
    run.save(graph, card(graph, dataSha256, 0), List.of());
    List<Epoch> history = new ArrayList<>();
    Progress progress = new Progress(options, listener);
    while (!progress.isDone()) {
      progress.startEpoch();
      // What can't be used is the same in every epoch: once is enough.
      Consumer<String> warnings = progress.epoch() == 1 ? listener::warning : again -> {};
      try (PatchLoader loader = new PatchLoader(pictures, patches, progress.epoch(), warnings)) {
        Optional<Batch> batch = next(loader, progress);
        while (batch.isPresent() && !progress.isDone()) {
          progress.stepDone(step.apply(batch.get(), progress.learningRate()));
          batch = next(loader, progress);
        }
      }
      if (progress.epochSteps() == 0) {
        throw new InvalidInputException(
            String.join(", ", pictures.names()),
            "pictures for at least one batch of " + options.batch() + " patches",
            "too few that can be used");
      }
      double samplesPerSecond = progress.epochSamplesPerSecond();
      double waitShare = progress.epochWaitShare();
      ModelCard card = card(graph, dataSha256, progress.steps());
      List<Measurement> measured = validator.measure(card, new SameDiffNetwork(graph));
      card = card.withScores(measured.stream().map(Measurement::score).toList());
      List<Quality> means = measured.stream().map(Measurement::mean).toList();
      history.add(progress.endEpoch(samplesPerSecond, waitShare, means));
      run.save(graph, card, history);
      listener.epoch(history.get(history.size() - 1));
    }
    return history;
  }

  private static Optional<Batch> next(PatchLoader loader, Progress progress)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    Optional<Batch> batch = loader.next();
    progress.waitedSince(start);
    return batch;
  }

  private ModelCard card(SameDiff graph, String dataSha256, long steps) {
    Architecture architecture = options.architecture();
    int scale = options.scale();
    return new ModelCard(
        architecture.name() + "-x" + scale,
        scale,
        architecture.colour(),
        architecture.colour().channels(),
        List.of(0.0, 1.0),
        architecture.receptiveRadius(),
        Weights.count(graph),
        architecture.macsPerLrPixel(scale),
        options.degradation().id(),
        new ModelCard.Training(
            pictures.names(),
            pictures.files().size(),
            dataSha256,
            architecture.name(),
            "mse",
            steps,
            options.batch(),
            options.patch(),
            options.learningRate(),
            options.seed()),
        List.of(),
        LICENCE,
        Weights.sha256(graph),
        Map.of());
  }
}
