package io.subpixel.trainer.training;

import io.subpixel.models.AtomicFile;
import io.subpixel.models.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * What a training leaves: {@code model.fb}, {@code card.json}, {@code history.csv}; each file is
 * always whole.
 */
final class RunFolder {
  private static final String HEADER =
      "epoch,steps,seconds,learning_rate,loss,samples_per_second,psnr,ssim,bicubic_psnr\n";

  private final Path folder;

  RunFolder(Path folder) {
    this.folder = folder;
  }

  void save(SameDiff graph, ModelCard card, List<Epoch> history) throws IOException {
    AtomicFile.write(folder.resolve("model.fb"), file -> graph.asFlatFile(file.toFile(), false));
    AtomicFile.write(
        folder.resolve(ModelCard.FILE_NAME), file -> Files.writeString(file, card.toJson()));
    StringBuilder csv = new StringBuilder(HEADER);
    for (Epoch epoch : history) {
      csv.append(row(epoch));
    }
    AtomicFile.write(folder.resolve("history.csv"), file -> Files.writeString(file, csv));
  }

  private static String row(Epoch e) {
    Quality q = e.validation();
    String measured =
        q == null
            ? ",,"
            : String.format(Locale.ROOT, "%.4f,%.5f,%.4f", q.psnr(), q.ssim(), q.bicubicPsnr());
    return String.format(
        Locale.ROOT,
        "%d,%d,%.1f,%.3e,%.6e,%.1f,%s\n",
        e.epoch(),
        e.steps(),
        e.seconds(),
        e.learningRate(),
        e.loss(),
        e.samplesPerSecond(),
        measured);
  }
}
