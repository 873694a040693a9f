package io.subpixel.zoo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one JSON object in a card, each taken once. A {@link FieldException} names an
 * invalid field.
 */
final class CardFields {
  private static final String WHOLE = "a whole number";
  private static final String NUMBER = "a number";
  private static final String TEXT = "text";

  private final Map<String, @Nullable Object> all = new LinkedHashMap<>();
  private final Map<String, Object> left = new LinkedHashMap<>();

  private CardFields(Map<?, ?> fields) {
    fields.forEach((name, value) -> all.put(String.valueOf(name), value));
    left.putAll(all);
  }

  /** Builds a value from an object's fields. Errors quote the JSON as it is written. */
  static <T> T read(Map<?, ?> object, Function<CardFields, T> maker) {
    CardFields fields = new CardFields(object);
    try {
      return maker.apply(fields);
    } catch (FieldException e) {
      throw fields.all.containsKey(e.field())
          ? wrong(e.field(), e.expected(), fields.all.get(e.field()))
          : e;
    }
  }

  /** Lists the names of colours. */
  static String colours() {
    List<String> quoted = new ArrayList<>();
    for (Colour colour : Colour.values()) {
      quoted.add('"' + colour.id() + '"');
    }
    return String.join(" or ", quoted);
  }

  String text(String name) {
    return text(required(name, TEXT), name);
  }

  @Nullable String textIfAny(String name) {
    Object value = left.remove(name);
    return value == null ? null : text(value, name);
  }

  int integer(String name) {
    if (required(name, WHOLE) instanceof Integer value) {
      return value;
    }
    throw wrong(name, WHOLE, all.get(name));
  }

  long whole(String name) {
    Object value = required(name, WHOLE);
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    throw wrong(name, WHOLE, value);
  }

  double number(String name) {
    return number(required(name, NUMBER), name);
  }

  Colour colour(String name) {
    Object id = required(name, colours());
    for (Colour colour : Colour.values()) {
      if (colour.id().equals(id)) {
        return colour;
      }
    }
    throw wrong(name, colours(), id);
  }

  List<String> texts(String name) {
    return list(name, CardFields::text);
  }

  List<Double> numbers(String name) {
    return list(name, CardFields::number);
  }

  /** Reads a list of objects; empty if the field is absent. */
  <T> List<T> objects(String name, Function<CardFields, T> maker) {
    return left.get(name) == null ? List.of() : list(name, (value, at) -> object(value, at, maker));
  }

  <T> @Nullable T objectIfAny(String name, Function<CardFields, T> maker) {
    Object value = left.remove(name);
    return value == null ? null : object(value, name, maker);
  }

  /** Returns the fields that weren't taken. */
  Map<String, Object> rest() {
    return left;
  }

  private Object required(String name, String expected) {
    Object value = left.remove(name);
    if (value == null) {
      throw new FieldException(name, expected, "nothing");
    }
    return value;
  }

  /** Converts a value; the text is its position. */
  private interface Maker<T> {
    T make(Object value, String at);
  }

  private <T> List<T> list(String name, Maker<T> maker) {
    if (!(required(name, "a list") instanceof List<?> values)) {
      throw wrong(name, "a list", all.get(name));
    }
    List<T> made = new ArrayList<>();
    for (Object value : values) {
      String at = name + "[" + made.size() + "]";
      if (value == null) {
        throw new FieldException(at, "a value", "nothing");
      }
      made.add(maker.make(value, at));
    }
    return made;
  }

  private static String text(Object value, String at) {
    if (value instanceof String text) {
      return text;
    }
    throw wrong(at, TEXT, value);
  }

  private static double number(Object value, String at) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw wrong(at, NUMBER, value);
  }

  private static <T> T object(Object value, String at, Function<CardFields, T> maker) {
    if (!(value instanceof Map<?, ?> object)) {
      throw wrong(at, "an object", value);
    }
    try {
      return read(object, maker);
    } catch (FieldException e) {
      throw new FieldException(at + "." + e.field(), e.expected(), e.received());
    }
  }

  private static FieldException wrong(String field, String expected, @Nullable Object received) {
    return new FieldException(field, expected, JsonTree.show(received));
  }
}
