package io.subpixel.zoo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JSON as maps, lists, text, numbers, booleans and null, with Jackson's parser only: starting
 * its databind takes longer than upscaling a small picture.
 */
final class JsonTree {
  /** The result for text without a value. */
  static final Object NOTHING = new Object();

  private static final JsonFactory JSON = new JsonFactory();

  /** The maximum length of a wrong value in a message. */
  private static final int SHOWN = 60;

  private JsonTree() {}

  /**
   * Parses one value.
   *
   * @throws JacksonException if it isn't JSON, or if more follows
   */
  static @Nullable Object parse(String json) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() == null) {
        return NOTHING;
      }
      Object value = value(parser);
      if (parser.nextToken() != null) {
        throw new StreamReadException(parser, "more than one value");
      }
      return value;
    }
  }

  // Jackson rejects more than 500 nested values.
  private static @Nullable Object value(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          fields.put(name, value(parser));
        }
        yield fields;
      }
      case START_ARRAY -> {
        List<@Nullable Object> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          values.add(value(parser));
        }
        yield values;
      }
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new StreamReadException(parser, "no value");
    };
  }

  /** Formats a value for a message: as JSON, cut if long. */
  static String show(@Nullable Object value) {
    if (value == NOTHING) {
      return "nothing";
    }
    String text = JsonMapper.shared().writeValueAsString(value);
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }
}
