package io.subpixel.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaleNativesTest {
  @TempDir private Path folder;

  private Path natives(String name, Duration age) throws IOException {
    Path natives = Files.createDirectory(folder.resolve(name));
    Files.write(natives.resolve("libonnxruntime.so"), new byte[9]);
    Files.setLastModifiedTime(natives, FileTime.from(Instant.now().minus(age)));
    return natives;
  }

  @Test
  void onlyFoldersOfKilledProcessesAreDeleted() throws IOException {
    assumeTrue(Files.isReadable(Path.of("/proc/self/maps")), "only Linux tells who uses a file");
    natives("onnxruntime-java123", Duration.ofHours(1));
    Path young = natives("onnxruntime-java124", Duration.ofMinutes(1));
    Path other = natives("onnxruntime-jar", Duration.ofHours(1));
    StaleNatives.sweep(folder);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactlyInAnyOrder(young, other);
    }
  }

  @Test
  void foldersInUseAreKept() throws Exception {
    assumeTrue(Files.isReadable(Path.of("/proc/self/maps")), "only Linux tells who uses a file");
    ProcessBuilder command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.io.tmpdir=" + folder,
            "-cp",
            System.getProperty("java.class.path"),
            Waiting.class.getName());
    Process waiting = command.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    assertThat(waiting.getInputStream().read()).isEqualTo('.');
    Path used = onlyFolder();
    Files.setLastModifiedTime(used, FileTime.from(Instant.EPOCH));
    StaleNatives.sweep(folder);
    assertThat(used).isNotEmptyDirectory();
    waiting.destroyForcibly().waitFor();
    assertThat(used).isNotEmptyDirectory();
    StaleNatives.sweep(folder);
    assertThat(used).doesNotExist();
  }

  private Path onlyFolder() throws IOException {
    try (Stream<Path> folders = Files.list(folder)) {
      return folders.filter(each -> each.toString().contains("onnxruntime-java")).findAny().get();
    }
  }

  /** Has the library loaded, and waits to be killed. */
  static final class Waiting {
    private Waiting() {}

    public static void main(String[] args) throws InterruptedException {
      assertThat(OnnxRuntime.environment()).isNotNull();
      System.out.print('.');
      System.out.flush();
      Thread.sleep(60_000);
    }
  }
}
