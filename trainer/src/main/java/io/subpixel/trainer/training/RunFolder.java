package io.subpixel.trainer.training;

import io.subpixel.models.AtomicFile;
import io.subpixel.models.ModelCard;
import io.subpixel.trainer.history.Epoch;
import io.subpixel.trainer.history.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * What a training leaves for machines: {@code model.fb}, {@code card.json}, {@code history.csv},
 * {@code history.json}; each file is always whole.
 */
final class RunFolder {
  private final Path folder;

  RunFolder(Path folder) {
    this.folder = folder;
  }

  void save(SameDiff graph, ModelCard card, List<Epoch> history) throws IOException {
    AtomicFile.write(folder.resolve("model.fb"), file -> graph.asFlatFile(file.toFile(), false));
    AtomicFile.write(
        folder.resolve(ModelCard.FILE_NAME), file -> Files.writeString(file, card.toJson()));
    History.write(folder, history);
  }
}
