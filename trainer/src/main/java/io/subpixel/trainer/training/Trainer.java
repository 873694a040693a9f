package io.subpixel.trainer.training;

import io.subpixel.models.InvalidInputException;
import io.subpixel.models.ModelCard;
import io.subpixel.models.PixelPath;
import io.subpixel.trainer.data.Batch;
import io.subpixel.trainer.data.PatchLoader;
import io.subpixel.trainer.data.PatchOptions;
import io.subpixel.trainer.data.PictureFolder;
import io.subpixel.trainer.history.Epoch;
import io.subpixel.trainer.history.Quality;
import io.subpixel.trainer.network.Architecture;
import io.subpixel.trainer.network.SameDiffNetwork;
import io.subpixel.trainer.report.Comparison;
import io.subpixel.trainer.report.Report;
import io.subpixel.trainer.report.RunResult;
import io.subpixel.trainer.validation.Measurement;
import io.subpixel.trainer.validation.Validator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Trains a network with MSE and Adam. The model is saved after each epoch, so a run that is cut
 * short leaves its last whole epoch.
 */
public final class Trainer {
  private static final String LICENCE = "Apache-2.0";
  private static final long REPORT_NANOS = 30_000_000_000L;

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
    List<Epoch> history = new ArrayList<>();
    ModelCard card = card(graph, dataSha256, 0);
    List<Measurement> measured = List.of();
    // Before hours of work, not after: that the folder can be written to.
    run.save(graph, card, history);
    Progress progress = new Progress(options, listener);
    long reported = System.nanoTime();
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
      if (progress.epochSteps() == 0 && !history.isEmpty()) {
        break; // The time ran out before the epoch's first step.
      }
      if (progress.epochSteps() == 0) {
        throw new InvalidInputException(
            String.join(", ", pictures.names()),
            "pictures for at least one batch of " + options.batch() + " patches",
            "too few that can be used");
      }
      double samplesPerSecond = progress.epochSamplesPerSecond();
      double waitShare = progress.epochWaitShare();
      card = card(graph, dataSha256, progress.steps());
      measured = validator.measure(card, new SameDiffNetwork(graph));
      card = card.withScores(measured.stream().map(Measurement::score).toList());
      List<Quality> means = measured.stream().map(Measurement::mean).toList();
      history.add(progress.endEpoch(samplesPerSecond, waitShare, means));
      run.save(graph, card, history);
      listener.epoch(history.get(history.size() - 1));
      if (System.nanoTime() - reported > REPORT_NANOS) {
        report(card, history, measured, new SameDiffNetwork(graph));
        reported = System.nanoTime();
      }
    }
    report(card, history, measured, new SameDiffNetwork(graph));
    return history;
  }

  private static Optional<Batch> next(PatchLoader loader, Progress progress)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    Optional<Batch> batch = loader.next();
    progress.waitedSince(start);
    return batch;
  }

  private void report(
      ModelCard card, List<Epoch> history, List<Measurement> measured, PixelPath.Network network)
      throws IOException {
    List<Comparison> gallery = Comparison.gallery(validator.sets(), card, network);
    Report.write(options.run(), new RunResult(card, settings(), history, measured, gallery));
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("Network", options.architecture().name());
    settings.put("Scale", String.valueOf(options.scale()));
    settings.put("Data", paths(options.data()));
    settings.put("Validation", paths(options.validation()));
    settings.put("Length", length(options.length()));
    settings.put("Patches a step", String.valueOf(options.batch()));
    settings.put("Side of a patch", options.patch() + " LR pixels");
    settings.put("Patches per picture", String.valueOf(options.perPicture()));
    settings.put("First learning rate", String.valueOf(options.learningRate()));
    settings.put("Degradation", options.degradation().id());
    settings.put("Seed", String.valueOf(options.seed()));
    return settings;
  }

  private static String length(FitOptions.Length length) {
    if (length instanceof FitOptions.Steps steps) {
      return steps.count() + " steps";
    } else if (length instanceof FitOptions.Epochs epochs) {
      return epochs.count() + " epochs";
    }
    return ((FitOptions.Time) length).limit().toSeconds() / 60.0 + " minutes";
  }

  private static String paths(List<Path> paths) {
    return paths.stream().map(Path::toString).collect(Collectors.joining(", "));
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
