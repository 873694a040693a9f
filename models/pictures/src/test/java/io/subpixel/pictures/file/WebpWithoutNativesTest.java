package io.subpixel.pictures.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.Drawings;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.internal.codec.DecodeErrors;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that can't load libwebp: WebP fails in one line, and nothing else does. */
@Timeout(60)
class WebpWithoutNativesTest {
  private static final String CLASS_PATH = System.getProperty("java.class.path");

  @TempDir private Path folder;

  @Test
  void anUnsupportedMachineIsReported() throws Exception {
    assertThat(run(CLASS_PATH, "-Dos.name=Linux", "-Dos.arch=abacus"))
        .isEqualTo(failed("whose natives can't be loaded on this machine (Linux abacus)"));
  }

  @Test
  void anUnwritableTemporaryFolderIsReported() throws Exception {
    Path missing = folder.resolve("missing");
    assertThat(run(CLASS_PATH, "-Dcom.luciad.imageio.webp.tmpdir=" + missing))
        .isEqualTo(failed("whose natives can't be unpacked into the folder " + missing));
  }

  @Test
  void aMissingBindingIsReported() throws Exception {
    String classPath =
        Arrays.stream(CLASS_PATH.split(File.pathSeparator))
            .filter(entry -> !entry.contains("webp-imageio"))
            .collect(Collectors.joining(File.pathSeparator));
    assertThat(run(classPath, "-Dany=thing")).isEqualTo(failed("which isn't on the class path"));
  }

  /** What a killed process would leave for ever is gone while it runs. */
  @Test
  void loadedNativesLeaveNoFile() throws Exception {
    assertThat(run(CLASS_PATH, "-Dany=thing"))
        .isEqualTo(List.of("9x7x4", "4x3x3", "written", "9x7x4", "left: 0"));
  }

  private static List<String> failed(String reason) {
    String line = "unavailable: WebP needs com.github.usefulness:webp-imageio, " + reason;
    return List.of(line, "4x3x3", line, line, "left: 0");
  }

  private List<String> run(String classPath, String... options) throws Exception {
    Path webp = Files.write(folder.resolve("a.webp"), Originals.webp(1));
    Path png = folder.resolve("b.png");
    PictureFiles.write(png, Drawings.smooth(4, 3, 3));
    Path temporary = Files.createDirectories(folder.resolve("temporary"));
    Path out = folder.resolve("out");
    List<String> command =
        Stream.of(
                Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()),
                Stream.of(options),
                Stream.of("-Djava.io.tmpdir=" + temporary, "-cp", classPath),
                Stream.of(WebpWithoutNativesTest.class.getName(), webp.toString(), png.toString()))
            .flatMap(part -> part)
            .toList();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    assertThat(process.waitFor()).isZero();
    return Files.readAllLines(out);
  }

  /** Reads a WebP, a PNG, writes a WebP, reads it again, and counts what is unpacked. */
  public static void main(String[] args) throws IOException {
    Path webp = Path.of(args[0]);
    Path png = Path.of(args[1]);
    tell(() -> PictureFiles.read(webp).toString());
    tell(() -> PictureFiles.read(png).toString());
    tell(
        () -> {
          PictureFiles.write(webp.resolveSibling("c.webp"), PictureFiles.read(png));
          return "written";
        });
    tell(() -> PictureFiles.read(webp).toString());
    try (Stream<Path> files = Files.walk(webp.resolveSibling("temporary"))) {
      System.out.println("left: " + files.filter(Files::isRegularFile).count());
    }
  }

  private static void tell(DecodeErrors.Step<String> step) throws IOException {
    try {
      System.out.println(step.run());
    } catch (UnavailableException e) {
      System.out.println("unavailable: " + e.getMessage());
    }
  }
}
