package io.subpixel.pictures.internal;

import io.subpixel.pictures.InvalidInputException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * A file that is either whole or absent: written under another name in the same folder, then moved
 * into place.
 */
public final class AtomicFile implements Closeable {
  private final Path target;
  private final Path folder;
  private final Path temporary;
  private boolean committed;

  private AtomicFile(Path target, Path folder, Path temporary) {
    this.target = target;
    this.folder = folder;
    this.temporary = temporary;
  }

  /** Writes a file. */
  @FunctionalInterface
  public interface Writer {
    /** Writes {@code temporary}, which doesn't exist yet. */
    void write(Path temporary) throws IOException;
  }

  /**
   * Creates {@code target} or replaces it; its folders are created too. If the writer fails, {@code
   * target} stays unchanged and only new folders remain.
   *
   * @throws InvalidInputException if the folder can't be created or written to, or the target isn't
   *     a file
   * @throws IOException what the writer throws
   */
  public static void write(Path target, Writer writer) throws IOException {
    try (AtomicFile file = create(target)) {
      try {
        writer.write(file.temporary);
      } catch (IOException e) {
        throw file.explained(e);
      }
      file.commit();
    }
  }

  /**
   * Starts to create or replace {@code target}: creates its folders, and deletes what killed
   * processes left in them. The caller writes {@link #temporary} and calls {@link #commit} and
   * {@link #close}.
   *
   * @throws InvalidInputException if the folder can't be created, or the target isn't a file
   */
  public static AtomicFile create(Path target) throws IOException {
    Path absolute = target.toAbsolutePath();
    Path folder = absolute.getParent();
    if (folder == null || Files.isDirectory(absolute)) {
      throw new InvalidInputException(target.toString(), "a file to write", "a folder");
    }
    if (Files.exists(absolute) && !Files.isRegularFile(absolute)) {
      // Moving a file there would replace the device or pipe itself.
      throw new InvalidInputException(target.toString(), "a file to write", "a device or pipe");
    }
    // The name keeps its ending, which decides the format.
    String name = String.valueOf(absolute.getFileName());
    String ending = name.substring(Math.max(0, name.lastIndexOf('.')));
    Path temporary = folder.resolve("." + Temporaries.name() + ".part" + ending);
    AtomicFile file = new AtomicFile(target, folder, temporary);
    try {
      Files.createDirectories(folder);
      Temporaries.sweep(folder);
    } catch (FileSystemException e) {
      throw file.explained(e);
    }
    return file;
  }

  /** Returns the path to write to. No file exists there yet. */
  public Path temporary() {
    return temporary;
  }

  /** Renames {@link #temporary} to the target. */
  public void commit() throws IOException {
    try {
      Files.move(
          temporary,
          target.toAbsolutePath(),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      committed = true;
    } catch (FileSystemException e) {
      throw explained(e);
    }
  }

  /** Deletes the temporary file, unless it was committed. */
  @Override
  public void close() throws IOException {
    // Nothing was written to a folder without permission.
    if (!committed && Files.exists(temporary)) {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Explains a failure to write the temporary file in terms of the target, such as a full disk.
   * Returns other failures unchanged.
   */
  public IOException explained(IOException failure) {
    Optional<String> ofDisk = Reason.ofDisk(failure);
    if (ofDisk.isPresent()) {
      return new InvalidInputException(
          target.toString(), "room for it on the disk", ofDisk.get(), failure);
    } else if (failure instanceof FileSystemException e && isAbout(e, temporary, folder)) {
      return refusal(target, e);
    }
    return failure;
  }

  /**
   * Returns whether the failure is about the target's location, not about a file that the writer
   * reads.
   */
  private static boolean isAbout(FileSystemException failure, Path temporary, Path folder) {
    if (failure.getFile() == null) {
      return true;
    }
    Path failed = Path.of(failure.getFile());
    return failed.equals(temporary) || folder.startsWith(failed);
  }

  private static InvalidInputException refusal(Path target, FileSystemException failure) {
    String expected = "a folder that may be written to";
    String received = Reason.of(failure);
    if (failure instanceof FileAlreadyExistsException) {
      received = "a file at " + failure.getFile();
    } else if (failure instanceof NoSuchFileException) {
      received = "none";
    }
    return new InvalidInputException(target.toString(), expected, received, failure);
  }
}
