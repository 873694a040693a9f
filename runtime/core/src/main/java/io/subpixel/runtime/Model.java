package io.subpixel.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.zoo.ModelCard;
import io.subpixel.zoo.Pretrained;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The bytes of an ONNX file and where they are from. */
final class Model {
  /** Protobuf's limit, and that of an array. */
  private static final long MAX_BYTES = Integer.MAX_VALUE - 8;

  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

  private static final String EXTERNAL_FOLDER =
      "session.model_external_initializers_file_folder_path";

  private final String where;
  private final byte[] onnx;
  private final @Nullable Path folder;
  private final boolean pretrained;
  private long bytesBeside;

  /**
   * @param where what to call the model in a message
   * @param onnx the file's content, not copied
   * @param folder where a {@code card.json} and its weights may lie, if the model is a file
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

  /**
   * The same with other weights.
   *
   * @param strength 0 for the weights of a clean model, 1 for its own, between them a blend; none
   *     for its own
   * @throws InvalidInputException if a strength is given and the file holds no clean weights
   */
  Model at(OptionalDouble strength) throws InvalidInputException {
    return strength.isEmpty()
        ? this
        : new Model(
            where, CleanWeights.blend(where, onnx, strength.getAsDouble()), folder, pretrained);
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
    if (Files.size(file) > MAX_BYTES) {
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

  /** The bytes of the file and of those beside it, once they are checked. */
  long bytes() {
    return onnx.length + bytesBeside;
  }

  /**
   * Refuses what would end the process, and weights anywhere but in the model's folder.
   *
   * @throws InvalidInputException if there is such
   */
  void check() throws IOException {
    ModelScan scan = new ModelScan(onnx);
    if (scan.fatal().isPresent()) {
      throw new InvalidInputException(
          where, "an ONNX model", "one with an attribute of " + scan.fatal().getAsLong());
    }
    Set<Path> files = new HashSet<>();
    for (Map<String, String> said : scan.external()) {
      String location = said.getOrDefault("location", "");
      Path file = beside(location);
      files.add(file);
      requireWithin(said, location, Files.size(file));
    }
    for (Path file : files) {
      bytesBeside += Files.size(file);
    }
  }

  /** A file of weights, which leads nowhere but into the model's folder, links followed. */
  private Path beside(String location) throws IOException {
    if (folder == null) {
      throw new InvalidInputException(
          where, "a model with its weights in it, or one that is read from its file", location);
    }
    Path file = null;
    try {
      Path relative = Path.of(location);
      Path resolved = folder.resolve(relative).normalize();
      // A star begins the name that ONNX Runtime has for addresses in memory.
      boolean isPlain =
          !location.isBlank() && !relative.isAbsolute() && !location.matches("(?s).*[*:\\\\].*");
      if (isPlain && resolved.startsWith(folder.normalize()) && !relative.startsWith("..")) {
        file = resolved;
      }
    } catch (InvalidPathException e) {
      // Such as one with a zero in it: refused like the others.
      file = null;
    }
    if (file == null
        || (Files.exists(file) && !file.toRealPath().startsWith(folder.toRealPath()))) {
      throw new InvalidInputException(
          where,
          "weights in files inside the model's folder",
          location.isBlank() ? "a name that is empty" : location);
    }
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new InvalidInputException(
          where,
          "its weights in " + location + " beside it",
          Files.exists(file) ? "none that can be read" : "no such file");
    }
    return file;
  }

  private void requireWithin(Map<String, String> said, String location, long size)
      throws InvalidInputException {
    String offset = said.getOrDefault("offset", "0");
    String length = said.getOrDefault("length", "0");
    if (!NUMBER.matcher(offset).matches()
        || !NUMBER.matcher(length).matches()
        || Long.parseLong(offset) + Long.parseLong(length) > size) {
      throw new InvalidInputException(
          where,
          "weights within the " + size + " bytes of " + location,
          length + " bytes from " + offset + " on");
    }
  }

  /** Loads it; the options are changed, and the caller's to close. */
  OrtSession session(OrtSession.SessionOptions options) throws OrtException {
    if (folder != null) {
      options.addConfigEntry(EXTERNAL_FOLDER, folder.toString());
    }
    return OnnxRuntime.environment().createSession(onnx, options);
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
