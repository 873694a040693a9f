package io.subpixel.converter;

import io.subpixel.converter.internal.graph.OnnxGraph;
import io.subpixel.pictures.internal.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A folder beside a model where it is written and looked at under its own name, which its weights'
 * file has to be named after. Closing it deletes what is left.
 */
final class Staging implements AutoCloseable {
  private final Path folder;
  private final Path model;
  private final Path target;

  /**
   * Creates the folder.
   *
   * @param temporary a name that nothing else has, in the folder of {@code target}
   */
  Staging(Path temporary, Path target) throws IOException {
    this.target = target.toAbsolutePath();
    this.folder = Files.createDirectory(temporary.resolveSibling(temporary.getFileName() + ".d"));
    this.model = Files.createDirectory(folder.resolve("model")).resolve(target.getFileName());
  }

  /** Where to write the model. */
  Path model() {
    return model;
  }

  /** Where to write something else. */
  Path file(String name) {
    return folder.resolve(name);
  }

  /** Hands over the model, after the file of its weights got its place: both or neither. */
  void deliver(AtomicFile file) throws IOException {
    Path data = OnnxGraph.dataOf(model);
    Path place = OnnxGraph.dataOf(target);
    boolean isDataMoved = false;
    boolean isDelivered = false;
    try {
      if (Files.exists(data)) {
        move(data, place);
        isDataMoved = true;
      }
      move(model, file.temporary());
      file.commit();
      isDelivered = true;
    } finally {
      if (isDataMoved && !isDelivered) {
        Files.deleteIfExists(place);
      }
    }
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> left = Files.walk(folder)) {
      for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
