package io.subpixel.converter;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.AtomicFile;
import io.subpixel.zoo.ModelCard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import onnx.Onnx;
import org.nd4j.shade.protobuf.ByteString;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/**
 * A model for spoilt pictures with the weights of one for clean pictures beside its own. Its graph
 * is that of the first, so any runtime runs it as such. The other weights lie in {@code
 * metadata_props} under {@link ModelCard#CLEAN_WEIGHTS}: the values of all initializers of type
 * float, in the file's order, as little-endian float32 in Base64. Immutable.
 *
 * @since 0.1
 */
public final class StrengthModel {
  private static final int FLOAT = Onnx.TensorProto.DataType.FLOAT_VALUE;

  private final Onnx.ModelProto photo;
  private final byte[] clean;
  private final ModelCard photoCard;
  private final ModelCard cleanCard;

  private StrengthModel(
      Onnx.ModelProto photo, byte[] clean, ModelCard photoCard, ModelCard cleanCard) {
    this.photo = photo;
    this.clean = clean;
    this.photoCard = photoCard;
    this.cleanCard = cleanCard;
  }

  /**
   * Joins two models that differ in their weights alone.
   *
   * @param photo what has strength 1, with its card in it
   * @param clean what has strength 0, with its card in it
   * @throws InvalidInputException if one is no such model, or they differ in more
   */
  public static StrengthModel of(Path photo, Path clean) throws IOException {
    Onnx.ModelProto first = read(photo);
    Onnx.ModelProto second = read(clean);
    ModelCard firstCard = card(photo, first);
    ModelCard secondCard = card(clean, second);
    String where = clean.toString();
    require(where, "scale", firstCard.scale(), secondCard.scale());
    require(where, "colour", firstCard.colour().id(), secondCard.colour().id());
    requireSame(clean, photo, first, second);
    return new StrengthModel(
        withoutMetadata(first), weights(clean, second), withoutClean(firstCard), secondCard);
  }

  /**
   * Reads a file that was joined.
   *
   * @throws InvalidInputException if it is none
   */
  public static StrengthModel of(Path file) throws IOException {
    Onnx.ModelProto model = read(file);
    ModelCard card = card(file, model);
    Optional<String> encoded = metadata(model, ModelCard.CLEAN_WEIGHTS);
    if (encoded.isEmpty() || !(card.unknown().get(ModelCard.CLEAN) instanceof Map<?, ?> fields)) {
      throw new InvalidInputException(
          file.toString(), "a model that has strength, with two sets of weights", "one set");
    }
    String where = file + ": metadata " + ModelCard.CLEAN_WEIGHTS;
    int bytes = weights(file, model).length;
    byte[] clean;
    try {
      clean = Base64.getDecoder().decode(encoded.get());
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(where, "Base64", "something else", e);
    }
    if (clean.length != bytes) {
      throw new InvalidInputException(where, bytes + " bytes", Integer.toString(clean.length));
    }
    ModelCard cleanCard = ModelCard.of(fields, file + ": " + ModelCard.CLEAN);
    return new StrengthModel(withoutMetadata(model), clean, withoutClean(card), cleanCard);
  }

  /** The card of the joined file: that of strength 1, and in it that of strength 0. */
  public ModelCard card() {
    return photoCard.with(ModelCard.CLEAN, cleanCard);
  }

  /** Writes the joined file. */
  public void write(Path out) throws IOException {
    Onnx.ModelProto.Builder model = photo.toBuilder();
    put(model, ModelCard.METADATA_KEY, card().toJson());
    put(model, ModelCard.CLEAN_WEIGHTS, Base64.getEncoder().encodeToString(clean));
    write(out, model.build());
  }

  /**
   * Writes a plain model of one strength: {@code (1 - s) clean + s photo}, computed in float64 and
   * rounded once. At both ends its card is that of the model there; between them its name and its
   * card say of what it is a blend, and there are neither scores nor a hash.
   *
   * @param strength 0..1
   */
  public void write(Path out, double strength) throws IOException {
    Onnx.ModelProto.Builder model = photo.toBuilder();
    ByteBuffer other = ByteBuffer.wrap(clean).order(ByteOrder.LITTLE_ENDIAN);
    for (Onnx.TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
      if (tensor.getDataType() == FLOAT) {
        ByteBuffer own = ByteBuffer.wrap(tensor.getRawData().toByteArray());
        own.order(ByteOrder.LITTLE_ENDIAN);
        while (own.hasRemaining()) {
          float value = own.getFloat(own.position());
          own.putFloat((float) ((1 - strength) * other.getFloat() + strength * value));
        }
        tensor.setRawData(ByteString.copyFrom(own.flip()));
      }
    }
    put(model, ModelCard.METADATA_KEY, card(strength).toJson());
    write(out, model.build());
  }

  private ModelCard card(double strength) {
    if (strength == 0) {
      return cleanCard;
    } else if (strength == 1) {
      return photoCard;
    }
    Map<String, Object> blend = new LinkedHashMap<>();
    blend.put("strength", strength);
    blend.put("photo", hash(photoCard));
    blend.put("clean", hash(cleanCard));
    return new ModelCard(
            photoCard.name() + "-" + strength,
            photoCard.scale(),
            photoCard.colour(),
            photoCard.channels(),
            photoCard.valueRange(),
            photoCard.receptiveRadius(),
            photoCard.parameters(),
            photoCard.macsPerLrPixel(),
            photoCard.degradation(),
            photoCard.training(),
            List.of(),
            photoCard.licence(),
            null,
            photoCard.unknown())
        .with("blend", blend);
  }

