package io.subpixel.runtime.cli;

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
 * How outputs are named: a relative path with fields in braces. Immutable.
 *
 * @param text such as {@code {name}-x{scale}.{ext}}
 */
record NameTemplate(String text) {
  static final String DEFAULT = "{name}.{ext}";

  private static final Pattern FIELD = Pattern.compile("\\{([^{}]*)\\}");
  private static final Pattern UNSAFE =
      Pattern.compile("[/\\x00" + Pattern.quote(File.separator) + "]");

  /** What is known of a picture. */
  enum Field {
    /** The input's name without its ending. */
    NAME,
    /** The ending of the output's format. */
    EXT,
    /** How many times larger it becomes. */
    SCALE,
    /** The model's name. */
    MODEL,
    /** The columns of the output. */
    WIDTH,
    /** The rows of the output. */
    HEIGHT,
    /** The name of the folder that the input lies in. */
    PARENT;

    @Override
    public String toString() {
      return "{" + name().toLowerCase(Locale.ROOT) + "}";
    }
  }

  /** Gives the values of fields. */
  @FunctionalInterface
  interface Values {
    String of(Field field);
  }

  /**
   * Checks a template.
   *
   * @throws UsageException unless it stays below a folder, all its fields are known, and it ends in
   *     a picture's ending
   */
  static NameTemplate parse(String text) throws UsageException {
    String rest = text;
    for (Field field : Field.values()) {
      rest = rest.replace(field.toString(), "x");
    }
    if (rest.contains("{") || rest.contains("}")) {
      throw new UsageException(
          "--name: expected fields out of " + EnumSet.allOf(Field.class) + ", received " + text);
    }
    NameTemplate template = new NameTemplate(text);
    if (!text.endsWith("." + Field.EXT) && template.format().isEmpty()) {
      throw new UsageException(
          "--name: expected a name that ends in ."
              + Field.EXT
              + " or a picture's ending, received "
              + text);
    }
    try {
      if (!staysBelow(Path.of(rest))) {
        throw new UsageException("--name: expected a path below OUT, received " + text);
      }
    } catch (InvalidPathException e) {
      throw new UsageException("--name: expected a path, received " + e.getReason());
    }
    return template;
  }

  /** The format that the text itself ends in, if it is one that is written. */
  Optional<PictureFormat> format() {
    return text.endsWith(Field.EXT.toString())
        ? Optional.empty()
        : PictureFormat.ofName(Path.of("x" + text.substring(Math.max(0, text.lastIndexOf('.')))))
            .filter(PictureFormat::isWritten);
  }

  /** Whether a field is in it. */
  boolean uses(Set<Field> fields) {
    return fields.stream().anyMatch(field -> text.contains(field.toString()));
  }

  /**
   * The name of an output. Separators within values become underscores.
   *
   * @throws UsageException if it would lie elsewhere than below a folder
   */
  Path expand(Values values) throws UsageException {
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
      throw new UsageException("--name: expected a path below OUT, received " + path);
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
