package io.subpixel.models;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a consumer must know of a model. It travels inside the ONNX file ({@code metadata_props},
 * key {@link #METADATA_KEY}) and beside it as {@code card.json}. Immutable.
 *
 * @param name the model's name, such as {@code espcn-x2}
 * @param scale how many times larger each side becomes, 1..{@value #MAX_SCALE}
 * @param colour what the channels mean
 * @param channels C of the input {@code [N,C,H,W]}; that of {@code colour}
 * @param valueRange least and greatest value of input and output: always 0 and 1
 * @param receptiveRadius how many LR pixels around a pixel its upscaled values depend on; the halo
 *     of a tile
 * @param parameters the number of trained values
 * @param macsPerLrPixel multiply-accumulates for each LR pixel
 * @param degradation how the training's LR pictures were made from HR
 * @param training what it was trained on, if known
 * @param scores what was measured with it
 * @param licence SPDX identifier of the weights' licence
 * @param weightsSha256 SHA-256 over the weights, if known: each trained array in the order of its
 *     name, its values as little-endian float32
 * @param unknown fields that this version doesn't know; they survive a round trip
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
    String licence,
    @Nullable String weightsSha256,
    @JsonAnyGetter Map<String, Object> unknown) {

  /** Key of the card's JSON in an ONNX file's {@code metadata_props}. */
  public static final String METADATA_KEY = "subpixel.card";

  /** The file name of a card beside its model. */
  public static final String FILE_NAME = "card.json";

  /** The greatest scale that a card may state. */
  public static final int MAX_SCALE = 16;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * What a model was trained on, and how.
   *
   * @param data the sets, by name
   * @param pictures how many pictures
   * @param sha256 SHA-256 over the pictures' own SHA-256 digests, in the order of their paths
   * @param network the network's name in the trainer
   * @param loss the loss that was minimised
   * @param steps how many optimiser steps
   * @param batch patches a step
   * @param patch side of a patch in LR pixels
   * @param learningRate the first learning rate
   * @param seed where the random numbers start
   */
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
      long seed) {
    /** Copies the list. */
    public Training {
      data = List.copyOf(data);
    }
  }

  /**
   * A measurement.
   *
   * @param data the test set
   * @param psnr mean PSNR over the pictures, in dB
   * @param ssim mean SSIM over the pictures
   * @param bicubicPsnr the same for bicubic upscaling, in dB
   * @param convention how PSNR and SSIM were computed
   */
  public record Score(
      String data, double psnr, double ssim, double bicubicPsnr, String convention) {}

  /** Checks every value. */
  public ModelCard {
    requireNonNull(name, "name");
    requireNonNull(colour, "colour");
    requireNonNull(degradation, "degradation");
    requireNonNull(licence, "licence");
    check(!name.isBlank(), "name", "some text", name);
    check(scale >= 1 && scale <= MAX_SCALE, "scale", "1 to " + MAX_SCALE, scale);
    check(
        channels == colour.channels(), "channels", colour.channels() + " for " + colour, channels);
    valueRange = List.copyOf(requireNonNull(valueRange, "valueRange"));
    check(valueRange.equals(List.of(0.0, 1.0)), "valueRange", "[0.0, 1.0]", valueRange);
    check(
        receptiveRadius >= 0 && receptiveRadius <= 1024,
        "receptiveRadius",
        "0 to 1024",
        receptiveRadius);
    check(parameters >= 0, "parameters", "0 or more", parameters);
    check(macsPerLrPixel >= 0, "macsPerLrPixel", "0 or more", macsPerLrPixel);
    scores = scores == null ? List.of() : List.copyOf(scores);
    unknown =
        unknown == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(unknown));
  }

  @JsonCreator
  static ModelCard of(
      @JsonProperty(value = "name", required = true) String name,
      @JsonProperty(value = "scale", required = true) int scale,
      @JsonProperty(value = "colour", required = true) Colour colour,
      @JsonProperty(value = "channels", required = true) int channels,
      @JsonProperty(value = "valueRange", required = true) List<Double> valueRange,
      @JsonProperty(value = "receptiveRadius", required = true) int receptiveRadius,
      @JsonProperty(value = "parameters", required = true) long parameters,
      @JsonProperty(value = "macsPerLrPixel", required = true) long macsPerLrPixel,
      @JsonProperty(value = "degradation", required = true) String degradation,
      @JsonProperty("training") @Nullable Training training,
      @JsonProperty("scores") List<Score> scores,
      @JsonProperty(value = "licence", required = true) String licence,
      @JsonProperty("weightsSha256") @Nullable String weightsSha256,
      @JsonAnySetter Map<String, Object> unknown) {
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
        scores,
        licence,
        weightsSha256,
        unknown);
  }

  /** This card with other scores. */
  public ModelCard withScores(List<Score> measured) {
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
        measured,
        licence,
        weightsSha256,
        unknown);
  }

  /** The card as indented JSON, ending in a line feed. */
  public String toJson() {
    return JSON.writeValueAsString(this) + "\n";
  }

  /**
   * Reads a card.
   *
   * @param json the card's text
   * @param where what to call its place in a message
   * @throws InvalidInputException if it is no card: one line with the field, what was expected and
   *     what was received
   */
  public static ModelCard fromJson(String json, String where) throws InvalidInputException {
    try {
      ModelCard card = JSON.readValue(json, ModelCard.class);
      if (card == null) {
        throw new InvalidInputException(where, "a card (a JSON object)", "null");
      }
      return card;
    } catch (StreamReadException e) {
      String at = e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr();
      throw new InvalidInputException(where, "a card (JSON)", "text that is no JSON" + at, e);
    } catch (JacksonException e) {
      throw notACard(e, where);
    }
  }

  /**
   * Reads {@code card.json}.
   *
   * @throws InvalidInputException if the file is absent or no card
   * @throws IOException if it can't be read
   */
  public static ModelCard read(Path file) throws IOException {
    try {
      return fromJson(Files.readString(file), file.toString());
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(file.toString(), "a card", "no such file", e);
    } catch (java.nio.charset.CharacterCodingException e) {
      throw new InvalidInputException(
          file.toString(), "a card (JSON)", "bytes that are no UTF-8", e);
    }
  }

  private static void check(boolean valid, String field, String expected, Object received) {
    if (!valid) {
      throw new FieldException(field, expected, String.valueOf(received));
    }
  }

  private static InvalidInputException notACard(JacksonException failure, String where) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof FieldException field) {
        return new InvalidInputException(
            where + ": " + field.field, field.expected, field.received, failure);
      }
    }
    String field =
        failure.getPath().stream()
            .map(
                at ->
                    at.getPropertyName() == null ? "[" + at.getIndex() + "]" : at.getPropertyName())
            .collect(Collectors.joining("."));
    String place = field.isEmpty() ? where : where + ": " + field;
    if (failure instanceof InvalidFormatException format) {
      return new InvalidInputException(
          place,
          describe(format.getTargetType()),
          '"' + String.valueOf(format.getValue()) + '"',
          failure);
    }
    if (failure instanceof MismatchedInputException mismatch) {
      return new InvalidInputException(
          place, describe(mismatch.getTargetType()), "something else or nothing", failure);
    }
    String said =
        failure instanceof DatabindException
            ? failure.getOriginalMessage()
            : String.valueOf(failure.getMessage());
    return new InvalidInputException(place, "a card", said, failure);
  }

  private static String describe(@Nullable Class<?> type) {
    if (type == int.class || type == long.class) {
      return "a whole number";
    } else if (type == double.class || type == Double.class) {
      return "a number";
    } else if (type == String.class) {
      return "text";
    } else if (type == Colour.class) {
      return "\"y\" or \"rgb\"";
    } else if (type != null && List.class.isAssignableFrom(type)) {
      return "a list";
    }
    return "an object with all fields of a card";
  }

  private static final class FieldException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    final String field;
    final String expected;
    final String received;

    FieldException(String field, String expected, String received) {
      super(field + ": expected " + expected + ", received " + received);
      this.field = field;
      this.expected = expected;
      this.received = received;
    }
  }
}
