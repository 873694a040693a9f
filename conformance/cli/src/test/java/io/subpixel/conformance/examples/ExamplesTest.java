package io.subpixel.conformance.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.subpixel.conformance.matrix.Subjects;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.runtime.Device;
import io.subpixel.runtime.Upscaler;
import io.subpixel.zoo.Pretrained;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every example as a reader would run it, beside what the library makes of the same picture. */
class ExamplesTest {
  private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
  private static final Path EXAMPLES = ROOT.resolve("examples");
  private static final Path MODEL =
      ROOT.resolve("models/pretrained/sesr-m11-x2/sesr-m11-x2-rgb8.onnx");

  /** Kept between builds: what npm and Maven fetched. */
  private static final Path KEPT = Path.of("target/examples").toAbsolutePath();

  private static final int WIDTH = 61;
  private static final int HEIGHT = 45;

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init") // JUnit calls draw first
  private Path in;

  @SuppressWarnings("NullAway.Init")
  private Picture expected;

  @BeforeEach
  void draw() throws IOException {
    in = folder.resolve("in.png");
    Picture picture = TestCard.draw(WIDTH, HEIGHT, 3);
    PictureFiles.write(in, picture);
    try (Upscaler upscaler = Upscaler.builder().model("sesr-m11-x2").device(Device.CPU).open()) {
      expected = upscaler.upscale(picture);
    }
  }

