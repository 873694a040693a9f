package io.subpixel.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.models.picture.TestCard;
import io.subpixel.models.picture.file.PictureFiles;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command, on a copy of the sources where nothing has been built. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "bin/* are scripts for a POSIX shell")
class LauncherTest {
  private static final Set<String> NOT_SOURCES = Set.of("target", ".git", "runs");

  @TempDir Path temporary;

  @Test
  void buildsOnceAndStartsFromAnyFolderThroughALink() throws Exception {
    Path copy = temporary.resolve("a copy");
    copySources(Path.of(System.getProperty("basedir", "."), "..").toRealPath(), copy);
    Path elsewhere = Files.createDirectories(temporary.resolve("else where"));
    Path link = Files.createSymbolicLink(elsewhere.resolve("link"), copy.resolve("bin/runtime"));
    PictureFiles.write(elsewhere.resolve("in.png"), TestCard.draw(20, 10, 1));

    Finished first = run(elsewhere, link, "upscale", "in.png", "-o", "out 1.png");
    assertThat(first.status).as(first.err).isZero();
    assertThat(first.err.strip()).startsWith("runtime: building").hasLineCount(1);
    assertThat(first.out.strip()).contains("20x10 to 40x20").hasLineCount(1);

    Finished second = run(elsewhere, link, "upscale", "in.png", "-o", "out 2.png");
    assertThat(second.status).as(second.err).isZero();
    assertThat(second.err).isEmpty();
    assertThat(elsewhere.resolve("out 2.png"))
        .hasSameBinaryContentAs(elsewhere.resolve("out 1.png"));

    Path loaded = temporary.resolve("loaded");
    Finished third =
        run(
            elsewhere,
            Map.of("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + loaded),
            link,
            "upscale",
            "in.png",
            "-o",
            "out 3.png");
    assertThat(third.status).as(third.err).isZero();
    // Of jars with a space in their path, such as the copy's own, JDK 17 shares nothing.
    assertThat(Files.readAllLines(loaded))
        .filteredOn(line -> line.contains(" picocli.CommandLine "))
        .singleElement()
        .asString()
        .endsWith("shared objects file");

    Path natives = copy.resolve("runtime/cli/target/launcher.natives");
    Path library = natives.resolve(System.mapLibraryName("onnxruntime"));
    Files.writeString(library, "no library");
    Finished spoilt = run(elsewhere, link, "upscale", "in.png", "-o", "out 4.png");
    assertThat(spoilt.status).as("the natives are those unpacked by the build").isEqualTo(3);
    deleteWithContents(natives);
    Finished again = run(elsewhere, link, "upscale", "in.png", "-o", "out 4.png");
    assertThat(again.status).as(again.err).isZero();

    Finished wrong = run(elsewhere, link, "upscale", "nothing.png", "-o", "out 5.png");
    assertThat(wrong.status).isEqualTo(1);
    assertThat(wrong.err.strip()).contains("nothing.png").hasLineCount(1);
  }

  private static void deleteWithContents(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private record Finished(int status, String out, String err) {}

  private Finished run(Path folder, Path program, String... args) throws Exception {
    return run(folder, Map.of(), program, args);
  }

  private Finished run(Path folder, Map<String, String> environment, Path program, String... args)
      throws Exception {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(args));
    Path out = temporary.resolve("stdout");
    Path err = temporary.resolve("stderr");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(15, TimeUnit.MINUTES)).isTrue();
    return new Finished(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private static void copySources(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            if (NOT_SOURCES.contains(String.valueOf(folder.getFileName()))) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to.resolve(from.relativize(folder).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(file, to.resolve(from.relativize(file).toString()));
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
