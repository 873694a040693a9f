package io.subpixel.runtime.server.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A folder whose files are named by identifiers: their path in it, percent-encoded. No identifier
 * leads out of it, neither by its dots nor by a link.
 */
final class IiifFolder {
  private final Path root;

  /**
   * @throws IOException if there is no such folder
   */
  IiifFolder(Path folder) throws IOException {
    root = folder.toRealPath();
  }

  /**
   * A file.
   *
   * @param path where it really is
   * @param version differs whenever the content may
   */
  record Item(Path path, String version) {}

  /**
   * Finds a file.
   *
   * @param identifier decoded
   * @throws Problem 404 if there is none
   */
  Item find(String identifier) throws Problem {
    try {
      Path inside = root.resolve(identifier).normalize();
      if (inside.startsWith(root) && !isHidden(root.relativize(inside))) {
        Path real = inside.toRealPath();
        BasicFileAttributes facts =
            Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (real.startsWith(root) && facts.isRegularFile()) {
          return new Item(
              real, real + "\n" + facts.size() + "\n" + facts.lastModifiedTime().toMillis());
        }
      }
    } catch (IOException | InvalidPathException e) {
      throw none();
    }
    throw none();
  }

  static Problem none() {
    return new Problem(404, "identifier", "that of an image", "another");
  }

  private static boolean isHidden(Path relative) {
    for (Path part : relative) {
      if (part.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  /**
   * Decodes a part of a URI, once.
   *
   * @throws Problem 400 if it isn't percent-encoded UTF-8
   */
  static String decoded(String part) throws Problem {
    byte[] bytes = new byte[part.length()];
    int count = 0;
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      int value = c;
      if (c == '%') {
        boolean isWhole = i + 2 < part.length();
        int high = isWhole ? Character.digit(part.charAt(i + 1), 16) : -1;
        int low = isWhole ? Character.digit(part.charAt(i + 2), 16) : -1;
        value = high < 0 || low < 0 ? -1 : high * 16 + low;
        i += 2;
      }
      if (value < 0 || value > 255 || (c != '%' && value > 126)) {
        throw malformed();
      }
      bytes[count++] = (byte) value;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, 0, count))
          .toString();
    } catch (CharacterCodingException e) {
      throw malformed();
    }
  }

  private static Problem malformed() {
    return Problem.parameter("URI", "percent-encoded UTF-8", "another");
  }
}