  /** Runs a program to its end, and fails with what it said unless that was a good one. */
  private static void run(Path where, List<String> line) throws Exception {
    Path said = Files.createTempFile("subpixel-example", ".txt");
    Process process =
        new ProcessBuilder(line)
            .directory(where.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    process.getOutputStream().close();
    boolean ended = process.waitFor(5, TimeUnit.MINUTES);
    process.destroyForcibly();
    String text = Files.readString(said);
    Files.delete(said);
    assertThat(ended).as(text).isTrue();
    assertThat(process.exitValue()).as(text).isZero();
  }

  private static boolean runs(String... line) {
    try {
      Process process =
          new ProcessBuilder(line)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A copy of an example with what npm installs by its lock file. */
  private static Path installed(String example) throws Exception {
    if (!runs("npm", "--version")) {
      abort("examples/" + example + ": expected Node.js and npm (Debian: nodejs npm), none found");
    }
    Path copy = copy(example);
    Path lock = copy.resolve("package-lock.json");
    Path last = copy.resolve("node_modules/installed-by.json");
    if (!Files.exists(last) || Files.mismatch(lock, last) != -1) {
      // The packages' own scripts would download CUDA.
      try {
        run(copy, List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
      } catch (AssertionError e) {
        if (!runs("npm", "ping")) {
          abort("examples/" + example + ": expected npm's registry, which can't be reached");
        }
        throw e;
      }
      Files.copy(lock, last, StandardCopyOption.REPLACE_EXISTING);
    }
    return copy;
  }

  private static Path copy(String example) throws IOException {
    Path copy = KEPT.resolve(example);
    try (Stream<Path> files = Files.walk(EXAMPLES.resolve(example))) {
      for (Path file : files.filter(each -> !each.toString().contains("node_modules")).toList()) {
        Path to = copy.resolve(EXAMPLES.resolve(example).relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else {
          Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    return copy;
  }

  /**
   * Of another runtime a few bytes may be the next ones, where the network's value lies at the edge
   * between the two.
   */
  private void assertUpscaled(Picture picture) {
    assertThat(List.of(picture.width(), picture.height(), picture.channels()))
        .containsExactly(expected.width(), expected.height(), 3);
    int different = 0;
    for (int i = 0; i < expected.samples().length; i++) {
      int difference = Math.abs((picture.samples()[i] & 0xff) - (expected.samples()[i] & 0xff));
      assertThat(difference).isLessThanOrEqualTo(1);
      different += difference;
    }
    assertThat(different).isLessThanOrEqualTo(10);
  }

  @Test
  void theShippedPixelModelIsThatOfTheShippedNetwork() throws IOException {
    byte[] pixels = Subjects.make(Pretrained.DEFAULT).pixels();
    // For whoever changes the version or the exporter: the new file.
    Files.write(Path.of("target").resolve(MODEL.getFileName()), pixels);
    assertThat(MODEL).hasBinaryContent(pixels);
  }

  /** The version that a pom or a page gives an artifact. */
  private static String version(Path file, String artifact) throws IOException {
    Matcher version =
        Pattern.compile("<artifactId>" + artifact + "</artifactId>\\s*<version>([^<]+)<")
            .matcher(Files.readString(file));
    assertThat(version.find()).as(file + ": the version of " + artifact).isTrue();
    return version.group(1);
  }

  @Test
  void whatUsersCopyNamesThisVersion() throws IOException {
    String version = version(ROOT.resolve("pom.xml"), "subpixel");
    assertThat(version(EXAMPLES.resolve("jvm/pom.xml"), "subpixel-runtime")).isEqualTo(version);
    assertThat(version(ROOT.resolve("README.md"), "subpixel-runtime")).isEqualTo(version);
    assertThat(version(ROOT.resolve("docs/library.md"), "subpixel-bom")).isEqualTo(version);
    assertThat(version(ROOT.resolve("conformance/networks/pom.xml"), "subpixel-networks"))
        .isEqualTo(version);
    String section = version.endsWith("-SNAPSHOT") ? "Unreleased" : version;
    assertThat(Files.readString(ROOT.resolve("CHANGELOG.md"))).contains("## [" + section + "]");
  }

  @Test
  void thePageShowsWhatIsRun() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/other-languages.md"));
    assertThat(page)
        .contains(from("python/upscale.py", "import sys"))
        .contains(from("node/upscale.mjs", "import ort"))
        .contains(from("web/upscale.mjs", "/** ImageData in"));
  }

  private static String from(String example, String line) throws IOException {
    String text = Files.readString(EXAMPLES.resolve(example));
    return text.substring(text.indexOf(line));
  }

  @Test
  void node() throws Exception {
    Path out = folder.resolve("node.png");
    Path script = installed("node").resolve("upscale.mjs");
    run(
        folder,
        List.of("node", script.toString(), MODEL.toString(), in.toString(), out.toString()));
    assertUpscaled(PictureFiles.read(out));
  }

  @Test
  void python() throws Exception {
    if (!runs("python3", "-c", "import onnxruntime, numpy, PIL")) {
      abort("examples/python: expected python3 with onnxruntime, numpy and Pillow, none found");
    }
    Path out = folder.resolve("python.png");
    String script = EXAMPLES.resolve("python/upscale.py").toString();
    run(folder, List.of("python3", script, MODEL.toString(), in.toString(), out.toString()));
    assertUpscaled(PictureFiles.read(out));
  }

  @Test
  void web() throws Exception {
    Path modules = installed("web").resolve("node_modules");
    try (Visitor visitor = new Visitor(EXAMPLES, modules, MODEL, in)) {
      visitor.visit();
      assertThat(visitor.said()).isEqualTo("text.txt is no picture that this browser reads.");
      assertUpscaled(visitor.picture(expected.width()));
    }
  }

  /** Against this build's own artifacts, which are put beside what Maven has; nothing else is. */
  @Test
  void jvm() throws Exception {
    Path repository = repository();
    Path out = folder.resolve("jvm.png");
    run(
        copy("jvm"),
        List.of(
            "mvn",
            "-B",
            "-q",
            "-Dmaven.repo.local=" + repository,
            "-Dexec.args=" + in + " " + out,
            "compile",
            "exec:java"));
    assertUpscaled(PictureFiles.read(out));
  }

  private static Path repository() throws IOException {
    Path usual =
        Path.of(
            System.getProperty(
                "maven.repo.local", System.getProperty("user.home") + "/.m2/repository"));
    Path own = KEPT.resolve("repository");
    delete(own);
    link(usual, own, "io");
    Files.createDirectories(own.resolve("io"));
    if (Files.isDirectory(usual.resolve("io"))) {
      link(usual.resolve("io"), own.resolve("io"), "subpixel");
    }
    Path artifacts = own.resolve("io/subpixel");
    artifact(artifacts, "subpixel", ROOT, false);
    artifact(artifacts, "subpixel-models", ROOT.resolve("models"), false);
    artifact(artifacts, "subpixel-pictures", ROOT.resolve("models/pictures"), true);
    artifact(artifacts, "subpixel-zoo", ROOT.resolve("models/zoo"), true);
    artifact(artifacts, "subpixel-runtime-parent", ROOT.resolve("runtime"), false);
    artifact(artifacts, "subpixel-runtime", ROOT.resolve("runtime/core"), true);
    return own;
  }

  /** A folder whose entries but one are another's. */
  private static void link(Path from, Path to, String without) throws IOException {
    Files.createDirectories(to);
    List<Path> entries = new ArrayList<>();
    try (Stream<Path> listed = Files.list(from)) {
      listed.filter(each -> !each.endsWith(without)).forEach(entries::add);
    }
    for (Path entry : entries) {
      Files.createSymbolicLink(to.resolve(entry.getFileName().toString()), entry);
    }
  }

  private static void artifact(Path artifacts, String name, Path module, boolean hasJar)
      throws IOException {
    String version = version(ROOT.resolve("pom.xml"), "subpixel");
    Path to = Files.createDirectories(artifacts.resolve(name).resolve(version));
    String file = name + "-" + version;
    Files.copy(module.resolve("pom.xml"), to.resolve(file + ".pom"));
    if (hasJar) {
      Files.copy(module.resolve("target").resolve(file + ".jar"), to.resolve(file + ".jar"));
    }
  }

  /** Links go, what they lead to stays. */
  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> below = Files.walk(folder)) {
      for (Path each : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
