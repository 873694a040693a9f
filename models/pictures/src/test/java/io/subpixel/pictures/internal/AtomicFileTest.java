package io.subpixel.pictures.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AtomicFileTest {
  @TempDir private Path folder;

  @Test
  void createsTheFileAndItsFolders() throws IOException {
    Path target = folder.resolve("a/b/c.txt");
    AtomicFile.write(target, temporary -> Files.writeString(temporary, "new"));
    assertThat(target).hasContent("new");
    assertOnly(folder.resolve("a/b"), target);
  }

  @Test
  void replacesAFile() throws IOException {
    Path target = Files.writeString(folder.resolve("a.txt"), "old");
    AtomicFile.write(
        target,
        temporary -> {
          assertThat(temporary).doesNotExist();
          assertThat(temporary.getParent()).isEqualTo(folder);
          assertThat(temporary.toString()).endsWith(".txt");
          Files.writeString(temporary, "new");
          assertThat(target).hasContent("old");
        });
    assertThat(target).hasContent("new");
    assertOnly(folder, target);
  }

  @Test
  void takesNamesWithoutEndingAndLongOnes() throws IOException {
    for (String name : new String[] {"name", ".hidden", "x".repeat(240) + ".png"}) {
      Path target = folder.resolve(name);
      AtomicFile.write(target, temporary -> Files.writeString(temporary, name));
      assertThat(target).hasContent(name);
    }
  }

  @Test
  void aFailingWriterLeavesEverythingAsItWas() throws IOException {
    Path target = Files.writeString(folder.resolve("a.txt"), "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    target,
                    temporary -> {
                      Files.writeString(temporary, "half");
                      throw new IOException("stop");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("stop");
    assertThat(target).hasContent("old");
    assertOnly(folder, target);
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    target,
                    temporary -> {
                      Files.writeString(temporary, "half");
                      throw new IllegalStateException("stop");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(target).hasContent("old");
    assertOnly(folder, target);
  }

  @Test
  void whatTheWriterMissesElsewhereIsNotBlamedOnTheTarget() {
    Path input = folder.resolve("input.txt");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    folder.resolve("a.txt"), temporary -> Files.copy(input, temporary)))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(input.toString());
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFullDiskIsReportedForTheTarget() {
    Path target = folder.resolve("a.txt");
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "only Linux has a disk that is always full");
    assertThatThrownBy(() -> AtomicFile.write(target, temporary -> Files.write(full, new byte[1])))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(target + ": expected room for it on the disk, received a full disk");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void onlyFilesOfKilledProcessesAreDeleted() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/ns/pid")), "only Linux tells whose a file is");
    Process killed = new ProcessBuilder("sleep", "60").start();
    killed.destroyForcibly().waitFor();
    UUID own = Temporaries.name();
    UUID left = ofProcess(killed.pid(), own);
    UUID elsewhere = new UUID(left.getMostSignificantBits() ^ 1, left.getLeastSignificantBits());
    Files.createFile(folder.resolve("." + left + ".part.png"));
    Path leftFolder = Files.createDirectory(folder.resolve("subpixel-" + left));
    Files.createFile(leftFolder.resolve("inner"));
    // A number that another process has got since.
    Path before = Files.createFile(folder.resolve("." + ofProcess(1, own) + ".part"));
    Files.setLastModifiedTime(before, FileTime.from(Instant.EPOCH));
    List<Path> others = new ArrayList<>();
    for (String name :
        List.of(
            "." + own + ".part.png",
            "." + ofProcess(1, own) + ".part.png",
            "." + elsewhere + ".part.png",
            "." + UUID.randomUUID() + ".part.png",
            left + ".part.png",
            "." + left + ".part.png~",
            ".a.part.png")) {
      others.add(Files.createFile(folder.resolve(name)));
    }
    Path target = folder.resolve("a.txt");
    AtomicFile.write(target, temporary -> Files.writeString(temporary, "new"));
    others.add(target);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrderElementsOf(others);
    }
  }

  private static UUID ofProcess(long process, UUID own) {
    long place = own.getMostSignificantBits() & 0xffffffffL;
    return new UUID(process << 32 | place, own.getLeastSignificantBits() + process);
  }

  @Test
  void aWriterThatWritesNothingIsRefused() {
    Path target = folder.resolve("a.txt");
    assertThatThrownBy(() -> AtomicFile.write(target, temporary -> {}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(target + ": expected ");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFolderIsNoTarget() throws IOException {
    Path target = Files.createDirectory(folder.resolve("a"));
    assertThatThrownBy(() -> AtomicFile.write(target, temporary -> Files.createFile(temporary)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(target + ": expected a file to write, received a folder");
    assertThatThrownBy(
            () -> AtomicFile.write(folder.getRoot(), temporary -> Files.createFile(temporary)))
        .isInstanceOf(InvalidInputException.class);
    assertThat(target).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"file/a.txt", "file/b/a.txt"})
  void aFileIsNoFolder(String name) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old");
    Path target = folder.resolve(name);
    assertThatThrownBy(() -> AtomicFile.write(target, temporary -> Files.createFile(temporary)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(target + ": expected a folder that may be written to, received ")
        .message()
        .hasLineCount(1);
    assertThat(file).hasContent("old");
    assertOnly(folder, file);
  }

  /** A link stands in for a device, so that a failure harms none. */
  @Test
  void aDeviceIsNotReplaced() throws IOException {
    Path device = Path.of("/dev/null");
    assumeFalse(Files.notExists(device), "no " + device);
    Path target = Files.createSymbolicLink(folder.resolve("null"), device);
    assertThatThrownBy(() -> AtomicFile.write(target, temporary -> Files.createFile(temporary)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(target + ": expected a file to write, received a device or pipe");
    assertThat(target).isSymbolicLink();
    Files.delete(target);
  }

  @Test
  void aFolderWithoutPermissionIsRefused() throws IOException {
    assumeFalse("root".equals(System.getProperty("user.name")), "root may write anywhere");
    Path closed = Files.createDirectory(folder.resolve("closed"));
    Files.setPosixFilePermissions(closed, Set.of());
    Path target = closed.resolve("a.txt");
    assertThatThrownBy(() -> AtomicFile.write(target, temporary -> Files.createFile(temporary)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(target + ": expected a folder that may be written to, received no permission");
  }

  private static void assertOnly(Path folder, Path file) {
    assertThat(folder.toFile().list()).containsExactly(file.toFile().getName());
  }
}
