package io.subpixel.trainer.training;

import io.subpixel.models.InvalidInputException;
import io.subpixel.models.ModelCard;
import io.subpixel.trainer.data.Batch;
import io.subpixel.trainer.data.PatchLoader;
import io.subpixel.trainer.data.PatchOptions;
import io.subpixel.trainer.data.PictureSet;
import io.subpixel.trainer.network.Architecture;
import io.subpixel.trainer.network.SameDiffNetwork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Trains a network with MSE and Adam. The model is saved after each epoch, so a run that is cut
 * short leaves its last whole epoch.
 */
public final class Trainer {
  private static final String LICENCE = "Apache-2.0";

  private final FitOptions options;
  private final FitListener listener;
  private final PictureSet pictures;
  private final PatchOptions patches;
  private final @Nullable Validator validator;

  /**
   * Looks through the data, so that what is wrong with it shows at once.
   *
   * @throws InvalidInputException if a folder is absent or holds no picture
   */
  public Trainer(FitOptions options, FitListener listener) throws IOException {
    this.options = options;
    this.listener = listener;
    this.pictures = PictureSet.of(options.data());
    this.patches =
        new PatchOptions(
            options.scale(),
            options.architecture().colour(),
            options.batch(),
            options.patch(),
            options.perPicture(),
            options.degradation(),
            options.seed(),
            PatchOptions.Loading.DEFAULT);
    this.validator =
        options.validation() == null
            ? null
            : new Validator(options.validation(), options.degradation(), options.scale());
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
    try (PatchLoader loader =
        new PatchLoader(pictures, patches, PatchLoader.Position.START, listener::warning)) {
      while (!progress.isDone()) {
        progress.startEpoch();
        boolean ended = false;
        while (!ended && !progress.isDone()) {
          Batch batch = loader.next();
          progress.stepDone(step.apply(batch, progress.learningRate()));
          ended = batch.endsEpoch();
        }
        double samplesPerSecond = progress.epochSamplesPerSecond();
        ModelCard card = card(graph, dataSha256, progress.steps());
        @Nullable Quality quality = null;
        if (validator != null) {
          quality = validator.measure(card, new SameDiffNetwork(graph));
          card = card.withScores(List.of(validator.score(quality)));
        }
        history.add(progress.endEpoch(samplesPerSecond, quality));
        run.save(graph, card, history);
        listener.epoch(history.get(history.size() - 1));
      }
    }
    return history;
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
