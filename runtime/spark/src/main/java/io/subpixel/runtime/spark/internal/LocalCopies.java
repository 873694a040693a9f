package io.subpixel.runtime.spark.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.internal.Temporaries;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.jspecify.annotations.Nullable;

/**
 * Files of stores on this machine's disk, for code that needs paths. A file that many tasks of a
 * process read is copied once and deleted when the process ends; what a killed process left, the
 * next one on the machine deletes. Thread-safe.
 */
final class LocalCopies {
  /** What stays free beside a copy. */
  private static final long RESERVE = 64L << 20;

  private static final Map<Key, java.nio.file.Path> KEPT = new HashMap<>();
  private static java.nio.file.@Nullable Path folder;

  private LocalCopies() {}

  private record Key(String path, long bytes, long modified) {}

  /**
   * Returns the file itself where it lies on a disk, and otherwise a copy of the same name, which
   * stays.
   *
   * @throws InvalidInputException if there is no such file
   * @throws UnavailableException if the disk has no room for it
   */
  static synchronized java.nio.file.Path kept(Path file, Configuration hadoop) throws IOException {
    FileSystem system = Store.of(file, hadoop);
    FileStatus status = status(system, file);
    if (system instanceof RawLocalFileSystem local) {
      return local.pathToFile(file).toPath();
    }
    Key key = new Key(file.toString(), status.getLen(), status.getModificationTime());
    java.nio.file.Path known = KEPT.get(key);
    if (known == null) {
      known = copy(file, hadoop, folder().resolve(String.valueOf(KEPT.size())));
      KEPT.put(key, known);
    }
    return known;
  }

  /**
   * Returns the file itself where it lies on a disk, and otherwise a copy in a folder, which the
   * caller deletes.
   *
   * @param into created where it doesn't exist
   */
  static java.nio.file.Path copy(Path file, Configuration hadoop, java.nio.file.Path into)
      throws IOException {
    FileSystem system = Store.of(file, hadoop);
    FileStatus status = status(system, file);
    if (system instanceof RawLocalFileSystem local) {
      return local.pathToFile(file).toPath();
    }
    Files.createDirectories(into);
    requireRoom(into, status.getLen(), Store.name(file));
    java.nio.file.Path copy = into.resolve(file.getName());
    try (FSDataInputStream in = system.open(file)) {
      Files.copy(in, copy);
    } catch (IOException e) {
      Files.deleteIfExists(copy);
      throw Temporaries.explained(copy, e);
    }
    return copy;
  }

  /**
   * Checks that a disk has room.
   *
   * @param what it is for
   * @throws UnavailableException if it hasn't
   */
  static void requireRoom(java.nio.file.Path folder, long bytes, String what) throws IOException {
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free - RESERVE < bytes) {
      throw new UnavailableException(
          "temporary folder %s: expected %d MB for %s, received %d MB (-Djava.io.tmpdir names another)"
              .formatted(Temporaries.root(), ((bytes + RESERVE) >> 20) + 1, what, free >> 20));
    }
  }

  /** Returns the size and time of a file. */
  static FileStatus status(FileSystem system, Path file) throws IOException {
    FileStatus status;
    try {
      status = system.getFileStatus(file);
    } catch (FileNotFoundException e) {
      throw new InvalidInputException(Store.name(file), "a file", "no such file", e);
    }
    if (status.isDirectory()) {
      throw new InvalidInputException(Store.name(file), "a file", "a folder");
    }
    return status;
  }

  private static java.nio.file.Path folder() {
    java.nio.file.Path known = folder;
    if (known == null) {
      java.nio.file.Path created = Temporaries.folder();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(created), "local-copies"));
      folder = created;
      known = created;
    }
    return known;
  }

  private static void delete(java.nio.file.Path folder) {
    try {
      Temporaries.delete(folder);
    } catch (IOException e) {
      // The next process on this machine tries again.
      return;
    }
  }
}
