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

  /** Writes the file at the path that it is given. */
  @FunctionalInterface
  public interface Writer {
    /** Writes {@code temporary}, which doesn't exist yet. */
    void write(Path temporary) throws IOException;
  }

  /**
   * Creates {@code target} or replaces it; its folders are created too. If the writer fails, {@code
   * target} stays as it was and nothing but new folders is left behind.
   *
   * @throws InvalidInputException if the folder can't be created or written to, or the target is no
   *     file
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
   * Begins to create or replace {@code target}: creates its folders. Whoever calls this writes
   * {@link #temporary} and calls {@link #commit} and {@link #close}. What processes left there that
   * were killed is deleted.
   *
   * @throws InvalidInputException if the folder can't be created, or the target is no file
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
    // The name keeps its ending: writers go by it.
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

  /** Where to write. Nothing is there before. */
  public Path temporary() {
    return temporary;
  }

  /** Gives what lies at {@link #temporary} the name of the target. */
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

  /** Removes what was written, unless it was committed. */
  @Override
  public void close() throws IOException {
    // In a folder that may not be looked into, nothing was written.
    if (!committed && Files.exists(temporary)) {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * What a failure to write the temporary file says of the target, such as that the disk is full;
   * others stay as they are.
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

  /** Whether it is the target's place that failed, not a file that the writer reads. */
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
