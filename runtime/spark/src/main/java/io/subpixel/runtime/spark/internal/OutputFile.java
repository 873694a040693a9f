package io.subpixel.runtime.spark.internal;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.jspecify.annotations.Nullable;

/**
 * A file that appears whole or not at all, whatever happens to the process. In stores whose files
 * appear when they are closed, it has its own name from the start; elsewhere it has a temporary one
 * until it is complete. For one thread. Whoever creates it closes it, which drops it unless it was
 * committed.
 */
public final class OutputFile extends OutputStream implements Closeable {
  private final FileSystem system;
  private final Path file;
  private final Path temporary;
  private final boolean appearsWhenClosed;
  private @Nullable FSDataOutputStream out;
  private long bytes;
  private boolean committed;

  /**
   * @param temporary a name in the same file system that nobody else uses
   */
  public OutputFile(FileSystem system, Path file, Path temporary) throws IOException {
    this.system = system;
    this.file = file;
    this.temporary = temporary;
    appearsWhenClosed = system.hasPathCapability(file, CommonPathCapabilities.ABORTABLE_STREAM);
  }

  /** Opens the file when the first byte is there: most pictures that fail do so before. */
  private FSDataOutputStream out() throws IOException {
    FSDataOutputStream opened = out;
    if (opened == null) {
      opened = system.create(appearsWhenClosed ? file : temporary, true);
      out = opened;
    }
    return opened;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] from, int at, int count) throws IOException {
    try {
      out().write(from, at, count);
    } catch (FSError e) {
      throw Store.failure(e);
    }
    bytes += count;
  }

  @Override
  public void flush() {
    // A store may start a request for each.
  }

  /** Returns how many bytes were written. */
  public long bytes() {
    return bytes;
  }

  /**
   * Makes the file appear. If another attempt at it has done so meanwhile, that one stays.
   *
   * @throws IOException if it can't
   */
  public void commit() throws IOException {
    try {
      out().close();
    } catch (FSError e) {
      throw Store.failure(e);
    }
    if (!appearsWhenClosed) {
      system.mkdirs(file.getParent());
      if (system instanceof RawLocalFileSystem local) {
        // Hadoop's own rename would copy where this fails.
        Files.move(
            local.pathToFile(temporary).toPath(),
            local.pathToFile(file).toPath(),
            StandardCopyOption.ATOMIC_MOVE);
      } else if (!system.rename(temporary, file)) {
        if (!system.exists(file)) {
          throw new IOException("a file that can't be renamed to it");
        }
        system.delete(temporary, false);
      }
    }
    committed = true;
  }

  @Override
  public void close() throws IOException {
    FSDataOutputStream opened = out;
    if (committed || opened == null) {
      return;
    }
    if (appearsWhenClosed) {
      opened.abort();
      opened.close();
      return;
    }
    try {
      opened.close();
    } catch (IOException | FSError e) {
      // It is dropped anyway; a full disk has been reported by the write.
    }
    system.delete(temporary, false);
  }
}
