package io.subpixel.converter.deeplearning4j;

import io.subpixel.pictures.InvalidInputException;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a configuration's class names before Deeplearning4j does, which makes an object of each. A
 * stream of tokens, as a tree would hide the first of two properties of the same name.
 */
final class ConfigurationCheck {
  private static final Set<String> NAME_CLASSES = Set.of("@class", "type");
  private static final Pattern ALLOWED =
      Pattern.compile("org\\.(deeplearning4j|nd4j)\\.(?!shade\\.)[A-Za-z0-9_.$]+");

  private ConfigurationCheck() {}

  /**
   * Whether a configuration is a computation graph's, after a look at all of it.
   *
   * @param own classes that may be named too
   * @throws InvalidInputException if it is no JSON, or names a class that isn't Deeplearning4j's
   */
  static boolean isGraph(String json, String where, OwnClasses own) throws InvalidInputException {
    boolean isGraph = false;
    int depth = 0;
    try (JsonParser parser = new JsonMapper().createParser(json)) {
      String property = "";
      String element = null;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isStructStart()) {
          depth++;
        } else if (token.isStructEnd()) {
          depth--;
        }
        if (token == JsonToken.PROPERTY_NAME) {
          property = parser.currentName();
          isGraph |= depth == 1 && property.equals("networkInputs");
        } else if (token == JsonToken.VALUE_STRING
            && NAME_CLASSES.contains(property)
            && parser.streamReadContext().inObject()) {
          require(parser.getString(), property, where, own);
        }
        // The other form of a class name: the first of an array, with the object behind it.
        if (element != null && token != JsonToken.VALUE_STRING && token != JsonToken.END_ARRAY) {
          require(element, "@class", where, own);
        }
        element = element(token, parser);
      }
    } catch (JacksonException e) {
      String line = e.getLocation() == null ? "" : " in line " + e.getLocation().getLineNr();
      throw new InvalidInputException(where, "a configuration in JSON", "something else" + line, e);
    }
    return isGraph;
  }

  private static @Nullable String element(JsonToken token, JsonParser parser) {
    return token == JsonToken.VALUE_STRING && parser.streamReadContext().inArray()
        ? parser.getString()
        : null;
  }

  private static void require(String name, String property, String where, OwnClasses own)
      throws InvalidInputException {
    // Some settings have a type that is no class.
    boolean isClass = property.equals("@class") || name.indexOf('.') >= 0;
    if (isClass && !ALLOWED.matcher(name).matches() && !own.has(name)) {
      throw new InvalidInputException(
          where, "classes of Deeplearning4j only (--class-path names a jar with others)", name);
    }
  }
}
