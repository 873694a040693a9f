package io.subpixel.models;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Files that are either whole or absent: written under another name in the same folder, then moved
 * into place.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** Writes the file at the path that it is given. */
  @FunctionalInterface
  public interface Writer {
    /** Writes {@code temporary}, which doesn't exist yet. */
    void write(Path temporary) throws IOException;
  }

  /**
   * Creates {@code target} or replaces it; its folders are created too. If the writer fails, {@code
   * target} stays as it was and nothing is left behind.
   *
   * @throws InvalidInputException if the folder can't be created or written to
   * @throws IOException what the writer throws
   */
  public static void write(Path target, Writer writer) throws IOException {
    Path absolute = target.toAbsolutePath();
    Path folder = absolute.getParent();
    if (folder == null || Files.isDirectory(absolute)) {
      throw new InvalidInputException(target.toString(), "a file to write", "a folder");
    }
    // The name keeps its ending: writers go by it.
    Path temporary =
        folder.resolve(
            "."
                + Long.toHexString(ProcessHandle.current().pid())
                + "."
                + Thread.currentThread().getId()
                + ".part."
                + absolute.getFileName());
    try {
      Files.createDirectories(folder);
      writer.write(temporary);
      Files.move(
          temporary, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AccessDeniedException e) {
      throw new InvalidInputException(
          target.toString(), "a folder that may be written to", "no permission", e);
    } catch (FileAlreadyExistsException e) {
      throw new InvalidInputException(
          target.toString(), "a folder to write to", "a file at " + e.getFile(), e);
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(
          target.toString(), "a folder that may be written to", "none", e);
    } catch (FileSystemException e) {
      String reason = e.getReason() == null ? "a failure of the file system" : e.getReason();
      throw new InvalidInputException(
          target.toString(), "a place that may be written to", reason, e);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
