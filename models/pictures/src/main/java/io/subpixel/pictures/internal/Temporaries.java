package io.subpixel.pictures.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.UnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Files and folders that shouldn't outlive their process. Their names identify the process, so the
 * next process that writes to the same folder deletes what a killed one left. Thread-safe.
 */
public final class Temporaries {
  private static final String PREFIX = "subpixel-";

  /** The name of an incomplete file, or of one in the system's temporary folder. */
  private static final Pattern NAME =
      Pattern.compile("(?:\\.|" + PREFIX + ")([0-9a-f-]{36})(?:\\.part)?(?:\\.\\w{1,10})?");

  /** Process numbers repeat in each container and on each machine, while files may be shared. */
  private static final int PLACE = place();

  /**
   * Tolerance for a clock that was set back, so that an owner never seems younger than its file.
   */
  private static final Duration CLOCK_ERROR = Duration.ofHours(1);

  private static final int MAX_SWEPT = 1024;

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Set<Path> SWEPT = ConcurrentHashMap.newKeySet();

  private Temporaries() {}

  /**
   * Creates an empty file in the system's temporary folder. The caller deletes it.
   *
   * @param ending with its dot, such as {@code .png}
   * @throws UnavailableException if the folder can't be written to
   */
  public static Path file(String ending) {
    return create(ending, Files::createFile);
  }

  /**
   * Creates an empty folder in the system's temporary folder. The caller deletes it.
   *
   * @throws UnavailableException as above
   */
  public static Path folder() {
    return create("", Files::createDirectory);
  }

  /**
   * Returns the system's temporary folder, after checking that it is writable.
   *
   * @throws UnavailableException if it isn't writable or doesn't exist
   */
  public static Path root() {
    Path root = Path.of(System.getProperty("java.io.tmpdir"));
    if (!Files.isDirectory(root)) {
      throw unavailable(root, Files.exists(root) ? "a file" : "no such folder", null);
    } else if (!Files.isWritable(root)) {
      throw unavailable(root, "no permission", null);
    }
    return root;
  }

  private interface Creation {
    Path create(Path path) throws IOException;
  }

  private static Path create(String ending, Creation creation) {
    Path root = root();
    sweep(root);
    try {
      return creation.create(root.resolve(PREFIX + name() + ending));
    } catch (IOException e) {
      throw unavailable(root, Reason.of(e), e);
    }
  }

  /** Explains a failure to write a temporary file in terms of the system's folder. */
  public static IOException explained(Path file, IOException failure) {
    return Reason.ofDisk(failure)
        .<IOException>map(
            received ->
                new InvalidInputException(
                    "temporary folder " + file.getParent(), "room on its disk", received, failure))
        .orElse(failure);
  }

  private static UnavailableException unavailable(
      Path root, String received, @Nullable IOException cause) {
    return new UnavailableException(
        "temporary folder "
            + root
            + ": expected one that may be written to, received "
            + received
            + " (-Djava.io.tmpdir names another)",
        cause);
  }

  /** Creates a name that identifies this process. */
  static UUID name() {
    long owner = ProcessHandle.current().pid() << 32 | (PLACE & 0xffffffffL);
    return new UUID(owner, RANDOM.nextLong());
  }

  /** Deletes what dead processes left in a folder. Looks at each folder only once. */
  static void sweep(Path folder) {
    if (SWEPT.size() >= MAX_SWEPT) {
      SWEPT.clear();
    }
    if (!SWEPT.add(folder.toAbsolutePath())) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, Temporaries::isLeft)) {
      for (Path file : files) {
        delete(file);
      }
    } catch (IOException | DirectoryIteratorException | UncheckedIOException e) {
      // What can't be deleted does no harm: it belongs to someone else, or is already gone.
      return;
    }
  }

  private static boolean isLeft(Path file) {
    Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
    if (!name.matches()) {
      return false;
    }
    try {
      long owner = UUID.fromString(name.group(1)).getMostSignificantBits();
      return (int) owner == PLACE && !isAlive(owner >>> 32, lastModified(file));
    } catch (IllegalArgumentException | IOException e) {
      return false;
    }
  }

  private static Instant lastModified(Path file) throws IOException {
    return Files.getLastModifiedTime(file).toInstant();
  }

  /** Returns whether a process is alive and existed when its file was written. */
  private static boolean isAlive(long process, Instant written) {
    return ProcessHandle.of(process)
        .filter(ProcessHandle::isAlive)
        .map(owner -> owner.info().startInstant())
        .filter(start -> start.isEmpty() || start.get().isBefore(written.plus(CLOCK_ERROR)))
        .isPresent();
  }

  /** Deletes a file, or a folder with its content. Doesn't follow links. */
  public static void delete(Path path) throws IOException {
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException failure)
              throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Identifies the machine or container, as several may share a folder. */
  private static int place() {
    CRC32 sum = new CRC32();
    for (String file : new String[] {"/etc/machine-id", "/proc/sys/kernel/hostname"}) {
      try {
        sum.update(Files.readAllBytes(Path.of(file)));
      } catch (IOException e) {
        sum.update(0);
      }
    }
    try {
      Path processes = Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
      sum.update(processes.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException | UnsupportedOperationException e) {
      // Windows machines have a name. Without one, nothing is deleted.
      String name = System.getenv("COMPUTERNAME");
      sum.update(
          (name == null ? UUID.randomUUID().toString() : name).getBytes(StandardCharsets.UTF_8));
    }
    return (int) sum.getValue();
  }
}
