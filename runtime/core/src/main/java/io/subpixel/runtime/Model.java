package io.subpixel.runtime;

import io.subpixel.models.InvalidInputException;
import io.subpixel.models.ModelCard;
import io.subpixel.models.Pretrained;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The bytes of an ONNX file and where they are from. */
final class Model {
  /** Protobuf's limit, and that of an array. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - 8;

  private final String where;
  private final byte[] onnx;
  private final @Nullable Path folder;
  private final boolean pretrained;

  /**
   * @param where what to call the model in a message
   * @param onnx the file's content, not copied
   * @param folder where a {@code card.json} may lie, if the model is a file
   */
  Model(String where, byte[] onnx, @Nullable Path folder) {
    this(where, onnx, folder, false);
  }

  private Model(String where, byte[] onnx, @Nullable Path folder, boolean pretrained) {
    this.where = where;
    this.onnx = onnx;
    this.folder = folder;
    this.pretrained = pretrained;
  }

  static Model pretrained(String name) {
    return new Model(name, Pretrained.onnx(name), null, true);
  }

  /** Whether it travels with the library. */
  boolean isPretrained() {
    return pretrained;
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

  /** What to call it where it has no card: the last part of its path, without the ending. */
  String name() {
    String name = where.substring(Math.max(where.lastIndexOf('/'), where.lastIndexOf('\\')) + 1);
    return name.endsWith(".onnx") ? name.substring(0, name.length() - 5) : name;
  }

  byte[] onnx() {
    return onnx;
  }

  /**
   * The card that travels in the model, else the one beside it, if there is any.
   *
   * @param json what the ONNX file's metadata holds, if anything
   */
  Optional<ModelCard> card(@Nullable String json) throws IOException {
    if (json != null) {
      return Optional.of(ModelCard.fromJson(json, where + ": metadata " + ModelCard.METADATA_KEY));
    }
    if (folder != null && Files.exists(folder.resolve(ModelCard.FILE_NAME))) {
      return Optional.of(ModelCard.read(folder.resolve(ModelCard.FILE_NAME)));
    }
    return Optional.empty();
  }
}