  private static String hash(ModelCard card) {
    String hash = card.weightsSha256();
    return hash == null ? "unknown" : hash;
  }

  private static ModelCard withoutClean(ModelCard card) {
    Map<String, Object> rest = new LinkedHashMap<>(card.unknown());
    rest.remove(ModelCard.CLEAN);
    return card.withUnknown(rest);
  }

  private static Onnx.ModelProto read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          file.toString(), "an ONNX model", Files.exists(file) ? "no file" : "nothing");
    }
    try {
      return Onnx.ModelProto.parseFrom(Files.readAllBytes(file));
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidInputException(
          file.toString(), "an ONNX model", "something else or a damaged one", e);
    }
  }

  private static ModelCard card(Path file, Onnx.ModelProto model) throws InvalidInputException {
    Optional<String> json = metadata(model, ModelCard.METADATA_KEY);
    if (json.isEmpty()) {
      throw new InvalidInputException(file.toString(), "a model with a card in it", "none");
    }
    return ModelCard.fromJson(json.get(), file + ": " + ModelCard.METADATA_KEY);
  }

  private static Optional<String> metadata(Onnx.ModelProto model, String key) {
    return model.getMetadataPropsList().stream()
        .filter(entry -> entry.getKey().equals(key))
        .map(Onnx.StringStringEntryProto::getValue)
        .findFirst();
  }

  private static Onnx.ModelProto withoutMetadata(Onnx.ModelProto model) {
    return model.toBuilder().clearMetadataProps().build();
  }

  private static void put(Onnx.ModelProto.Builder model, String key, String value) {
    model.addMetadataProps(
        Onnx.StringStringEntryProto.newBuilder().setKey(key).setValue(value).build());
  }

  /** All float initializers one behind the other, in the file's order. */
  private static byte[] weights(Path file, Onnx.ModelProto model) throws InvalidInputException {
    ByteString all = ByteString.EMPTY;
    for (Onnx.TensorProto tensor : model.getGraph().getInitializerList()) {
      if (tensor.getDataType() == FLOAT) {
        long count = tensor.getDimsList().stream().reduce(1L, (a, b) -> a * b);
        if (tensor.getRawData().size() != count * Float.BYTES) {
          throw new InvalidInputException(
              file + ": tensor " + tensor.getName(),
              "its values in the file, as raw data",
              tensor.getRawData().size() + " bytes");
        }
        all = all.concat(tensor.getRawData());
      }
    }
    if (all.isEmpty()) {
      throw new InvalidInputException(file.toString(), "weights of type float", "none");
    }
    return all.toByteArray();
  }

  private static void requireSame(
      Path file, Path like, Onnx.ModelProto first, Onnx.ModelProto second)
      throws InvalidInputException {
    String where = file.toString();
    require(where, "opset", first.getOpsetImportList(), second.getOpsetImportList());
    Onnx.GraphProto a = first.getGraph();
    Onnx.GraphProto b = second.getGraph();
    weights(like, first);
    require(where, "nodes", a.getNodeCount(), b.getNodeCount());
    for (int i = 0; i < a.getNodeCount(); i++) {
      if (!a.getNode(i).equals(b.getNode(i))) {
        throw new InvalidInputException(
            file + ": node " + i,
            "that of " + like + ", " + shown(a.getNode(i)),
            shown(b.getNode(i)));
      }
    }
    require(where, "tensors", a.getInitializerCount(), b.getInitializerCount());
    for (int i = 0; i < a.getInitializerCount(); i++) {
      Onnx.TensorProto of = withoutWeights(a.getInitializer(i));
      if (!of.equals(withoutWeights(b.getInitializer(i)))) {
        throw new InvalidInputException(
            file + ": tensor " + i,
            "that of " + like + ", " + shown(a.getInitializer(i)),
            shown(b.getInitializer(i)));
      }
    }
    require(where, "inputs", a.getInputList(), b.getInputList());
    require(where, "outputs", a.getOutputList(), b.getOutputList());
  }

  private static String shown(Onnx.NodeProto node) {
    return node.getOpType() + " " + node.getInputList() + " to " + node.getOutputList();
  }

  private static String shown(Onnx.TensorProto tensor) {
    return tensor.getName() + " " + tensor.getDimsList();
  }

  private static Onnx.TensorProto withoutWeights(Onnx.TensorProto tensor) {
    return tensor.getDataType() == FLOAT ? tensor.toBuilder().clearRawData().build() : tensor;
  }

  private static void require(String where, String what, Object expected, Object received)
      throws InvalidInputException {
    if (!expected.equals(received)) {
      boolean isShort = expected instanceof Integer || expected instanceof String;
      throw new InvalidInputException(
          where + ": " + what,
          isShort ? expected.toString() : "those of the other model",
          isShort ? String.valueOf(received) : "others");
    }
  }

  private static void write(Path out, Onnx.ModelProto model) throws IOException {
    try (AtomicFile file = AtomicFile.create(out)) {
      Files.write(file.temporary(), model.toByteArray());
      file.commit();
    }
  }
}
