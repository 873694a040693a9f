package io.subpixel.converter.deeplearning4j;

import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Classes of the user's that a network may name beside Deeplearning4j's. */
final class OwnClasses {
  /** Null without a class path. Open as long as the network is, which loads classes late. */
  private final @Nullable URLClassLoader loader;

  private OwnClasses(@Nullable URLClassLoader loader) {
    this.loader = loader;
  }

  /**
   * Those of jars and folders.
   *
   * @throws InvalidInputException if one isn't there
   */
  static OwnClasses of(List<Path> classPath) throws IOException {
    if (classPath.isEmpty()) {
      return new OwnClasses(null);
    }
    URL[] urls = new URL[classPath.size()];
    for (int i = 0; i < urls.length; i++) {
      Path path = classPath.get(i);
      if (!Files.exists(path)) {
        throw new InvalidInputException(path.toString(), "a jar or a folder of classes", "nothing");
      }
      urls[i] = path.toUri().toURL();
    }
    return new OwnClasses(new URLClassLoader(urls, OwnClasses.class.getClassLoader()));
  }

  /** Whether a class is among them. */
  boolean has(String name) {
    return loader != null && loader.findResource(name.replace('.', '/') + ".class") != null;
  }

  /** What reads a network. */
  interface Reading {
    Deeplearning4jNetwork read() throws IOException;
  }

  /** Reads while Deeplearning4j finds these classes. */
  Deeplearning4jNetwork during(Reading reading) throws IOException {
    if (loader == null) {
      return reading.read();
    }
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return reading.read();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /**
   * The definitions among them.
   *
   * @throws InvalidInputException if one can't be made
   */
  List<Definition> definitions() throws InvalidInputException {
    if (loader == null) {
      return List.of();
    }
    try {
      return ServiceLoader.load(Definition.class, loader).stream()
          .map(ServiceLoader.Provider::get)
          .toList();
    } catch (ServiceConfigurationError e) {
      throw new InvalidInputException(
          "META-INF/services/" + Definition.class.getName(),
          "names of classes that can be made",
          String.valueOf(e.getMessage()),
          e);
    }
  }
}
