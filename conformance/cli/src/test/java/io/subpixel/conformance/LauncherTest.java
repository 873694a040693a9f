package io.subpixel.conformance;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import java.io.IOException;
import java.net.URI;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command, on a copy of the sources where nothing has been built. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "bin/* are scripts for a POSIX shell")
class LauncherTest {
  private static final Set<String> NOT_SOURCES = Set.of("target", ".git", "runs");
  private static final String NOBODY = "65534";

  @TempDir static Path temporary;
  private static Path built;
  private static Path elsewhere;
  private static Finished first;

  @BeforeAll
  static void buildByTheFirstStart() throws Exception {
    built = temporary.resolve("built");
    copySources(Path.of(System.getProperty("basedir", "."), "../..").toRealPath(), built);
    elsewhere = Files.createDirectories(temporary.resolve("else where"));
    PictureFiles.write(elsewhere.resolve("in.png"), TestCard.draw(20, 10, 1));
    Path link = Files.createSymbolicLink(elsewhere.resolve("link"), built.resolve("bin/runtime"));
    first = run(elsewhere, link, "upscale", "in.png", "-o", "out 1.png");
  }

  @Test
  void buildsOnceAndStartsFromAnyFolderThroughALink() throws Exception {
    assertThat(first.status).as(first.err).isZero();
    assertThat(first.err.strip()).startsWith("runtime: building").hasLineCount(1);
    assertThat(first.out.strip()).contains("20x10 to 40x20").hasLineCount(1);

    Path link = elsewhere.resolve("link");
    Finished second = run(elsewhere, link, "upscale", "in.png", "-o", "out 2.png");
    assertThat(second.status).as(second.err).isZero();
    assertThat(second.err).isEmpty();
    assertThat(elsewhere.resolve("out 2.png"))
        .hasSameBinaryContentAs(elsewhere.resolve("out 1.png"));

    assertThat(classesOf(built)).contains("shared objects file");

    Finished wrong = run(elsewhere, link, "upscale", "nothing.png", "-o", "out 5.png");
    assertThat(wrong.status).isEqualTo(1);
    assertThat(wrong.err.strip()).contains("nothing.png").hasLineCount(1);
  }

  @Test
  void usesTheNativesThatTheBuildUnpacked() throws Exception {
    Path copy = copy("natives");
    Path natives = copy.resolve("runtime/cli/target/launcher.natives");
    Path library = natives.resolve(System.mapLibraryName("onnxruntime"));
    Files.writeString(library, "no library");
    assertThat(upscale(copy).status).isEqualTo(3);
    deleteWithContents(natives);
    Finished again = upscale(copy);
    assertThat(again.status).as(again.err).isZero();
  }

  @Test
  void aMovedCheckoutIsPreparedAnewAndRunsItsOwnClasses() throws Exception {
    Path moved = temporary.resolve("moved");
    Files.move(copy("to move"), moved);
    Finished prepared = upscale(moved);
    assertThat(prepared.status).as(prepared.err).isZero();
    assertThat(prepared.err.strip()).contains("once").hasLineCount(1);
    Finished again = upscale(moved);
    assertThat(again.err).isEmpty();
    assertThat(classesOf(moved)).contains("shared objects file");
  }

  @Test
  void aCopyInAPathWithSpacesRunsItsOwnClasses() throws Exception {
    Path copy = copy("a copy");
    Finished finished = upscale(copy);
    assertThat(finished.status).as(finished.err).isZero();
    assertThat(classesOf(copy))
        .filteredOn(source -> source.startsWith("file:"))
        .isNotEmpty()
        .allMatch(source -> Path.of(URI.create(source)).startsWith(copy.resolve("runtime/cli")));
  }

  @Test
  void aCheckoutThatMayNotBeWrittenToRunsForAnotherUser() throws Exception {
    Path copy = copy("read only");
    run(temporary, "chmod", "-R", "a+rX,a-w", copy.toString());
    run(temporary, "chmod", "a+x", temporary.toString());
    try {
      Finished finished = asNobody(copy);
      assertThat(finished.status).as(finished.err).isZero();
      assertThat(finished.err).isEmpty();

      Path source = copy.resolve("models/zoo/src/main/java/io/subpixel/zoo/ModelCard.java");
      run(temporary, "touch", source.toString());
      Finished stale = asNobody(copy);
      assertThat(stale.status).as(stale.err).isZero();
      assertThat(stale.err.strip()).contains("warning: sources are newer").hasLineCount(1);

      run(temporary, "chmod", "-R", "go-rx", copy + "/runtime/cli/target/launcher");
      if (isRoot()) {
        Finished closed = asNobody(copy);
        assertThat(closed.status).isEqualTo(3);
        assertThat(closed.err.strip()).contains("may not be written to").hasLineCount(1);
      }
    } finally {
      run(temporary, "chmod", "-R", "u+w", copy.toString());
    }
  }

  /** Keeps the times of files, as archives and images of containers do. */
  private static Path copy(String name) throws Exception {
    Path copy = temporary.resolve(name);
    Finished copied = run(temporary, "cp", "-a", built.toString(), copy.toString());
    assertThat(copied.status).as(copied.err).isZero();
    return copy;
  }

  private static Finished upscale(Path checkout) throws Exception {
    return run(elsewhere, checkout.resolve("bin/runtime"), "upscale", "in.png", "-o", "out.png");
  }

  /** Where each class is from that is neither the JDK's nor made at run time. */
  private static List<String> classesOf(Path checkout) throws Exception {
    Path loaded = temporary.resolve("loaded");
    Finished finished =
        run(
            elsewhere,
            Map.of("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=\"" + loaded + "\""),
            List.of(checkout + "/bin/runtime", "upscale", "in.png", "-o", "out 3.png"));
    assertThat(finished.status).as(finished.err).isZero();
    List<String> sources =
        Files.readAllLines(loaded).stream()
            .filter(line -> line.matches(".* (picocli|io[.]subpixel|ai[.]onnxruntime)[.].*"))
            .filter(line -> line.contains(" source: ") && !line.contains("Lambda"))
            .map(line -> line.substring(line.indexOf(" source: ") + " source: ".length()))
            .toList();
    assertThat(sources).isNotEmpty();
    return sources;
  }

  private static boolean isRoot() throws Exception {
    return run(temporary, "id", "-u").out.strip().equals("0");
  }

  /** As root by a user who owns nothing here; else as who runs this. */
  private static Finished asNobody(Path checkout) throws Exception {
    Path open = Files.createDirectories(temporary.resolve("open"));
    run(temporary, "chmod", "a+rwx", open.toString());
    Files.copy(elsewhere.resolve("in.png"), open.resolve("in.png"), REPLACE_EXISTING);
    run(temporary, "chmod", "a+r", open.resolve("in.png").toString());
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(
          List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
    }
    command.addAll(List.of(checkout + "/bin/runtime", "upscale", "in.png", "-o", "out.png"));
    return run(open, Map.of("HOME", "/nonexistent"), command);
  }

  private static void deleteWithContents(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private record Finished(int status, String out, String err) {}

  private static Finished run(Path folder, Path program, String... args) throws Exception {
    return run(folder, program.toString(), args);
  }

  private static Finished run(Path folder, String program, String... args) throws Exception {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(List.of(args));
    return run(folder, Map.of(), command);
  }

  private static Finished run(Path folder, Map<String, String> environment, List<String> command)
      throws Exception {
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
