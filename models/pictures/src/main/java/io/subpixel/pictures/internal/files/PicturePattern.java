package io.subpixel.pictures.internal.files;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.codec.PictureFormat;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A shell pattern of picture files, such as {@code photos/**}{@code /*.png}. {@code **}{@code /}
 * also matches no folder. Neither the case of the ending nor the encoding of accents matters.
 * Immutable.
 */
public final class PicturePattern {
  private static final Pattern WILD = Pattern.compile("[*?\\[{]");

  private final Path pattern;
  private final Path base;

  /** Creates a pattern from a path with wildcards. */
  public PicturePattern(Path pattern) {
    this.pattern = pattern;
    base = baseOf(pattern);
  }

  /** Returns whether a path is meant as a pattern: it has wildcards, and no file has that name. */
  public static boolean isPattern(Path path) {
    return WILD.matcher(path.toString()).find() && !Files.exists(path);
  }

  /** The folder above the first wildcard; empty for the current one. */
  public Path base() {
    return base;
  }

  /**
   * Returns the matching picture files by path, in the order of their names.
   *
   * @throws InvalidInputException if there are none, {@link #base} isn't a folder or can't be read,
   *     or this isn't a pattern
   */
  public List<Path> files() throws IOException {
    return files(file -> false);
  }

  /** Returns picture files and files of another kind, like {@code PictureFiles.list}. */
  public List<Path> files(Predicate<Path> also) throws IOException {
    return listing(also).filesOrFailure();
  }

  /** Returns them together with all other matches, broken links and unreadable folders. */
  public Listing listing(Predicate<Path> also) throws IOException {
    Path rest = base.toString().isEmpty() ? pattern : base.relativize(pattern);
    String glob = rest.toString().replace('\\', '/').replace("**/", "{,**/}");
    boolean deep = rest.toString().contains("**");
    PathMatcher exact = matcher(glob);
    PathMatcher folded = matcher(fold(glob));
    Predicate<Path> matching =
        file -> {
          Path relative = base.toString().isEmpty() ? file : base.relativize(file);
          return exact.matches(relative) || folded.matches(Path.of(fold(relative.toString())));
        };
    int depth = deep ? Integer.MAX_VALUE : rest.getNameCount();
    Listing listing =
        Listing.of(
            base,
            depth,
            matching.and(also.or(file -> PictureFormat.ofName(file).isPresent())),
            matching);
    if (listing.files().isEmpty()) {
      String others = listing.othersInWords();
      throw new InvalidInputException(
          pattern.toString(),
          "a pattern that images match",
          others.isEmpty() ? "none that do" : "none that do, but " + others);
    }
    return listing;
  }

  private PathMatcher matcher(String glob) throws InvalidInputException {
    FileSystem system = pattern.getFileSystem();
    try {
      return system.getPathMatcher("glob:" + glob);
    } catch (PatternSyntaxException e) {
      throw new InvalidInputException(
          pattern.toString(), "a pattern such as dir/**/*.png", e.getDescription(), e);
    }
  }

  /** Composes accents, which macOS decomposes, and lower-cases the ending. */
  private static String fold(String path) {
    String composed = Normalizer.normalize(path, Normalizer.Form.NFC);
    int dot = composed.lastIndexOf('.');
    boolean ending = dot >= 0 && composed.indexOf('/', dot) < 0;
    return ending
        ? composed.substring(0, dot) + composed.substring(dot).toLowerCase(Locale.ROOT)
        : composed;
  }

  private static Path baseOf(Path pattern) {
    Path base = pattern.isAbsolute() ? pattern.getRoot() : Path.of("");
    for (Path part : pattern) {
      if (WILD.matcher(part.toString()).find()) {
        break;
      }
      base = base.resolve(part);
    }
    return base;
  }
}
