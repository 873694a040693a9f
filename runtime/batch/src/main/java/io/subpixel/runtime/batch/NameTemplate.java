package io.subpixel.runtime.batch;

import io.subpixel.pictures.codec.PictureFormat;
import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A template for names of outputs: a relative path with fields in braces. Immutable.
 *
 * @param text such as {@code {name}-x{scale}.{ext}}
 * @since 0.1
 */
public record NameTemplate(String text) {
  /** The input's name, with the ending of the output's format. */
  public static final NameTemplate DEFAULT = new NameTemplate("{name}.{ext}");

  private static final Pattern FIELD = Pattern.compile("\\{([^{}]*)\\}");
  private static final Pattern UNSAFE =
      Pattern.compile("[/\\x00" + Pattern.quote(File.separator) + "]");

  /** The properties of a picture that names may use. */
  public enum Field {
    /** The input's name without its ending; for a page of several, with its number. */
    NAME,
    /** The ending of the output's format. */
    EXT,
    /** The scale. */
    SCALE,
    /** The model's name. */
    MODEL,
    /** The columns of the output. */
    WIDTH,
    /** The rows of the output. */
    HEIGHT,
    /** The name of the input's folder. */
    PARENT;

    @Override
    public String toString() {
      return "{" + name().toLowerCase(Locale.ROOT) + "}";
    }
  }

  /** Supplies the values of fields. */
  @FunctionalInterface
  interface Values {
    String of(Field field);
  }

  /**
   * Checks the text.
   *
   * @throws IllegalArgumentException unless it stays below the output folder, all its fields are
   *     known, and it has a picture's ending
   */
  public NameTemplate {
    String rest = text;
    for (Field field : Field.values()) {
      rest = rest.replace(field.toString(), "x");
    }
    if (rest.contains("{") || rest.contains("}")) {
      throw new IllegalArgumentException(
          "name: expected fields out of " + EnumSet.allOf(Field.class) + ", received " + text);
    }
    if (!text.endsWith("." + Field.EXT) && formatOf(text).isEmpty()) {
      throw new IllegalArgumentException(
          "name: expected a name that ends in ."
              + Field.EXT
              + " or an image's ending, received "
              + text);
    }
    try {
      if (!staysBelow(Path.of(rest))) {
        throw new IllegalArgumentException("name: expected a path below OUT, received " + text);
      }
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("name: expected a path, received " + e.getReason(), e);
    }
  }

  /** Returns the format of the template's own ending, if it can be written. */
  public Optional<PictureFormat> format() {
    return formatOf(text);
  }

  private static Optional<PictureFormat> formatOf(String text) {
    return text.endsWith(Field.EXT.toString())
        ? Optional.empty()
        : PictureFormat.ofName(Path.of("x" + text.substring(Math.max(0, text.lastIndexOf('.')))))
            .filter(PictureFormat::isWritten);
  }

  /** Returns whether the template contains any of these fields. */
  boolean uses(Set<Field> fields) {
    return fields.stream().anyMatch(field -> text.contains(field.toString()));
  }

  /**
   * Returns the name of an output. Separators within values become underscores.
   *
   * @throws IllegalArgumentException if it would be outside the output folder
   */
  Path expand(Values values) {
    Matcher fields = FIELD.matcher(text);
    StringBuilder name = new StringBuilder();
    while (fields.find()) {
      String value = values.of(Field.valueOf(fields.group(1).toUpperCase(Locale.ROOT)));
      fields.appendReplacement(
          name, Matcher.quoteReplacement(UNSAFE.matcher(value).replaceAll("_")));
    }
    fields.appendTail(name);
    Path path = Path.of(name.toString());
    if (!staysBelow(path)) {
      throw new IllegalArgumentException("name: expected a path below OUT, received " + path);
    }
    return path;
  }

  private static boolean staysBelow(Path path) {
    if (path.getRoot() != null || path.getNameCount() == 0 || path.toString().isEmpty()) {
      return false;
    }
    for (Path part : path) {
      if (part.toString().equals("..") || part.toString().equals(".")) {
        return false;
      }
    }
    return true;
  }
}
