package io.subpixel.trainer.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.AtomicFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A run's folder for one training at a time. The operating system opens the lock when the process
 * ends, however it ends; the file stays, with the process's number in it.
 */
public final class RunLock implements Closeable {
  private static final String FILE_NAME = ".lock";

  /**
   * Of this process: a second channel on the file, once closed, would open the lock of the first.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private RunLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock; creates the folder.
   *
   * @throws InvalidInputException if another training has it, or the folder can't be written to
   */
  static RunLock take(Path folder) throws IOException {
    AtomicFile.create(folder.resolve(FILE_NAME)).close();
    Path file = folder.toRealPath().resolve(FILE_NAME);
    if (!HELD.add(file)) {
      throw taken(folder, "this process");
    }
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (isLocked(channel)) {
        channel
            .truncate(0)
            .write(ByteBuffer.wrap(processNumber().getBytes(StandardCharsets.UTF_8)));
        return new RunLock(file, channel);
      }
      channel.close();
      throw taken(folder, "process " + Files.readString(file).strip());
    } catch (IOException e) {
      HELD.remove(file);
      throw e;
    }
  }

  private static boolean isLocked(FileChannel channel) {
    try {
      // Behind the number, which others may read then on Windows too.
      return channel.tryLock(Long.MAX_VALUE - 1, 1, false) != null;
    } catch (IOException e) {
      // Some file systems of networks know no locks; there, a training goes unguarded.
      return true;
    }
  }

  private static String processNumber() {
    return ProcessHandle.current().pid() + "\n";
  }

  private static InvalidInputException taken(Path folder, String by) {
    return new InvalidInputException(
        folder.toString(), "a folder that no other training uses", "one in use by " + by);
  }

  /** Lets others in. */
  @Override
  public void close() throws IOException {
    channel.close();
    HELD.remove(file);
  }
}
