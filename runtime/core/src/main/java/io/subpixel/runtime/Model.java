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

/** The bytes of an ONNX file and their origin. */
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
  private final OptionalDouble strength;
  private long bytesBeside;

  /**
   * @param where the model's name in messages
   * @param onnx the file's content, not copied
   * @param folder the folder of its {@code card.json} and weights, if the model is a file
   */
  Model(String where, byte[] onnx, @Nullable Path folder) {
    this(where, onnx, folder, false, OptionalDouble.empty());
  }

  private Model(
      String where,
      byte[] onnx,
      @Nullable Path folder,
      boolean pretrained,
      OptionalDouble strength) {
    this.strength = strength;
    this.where = where;
    this.onnx = onnx;
    this.folder = folder;
    this.pretrained = pretrained;
  }

  static Model pretrained(String name) {
    return new Model(name, Pretrained.onnx(name), null, true, OptionalDouble.empty());
  }

  /** Returns whether the model is part of the library. */
  boolean isPretrained() {
    return pretrained;
  }

  /**
   * Returns the model at a strength.
   *
   * @param strength 0 for the clean weights, 1 for its own, in between a blend; empty for its own
   * @throws InvalidInputException if a strength is given and the file holds no clean weights
   */
  Model at(OptionalDouble strength) throws InvalidInputException {
    if (strength.isEmpty()) {
      return this;
    }
    byte[] blend = CleanWeights.blend(where, onnx, strength.getAsDouble());
    return new Model(where, blend, folder, pretrained, strength);
  }

  /** Returns the strength that was given to {@link #at}. */
  OptionalDouble strength() {
    return strength;
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

  /** Returns a name for a model without a card: the last part of its path, without the ending. */
  String name() {
    String name = where.substring(Math.max(where.lastIndexOf('/'), where.lastIndexOf('\\')) + 1);
    return name.endsWith(".onnx") ? name.substring(0, name.length() - 5) : name;
  }

  byte[] onnx() {
    return onnx;
  }

  /** Returns the bytes of the file and of its weight files, after {@link #check}. */
  long bytes() {
    return onnx.length + bytesBeside;
  }

  /**
   * Rejects models that would crash the process, and weights outside the model's folder.
   *
   * @throws InvalidInputException if the model is rejected
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

  /** Resolves a weight file, which must be in the model's folder even if links are followed. */
  private Path beside(String location) throws IOException {
    if (folder == null) {
      throw new InvalidInputException(
          where, "a model with its weights in it, or one that is read from its file", location);
    }
    Path file = null;
    try {
      Path relative = Path.of(location);
      Path resolved = folder.resolve(relative).normalize();
      // Names that start with a star mean memory addresses to ONNX Runtime.
      boolean isPlain =
          !location.isBlank() && !relative.isAbsolute() && !location.matches("(?s).*[*:\\\\].*");
      if (isPlain && resolved.startsWith(folder.normalize()) && !relative.startsWith("..")) {
        file = resolved;
      }
    } catch (InvalidPathException e) {
      // Such as one that contains a zero character: rejected like the others.
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

  /**
   * Loads the model.
   *
   * @param options changed; the caller closes them
   * @param device for which the options are
   */
  Session.Loaded session(OrtSession.SessionOptions options, Device device) throws OrtException {
    if (folder != null) {
      options.addConfigEntry(EXTERNAL_FOLDER, folder.toString());
    }
    boolean isPhased = device.kind() == Device.Kind.CPU && Polyphase.pays();
    Optional<Polyphase> phased = isPhased ? Polyphase.of(onnx) : Optional.empty();
    byte[] loaded = phased.map(Polyphase::onnx).orElse(onnx);
    return new Session.Loaded(
        OnnxRuntime.environment().createSession(loaded, options), phased.map(Polyphase::ending));
  }

  /**
   * Returns the card in the model, or else the one next to it, if any.
   *
   * @param json the card in the ONNX file's metadata, if any
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
