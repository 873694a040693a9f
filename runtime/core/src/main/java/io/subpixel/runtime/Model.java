package io.subpixel.runtime;

import io.subpixel.models.InvalidInputException;
import io.subpixel.models.ModelCard;
import io.subpixel.models.Pretrained;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The bytes of an ONNX file and where they are from. */
final class Model {
  /** Protobuf's limit, and that of an array. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - 8;

  private final String where;
  private final byte[] onnx;
  private final @Nullable Path folder;

  /**
   * @param where what to call the model in a message
   * @param onnx the file's content, not copied
   * @param folder where a {@code card.json} may lie, if the model is a file
   */
  Model(String where, byte[] onnx, @Nullable Path folder) {
    this.where = where;
    this.onnx = onnx;
    this.folder = folder;
  }

  static Model pretrained(String name) {
    return new Model(name, Pretrained.onnx(name), null);
  }

  static Model read(Path file) throws IOException {
    String where = file.toString();
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          where, "an ONNX model", Files.exists(file) ? "a folder" : "no such file");
    }
    if (!Files.isReadable(file)) {
      throw new InvalidInputException(where, "an ONNX model", "a file without permission to read");
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new InvalidInputException(
          where, "an ONNX model of less than 2 GB", Files.size(file) + " bytes");
    }
    return new Model(where, Files.readAllBytes(file), file.toAbsolutePath().getParent());
  }

  String where() {
    return where;
  }

  byte[] onnx() {
    return onnx;
  }

  /**
   * The card that travels in the model, else the one beside it.
   *
   * @param json what the ONNX file's metadata holds, if anything
   */
  ModelCard card(@Nullable String json) throws IOException {
    if (json != null) {
      return ModelCard.fromJson(json, where + ": metadata " + ModelCard.METADATA_KEY);
    }
    if (folder != null && Files.exists(folder.resolve(ModelCard.FILE_NAME))) {
      return ModelCard.read(folder.resolve(ModelCard.FILE_NAME));
    }
    throw new InvalidInputException(
        where,
        "a card: ONNX metadata "
            + ModelCard.METADATA_KEY
            + ", or "
            + ModelCard.FILE_NAME
            + " beside",
        "neither");
  }
}
