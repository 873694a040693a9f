package io.subpixel.converter.source;

import io.subpixel.converter.internal.source.FlatGraphCheck;
import io.subpixel.converter.internal.source.Flows;
import io.subpixel.converter.internal.source.LateConfiguration;
import io.subpixel.converter.internal.source.OperatorSwaps;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.zoo.ModelCard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * A SameDiff network as it lies on disk.
 *
 * @param file the {@code .fb} that was read
 * @param sameDiff the network
 * @param card what {@code card.json} beside it says, if there is one
 * @since 0.1
 */
public record NetworkFile(Path file, SameDiff sameDiff, Optional<ModelCard> card) {
  /** The network's name in a folder that a training run left. */
  public static final String FILE_NAME = "model.fb";

  /**
   * Reads a network.
   *
   * @param path a {@code .fb} as {@link SameDiff#save} writes it, or a folder with {@value
   *     #FILE_NAME}
   * @throws InvalidInputException if there is none, or if it is damaged; no native code sees a file
   *     whose structure is broken
   * @throws IOException if it can't be read
   */
  public static NetworkFile read(Path path) throws IOException {
    Path file = Files.isDirectory(path) ? path.resolve(FILE_NAME) : path;
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          file.toString(), "a SameDiff network (.fb)", Files.exists(file) ? "no file" : "nothing");
    }
    ByteBuffer bytes = FlatGraphCheck.read(file);
    SameDiff sameDiff;
    try {
      // What was checked, not the file once more, which may be another by now.
      sameDiff = LateConfiguration.load(bytes);
      restore(sameDiff);
    } catch (RuntimeException | OutOfMemoryError e) {
      // A damaged length asks for more memory than there is.
      throw new InvalidInputException(
          file.toString(), "a SameDiff network (.fb)", "one that SameDiff can't load", e);
    }
    Path card = file.resolveSibling(ModelCard.FILE_NAME);
    return new NetworkFile(
        file, sameDiff, Files.exists(card) ? Optional.of(ModelCard.read(card)) : Optional.empty());
  }

  /** A copy of a network, with all that SameDiff leaves out of one. */
  public static SameDiff copy(SameDiff network) {
    SameDiff copy = network.dup();
    restore(copy);
    return copy;
  }

  private static void restore(SameDiff loaded) {
    OperatorSwaps.restore(loaded);
    Flows.restore(loaded);
  }
}
