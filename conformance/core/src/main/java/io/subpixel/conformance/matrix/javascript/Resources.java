package io.subpixel.conformance.matrix.javascript;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;

/** Files beside these classes, or others. */
final class Resources {
  private Resources() {}

  static byte[] bytes(String name) throws IOException {
    return bytes(Resources.class, name);
  }

  static byte[] bytes(Class<?> beside, String name) throws IOException {
    try (InputStream in = requireNonNull(beside.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    }
  }
}
