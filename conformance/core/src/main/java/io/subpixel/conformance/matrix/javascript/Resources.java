package io.subpixel.conformance.matrix.javascript;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;

/** Files beside these classes. */
final class Resources {
  private Resources() {}

  static byte[] bytes(String name) throws IOException {
    try (InputStream in = requireNonNull(Resources.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    }
  }
}
