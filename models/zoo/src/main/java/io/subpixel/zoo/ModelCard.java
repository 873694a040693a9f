package io.subpixel.zoo;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a user of a model must know. It is stored inside the ONNX file ({@code metadata_props}, key
 * {@link #METADATA_KEY}) and next to it as {@code card.json}. Immutable.
 *
 * @param name the model's name, such as {@code espcn-x2}
 * @param scale how many times larger each side becomes, 1..{@value #MAX_SCALE}
 * @param colour what the channels mean
 * @param channels C of the input {@code [N,C,H,W]}; matches {@code colour}
 * @param valueRange minimum and maximum of input and output: always 0 and 1
 * @param receptiveRadius the distance in LR pixels within which a pixel's upscaled values depend on
 *     others; the halo of a tile
 * @param parameters the number of weights of the model, as shipped
 * @param macsPerLrPixel multiply-accumulates for each LR pixel
 * @param degradation how the LR pictures for training were made from HR
 * @param training what it was trained on, if known
 * @param scores its measured quality
 * @param licence SPDX identifier of the weights' licence, if one is stated
 * @param weightsSha256 SHA-256 over the weights, if known: each trained array in the order of
 *     names, as little-endian float32
 * @param unknown fields that this version doesn't know; they survive a round trip
 * @since 0.1
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
  "name",
  "scale",
  "colour",
  "channels",
  "valueRange",
  "receptiveRadius",
  "parameters",
  "macsPerLrPixel"
})
public record ModelCard(
    String name,
    int scale,
    Colour colour,
    int channels,
    List<Double> valueRange,
    int receptiveRadius,
    long parameters,
    long macsPerLrPixel,
    String degradation,
    @Nullable Training training,
    List<Score> scores,
    @Nullable String licence,
    @Nullable String weightsSha256,
    @JsonAnyGetter Map<String, Object> unknown) {

  /** Key of the card's JSON in an ONNX file's {@code metadata_props}. */
  public static final String METADATA_KEY = "subpixel.card";

  /** The field that describes the clean model whose weights the file also holds. */
  public static final String CLEAN = "clean";

  /** Key of those weights in an ONNX file's {@code metadata_props}. */
  public static final String CLEAN_WEIGHTS = "subpixel.clean";

  /** The file name of a card beside its model. */
  public static final String FILE_NAME = "card.json";

  /** The maximum scale of a card. */
  public static final int MAX_SCALE = 16;

  /** A separate class, so that reading cards needn't load it. */
  private static final class Writer {
    static final JsonMapper JSON =
        JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  }

  /**
   * How and on what a model was trained.
   *
   * @param data the sets, by name
   * @param pictures how many pictures, including each frame taken from a clip
   * @param sha256 SHA-256 over the files' own SHA-256 digests, in the order of their paths
   * @param network the network's name in the trainer
   * @param loss the loss that was minimised
   * @param steps how many optimiser steps
   * @param batch patches a step
   * @param patch side of a patch in LR pixels
   * @param learningRate the first learning rate
   * @param seed the seed of the random numbers
   * @param command the command that trained the model, as given and with relevant defaults, if
   *     known
   * @param unknown fields that this version doesn't know
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Training(
      List<String> data,
      int pictures,
      String sha256,
      String network,
      String loss,
      long steps,
      int batch,
      int patch,
      double learningRate,
      long seed,
      @Nullable String command,
      @JsonAnyGetter Map<String, Object> unknown) {
    /** Checks that nothing is missing. */
    public Training {
      data = copy(data, "data");
      present(sha256, "sha256", "text");
      present(network, "network", "text");
      present(loss, "loss", "text");
      unknown = copy(unknown);
    }

    /** One without unknown fields. */
    public Training(
        List<String> data,
        int pictures,
        String sha256,
        String network,
        String loss,
        long steps,
        int batch,
        int patch,
        double learningRate,
        long seed,
        @Nullable String command) {
      this(
          data,
          pictures,
          sha256,
          network,
          loss,
          steps,
          batch,
          patch,
          learningRate,
          seed,
          command,
          Map.of());
    }

    private static Training read(CardFields fields) {
      return new Training(
          fields.texts("data"),
          fields.integer("pictures"),
          fields.text("sha256"),
          fields.text("network"),
          fields.text("loss"),
          fields.whole("steps"),
          fields.integer("batch"),
          fields.integer("patch"),
          fields.number("learningRate"),
          fields.whole("seed"),
          fields.textIfAny("command"),
          fields.rest());
    }
  }

  /**
   * A measurement of quality.
   *
   * @param data the test set
   * @param psnr mean PSNR over the pictures, in dB
   * @param ssim mean SSIM over the pictures
   * @param bicubicPsnr the same for bicubic upscaling, in dB
   * @param convention how PSNR and SSIM were computed
   * @param unknown fields that this version doesn't know
   */
  public record Score(
      String data,
      double psnr,
      double ssim,
      double bicubicPsnr,
      String convention,
      @JsonAnyGetter Map<String, Object> unknown) {
    /** Checks that nothing is missing. */
    public Score {
      present(data, "data", "text");
      present(convention, "convention", "text");
      unknown = copy(unknown);
    }

    /** One without unknown fields. */
    public Score(String data, double psnr, double ssim, double bicubicPsnr, String convention) {
      this(data, psnr, ssim, bicubicPsnr, convention, Map.of());
    }

    private static Score read(CardFields fields) {
      return new Score(
          fields.text("data"),
          fields.number("psnr"),
          fields.number("ssim"),
          fields.number("bicubicPsnr"),
          fields.text("convention"),
          fields.rest());
    }
  }

  /** Checks every value. */
  public ModelCard {
    present(name, "name", "text");
    present(colour, "colour", CardFields.colours());
    present(degradation, "degradation", "text");
    check(!name.isBlank(), "name", "some text", name);
    check(scale >= 1 && scale <= MAX_SCALE, "scale", "1 to " + MAX_SCALE, scale);
    check(
        channels == colour.channels(),
        "channels",
        colour.channels() + " for colour " + colour,
        channels);
    valueRange = copy(valueRange, "valueRange");
    check(valueRange.equals(List.of(0.0, 1.0)), "valueRange", "[0.0, 1.0]", valueRange);
    check(
        receptiveRadius >= 0 && receptiveRadius <= 1024,
        "receptiveRadius",
        "0 to 1024",
        receptiveRadius);
    check(parameters >= 0, "parameters", "0 or more", parameters);
    check(macsPerLrPixel >= 0, "macsPerLrPixel", "0 or more", macsPerLrPixel);
    scores = scores == null ? List.of() : copy(scores, "scores");
    unknown = copy(unknown);
  }

  /** Returns a copy with other scores. */
  public ModelCard withScores(List<Score> measured) {
    return changed(measured, unknown);
  }

  /** Returns a copy with other additional fields. */
  public ModelCard withUnknown(Map<String, Object> fields) {
    return changed(scores, fields);
  }

  /**
   * Returns a copy with one more additional field.
   *
   * @param value text, a number, or a value that Jackson writes as an object
   */
  public ModelCard with(String field, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(unknown);
    more.put(field, value);
    return changed(scores, more);
  }

  /** Returns whether the file also holds the weights of a clean model, for blending. */
  public boolean hasStrength() {
    return unknown.containsKey(CLEAN);
  }

  private ModelCard changed(List<Score> otherScores, Map<String, Object> otherUnknown) {
    return new ModelCard(
        name,
        scale,
        colour,
        channels,
        valueRange,
        receptiveRadius,
        parameters,
        macsPerLrPixel,
        degradation,
        training,
        otherScores,
        licence,
        weightsSha256,
        otherUnknown);
  }

  /** The card as indented JSON, ending in a line feed. */
  public String toJson() {
    return Writer.JSON.writeValueAsString(this) + "\n";
  }

  /**
   * Reads a card.
   *
   * @param json the card's text
   * @param where what to call its place in a message
   * @throws InvalidInputException if it isn't a card: one line with the field, what was expected
   *     and what was received
   */
  public static ModelCard fromJson(String json, String where) throws InvalidInputException {
    Object tree;
    try {
      tree = JsonTree.parse(json);
    } catch (JacksonException e) {
      String at = e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr();
      throw new InvalidInputException(where, "a card (JSON)", "text that isn't JSON" + at, e);
    }
    if (tree instanceof Map<?, ?> fields) {
      return of(fields, where);
    }
    throw new InvalidInputException(where, "a card (a JSON object)", JsonTree.show(tree));
  }

  /**
   * Reads a card that is a JSON object within another card.
   *
   * @param where what to call its place in a message
   * @throws InvalidInputException if it is no card
   */
  public static ModelCard of(Map<?, ?> fields, String where) throws InvalidInputException {
    try {
      return CardFields.read(fields, ModelCard::read);
    } catch (FieldException e) {
      throw new InvalidInputException(where + ": " + e.field(), e.expected(), e.received(), e);
    }
  }

  private static ModelCard read(CardFields fields) {
    return new ModelCard(
        fields.text("name"),
        fields.integer("scale"),
        fields.colour("colour"),
        fields.integer("channels"),
        fields.numbers("valueRange"),
        fields.integer("receptiveRadius"),
        fields.whole("parameters"),
        fields.whole("macsPerLrPixel"),
        fields.text("degradation"),
        fields.objectIfAny("training", Training::read),
        fields.objects("scores", Score::read),
        fields.textIfAny("licence"),
        fields.textIfAny("weightsSha256"),
        fields.rest());
  }

  /**
   * Reads {@code card.json}.
   *
   * @throws InvalidInputException if the file is missing or isn't a card
   * @throws IOException if it can't be read
   */
  public static ModelCard read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new InvalidInputException(file.toString(), "a card", "a folder");
    }
    try {
      return fromJson(Files.readString(file), file.toString());
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(file.toString(), "a card", "no such file", e);
    } catch (java.nio.charset.CharacterCodingException e) {
      throw new InvalidInputException(
          file.toString(), "a card (JSON)", "bytes that aren't UTF-8", e);
    }
  }

  private static void check(boolean valid, String field, String expected, Object received) {
    if (!valid) {
      throw new FieldException(field, expected, String.valueOf(received));
    }
  }

  private static void present(@Nullable Object value, String field, String expected) {
    check(value != null, field, expected, "nothing");
  }

  private static <T> List<T> copy(@Nullable List<T> list, String field) {
    if (list == null) {
      throw new FieldException(field, "a list", "nothing");
    }
    for (int i = 0; i < list.size(); i++) {
      present(list.get(i), field + "[" + i + "]", "a value");
    }
    return List.copyOf(list);
  }

  private static Map<String, Object> copy(@Nullable Map<String, Object> unknown) {
    return unknown == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(unknown));
  }
}
