package io.subpixel.trainer.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.AtomicFile;
import io.subpixel.trainer.FitOptions;
import io.subpixel.trainer.history.Epoch;
import io.subpixel.trainer.history.History;
import io.subpixel.trainer.internal.report.Report;
import io.subpixel.trainer.internal.report.Samples;
import io.subpixel.zoo.ModelCard;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.ser.std.StdSerializer;

/** The model, its card and the settings of a run; each file is always whole. */
public final class RunFolder implements RunStore {
  /** The file name of the settings in a run. */
  static final String SETTINGS = "settings.json";

  /** The file name of the model in a run. */
  static final String MODEL = "model.fb";

  /** The file name of the card of the model that a run began with. */
  private static final String START = "start-card.json";

  /** All that a run writes. */
  private static final List<String> FILES =
      List.of(
          MODEL,
          ModelCard.FILE_NAME,
          SETTINGS,
          START,
          Checkpoint.FILE_NAME,
          History.CSV,
          History.JSON,
          Report.LOSS,
          Report.TERMS,
          Report.ADVERSARIES,
          Report.PSNR,
          Samples.FOLDER,
          Report.PAGE);

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .addMixIn(FitOptions.Model.class, ModelInSettings.class)
          .addMixIn(FitOptions.Objective.class, ObjectiveInSettings.class)
          .build();

  private final Path folder;

  /** Creates nothing yet. */
  public RunFolder(Path folder) {
    this.folder = folder;
  }

  @Override
  public List<Epoch> history() throws IOException {
    Path file = folder.resolve(History.JSON);
    return Files.exists(file) ? History.read(file) : List.of();
  }

  /**
   * Makes sure that a run may begin here. What a run left that ended before its first checkpoint
   * may be replaced.
   *
   * @throws InvalidInputException if there is a training in the folder, or files that are no run's,
   *     which would be lost
   */
  public void checkIsFree() throws IOException {
    if (hasCheckpoint()) {
      Path checkpoint = folder.resolve(Checkpoint.FILE_NAME);
      throw new InvalidInputException(
          folder.toString(),
          "a new folder, or to resume the one there",
          "one with a training (" + checkpoint + ")");
    }
    List<String> present =
        FILES.stream()
            .filter(name -> Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS))
            .toList();
    if (!present.isEmpty() && !isRun()) {
      throw new InvalidInputException(
          folder.toString(),
          "a folder where a run would overwrite nothing",
          "one that has " + String.join(", ", present));
    }
  }

  private boolean isRun() throws IOException {
    try {
      settings();
      return true;
    } catch (InvalidInputException | CharacterCodingException e) {
      return false;
    }
  }

  /**
   * Keeps others out until it is closed; creates the folder.
   *
   * @throws InvalidInputException if another training uses the folder
   */
  public RunLock lock() throws IOException {
    return RunLock.take(folder);
  }

  /**
   * The settings of the run.
   *
   * @throws InvalidInputException if there are none
   */
  public FitOptions settings() throws IOException {
    Path file = folder.resolve(SETTINGS);
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          file.toString(), "the settings of a training to resume", "no such file");
    }
    try {
      return JSON.readValue(Files.readString(file), FitOptions.class);
    } catch (JacksonException e) {
      throw new InvalidInputException(
          file.toString(), "the settings of a training", "something else", e);
    }
  }

  @Override
  public void writeSettings(FitOptions options) throws IOException {
    AtomicFile.write(
        folder.resolve(SETTINGS),
        file -> Files.writeString(file, JSON.writeValueAsString(options) + "\n"));
  }

  /** Whether there is a checkpoint to go on from. */
  public boolean hasCheckpoint() {
    return Files.exists(folder.resolve(Checkpoint.FILE_NAME));
  }

  /** Returns the card of what was trained so far, if there is one. */
  public Optional<ModelCard> card() throws IOException {
    return card(ModelCard.FILE_NAME);
  }

  private Optional<ModelCard> card(String name) throws IOException {
    Path file = folder.resolve(name);
    return Files.exists(file) ? Optional.of(ModelCard.read(file)) : Optional.empty();
  }

  /** Keeps the card of the model that the run begins with: it may be gone when it is resumed. */
  public void writeStartsCard(ModelCard card) throws IOException {
    AtomicFile.write(folder.resolve(START), file -> Files.writeString(file, card.toJson()));
  }

  /** Returns the card of the model that the run began with, if it keeps one. */
  public Optional<ModelCard> startsCard() throws IOException {
    return card(START);
  }

  /** Deletes the half-written files of a run that was killed. */
  public void sweep() throws IOException {
    sweep(folder);
    Path samples = folder.resolve(Samples.FOLDER);
    if (Files.isDirectory(samples)) {
      sweep(samples);
    }
  }

  private static void sweep(Path folder) throws IOException {
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, ".*.part.*")) {
      for (Path part : parts) {
        Files.delete(part);
      }
    }
  }

  @Override
  public void save(SameDiff graph, ModelCard card) throws IOException {
    AtomicFile.write(folder.resolve(MODEL), file -> graph.asFlatFile(file.toFile(), false));
    AtomicFile.write(
        folder.resolve(ModelCard.FILE_NAME), file -> Files.writeString(file, card.toJson()));
  }

  @Override
  public void writeHistory(List<Epoch> epochs) throws IOException {
    History.write(folder, epochs);
  }

  @Override
  public void writeCheckpoint(Checkpoint.Position position, Map<String, INDArray> state)
      throws IOException {
    Checkpoint.write(folder, position, state);
  }

  @Override
  public Optional<Checkpoint.Position> restore(Map<String, INDArray> state) throws IOException {
    return hasCheckpoint() ? Optional.of(Checkpoint.read(folder, state)) : Optional.empty();
  }

  @Override
  public void sample(int epoch, long steps, Gallery gallery) throws IOException {
    if (Samples.isDue(epoch)) {
      Samples.add(folder, epoch, steps, gallery.make());
    }
  }

  @Override
  public void report(Results results) throws IOException {
    Report.write(folder, results.make());
  }

  /** How the settings write the model's options. */
  interface ModelInSettings {
    @JsonSerialize(using = PretrainedWriter.class)
    Path startFrom();
  }

  /** How the settings write the objective's options. */
  interface ObjectiveInSettings {
    @JsonSerialize(using = PretrainedWriter.class)
    Path teacher();
  }

  /**
   * Writes a file as the address that holds in any working folder, but the name of a shipped model
   * as it is: a resumed training would look for a file there.
   */
  private static final class PretrainedWriter extends StdSerializer<Path> {
    PretrainedWriter() {
      super(Path.class);
    }

    @Override
    public void serialize(Path model, JsonGenerator generator, SerializationContext context) {
      generator.writeString(
          StartingPoint.isShipped(model) ? model.toString() : model.toUri().toString());
    }
  }
}
