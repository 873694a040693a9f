package io.subpixel.runtime.spark.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.codec.PictureSource;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** Files wherever Hadoop finds them: on disks, in HDFS, in object stores. */
public final class Store {
  /** Up to this size, a file is fetched by one request. */
  private static final int FETCHED_WHOLE = 8 << 20;

  private Store() {}

  /**
   * Returns the file system of a path. On local disks it is the one that writes no checksums beside
   * the files.
   *
   * @throws InvalidInputException if there is none of that scheme
   */
  public static FileSystem of(Path path, Configuration hadoop) throws IOException {
    try {
      FileSystem system = path.getFileSystem(hadoop);
      return system instanceof LocalFileSystem local ? local.getRawFileSystem() : system;
    } catch (UnsupportedFileSystemException e) {
      throw unknownSystem(path, e);
    } catch (RuntimeException e) {
      if (e.getCause() instanceof ClassNotFoundException) {
        throw unknownSystem(path, e);
      }
      throw new InvalidInputException(
          path.toString(), "a path in a file system", String.valueOf(e.getMessage()), e);
    }
  }

  private static InvalidInputException unknownSystem(Path path, Exception failure) {
    return new InvalidInputException(
        path.toString(),
        "a file system of the class path, such as s3a of hadoop-aws",
        "the scheme " + path.toUri().getScheme(),
        failure);
  }

  /**
   * Returns a path with its scheme and host, as all nodes understand it.
   *
   * @throws InvalidInputException if it isn't a path, or there is no file system for it
   */
  public static Path qualified(String text, Configuration hadoop) throws IOException {
    Path path;
    try {
      path = new Path(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(text, "a path", String.valueOf(e.getMessage()), e);
    }
    FileSystem system = of(path, hadoop);
    return system.makeQualified(path);
  }

  /** Returns the path by which a folder is known whatever links lead to it. */
  public static Path identity(Path path, Configuration hadoop) throws IOException {
    if (of(path, hadoop) instanceof RawLocalFileSystem local) {
      java.nio.file.Path file = local.pathToFile(path).toPath();
      java.nio.file.Path there = file;
      while (there != null && !Files.exists(there)) {
        there = there.getParent();
      }
      if (there != null) {
        return new Path(
            "file",
            null,
            there.toRealPath().resolve(there.relativize(file)).normalize().toString());
      }
    }
    return path;
  }

  /** Returns whether a path is another, or below it. */
  public static boolean isWithin(Path path, Path folder) {
    for (Path at = path; at != null; at = at.getParent()) {
      if (at.equals(folder)) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether a folder on a local disk is a link to one that it lies in. */
  static boolean leadsBack(FileSystem system, Path folder) throws IOException {
    if (!(system instanceof RawLocalFileSystem local)) {
      return false;
    }
    java.nio.file.Path link = local.pathToFile(folder).toPath();
    if (!Files.isSymbolicLink(link)) {
      return false;
    }
    java.nio.file.Path target = link.toRealPath();
    for (java.nio.file.Path at = link.getParent(); at != null; at = at.getParent()) {
      if (at.toRealPath().equals(target)) {
        return true;
      }
    }
    return false;
  }

  /** A file, of which only what is asked for is fetched. */
  static PictureSource parts(FileSystem system, Path file, long bytes) {
    return PictureSource.of(
        new PictureSource.Content() {
          @Override
          public SeekableByteChannel open() throws IOException {
            return new StoreChannel(system.open(file, StoreChannel.BUFFER), bytes);
          }

          @Override
          public long size() {
            return bytes;
          }
        },
        name(file));
  }

  /** A file that is going to be read from its first byte to its last. */
  static PictureSource whole(FileSystem system, Path file, long bytes) throws IOException {
    if (system instanceof RawLocalFileSystem local) {
      return PictureSource.of(local.pathToFile(file).toPath(), name(file));
    } else if (bytes > FETCHED_WHOLE) {
      return parts(system, file, bytes);
    }
    try (FSDataInputStream in = system.open(file)) {
      return PictureSource.of(in.readNBytes(FETCHED_WHOLE), name(file));
    }
  }

  /** Returns what Hadoop throws as an error where a local disk fails, such as a full one. */
  static IOException failure(FSError error) {
    return error.getCause() instanceof IOException cause ? cause : new IOException(error);
  }

  /** Returns a path as people write it: without the scheme where it is local. */
  public static String name(Path file) {
    return "file".equals(file.toUri().getScheme()) ? file.toUri().getPath() : file.toString();
  }
}
