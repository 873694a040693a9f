package io.subpixel.conformance.matrix.adapter;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Versions of libraries that don't tell theirs by a method. */
final class Versions {
  private Versions() {}

  /** As Maven wrote it into the library's jar. */
  static String ofArtifact(String groupId, String artifactId) {
    String file = "/META-INF/maven/" + groupId + "/" + artifactId + "/pom.properties";
    Properties properties = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream(file)) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version", "of unknown version");
  }
}
