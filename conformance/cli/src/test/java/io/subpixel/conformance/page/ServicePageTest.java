package io.subpixel.conformance.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.subpixel.conformance.Commands;
import io.subpixel.conformance.DrawnClip;
import io.subpixel.conformance.matrix.adapter.Places;
import io.subpixel.conformance.matrix.javascript.JavaScriptRuntime;
import io.subpixel.conformance.matrix.javascript.NodeModules;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.UnavailableException;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.runtime.cli.RuntimeCommand;
import io.subpixel.runtime.server.Limit;
import io.subpixel.runtime.server.UpscaleServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The service's page in Chromium, driven by Playwright: page.mjs has the tests. */
class ServicePageTest {
  private static final String NODE = "node";

  /** Where the screenshots stay. */
  private static final Path SHOTS = Path.of("target/page").toAbsolutePath();

  private static final String TOKEN = "0123456789abcdef";

  private static final Pattern TEST = Pattern.compile("^(not )?ok \\d+ - (.*)$");

  @TempDir private Path folder;

  @TestFactory
  Stream<DynamicTest> inChromium() throws Exception {
    Path modules;
    String chromium;
    try {
      chromium = JavaScriptRuntime.findBrowser("page", Places.CHROMIUM);
      modules =
          new NodeModules("playwright-core", ServicePageTest.class)
              .install(Path.of("../target/npm-page"), NODE);
    } catch (UnavailableException e) {
      return abort(e.getMessage());
    }
    Path inputs = Files.createDirectories(folder.resolve("in"));
    Path expected = Files.createDirectories(folder.resolve("expected"));
    draw(inputs);
    film(inputs.resolve("clip.mp4"));
    upscale(inputs, expected);
    List<String> said;
    UpscaleServer server = UpscaleServer.builder().port(0).start();
    try (Guarded guarded = new Guarded(folder.resolve("state"))) {
      Path script = folder.resolve("page.mjs");
      try (InputStream in = ServicePageTest.class.getResourceAsStream("page.mjs")) {
        Files.copy(Objects.requireNonNull(in), script);
      }
      said =
          run(
              NODE,
              "--test-reporter=tap",
              script.toString(),
              modules.toString(),
              chromium,
              server.address(),
              inputs.toString(),
              expected.toString(),
              SHOTS.toString(),
              guarded.server.address(),
              TOKEN,
              guarded.restart());
    } finally {
      server.stop(Duration.ZERO);
    }
    Stream<DynamicTest> zip =
        Stream.of(
            DynamicTest.dynamicTest("the zip has the command's bytes", () -> checkZip(expected)));
    return Stream.concat(tests(said).stream(), zip);
  }

  /** A service with a token, which is started again whenever an address is called. */
  private static final class Guarded implements AutoCloseable {
    private final Path state;
    private final HttpServer control =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private UpscaleServer server;

    Guarded(Path state) throws IOException {
      this.state = state;
      server = start(0);
      control.createContext("/", this::again);
      control.start();
    }

    private UpscaleServer start(int port) throws IOException {
      return UpscaleServer.builder()
          .port(port)
          .token(TOKEN)
          .state(state)
          .limit(Limit.REQUEST_BYTES, 1 << 20)
          .start();
    }

    private void again(HttpExchange exchange) throws IOException {
      int port = server.port();
      server.stop(Duration.ZERO);
      server = start(port);
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
    }

    String restart() {
      return "http://127.0.0.1:" + control.getAddress().getPort() + "/";
    }

    @Override
    public void close() {
      control.stop(0);
      server.stop(Duration.ZERO);
    }
  }

  private static void draw(Path inputs) throws IOException {
    PictureFiles.write(inputs.resolve("drawn.png"), TestCard.draw(160, 120, 1));
    PictureFiles.write(inputs.resolve("photo.jpg"), TestCard.draw(160, 120, 2));
    PictureFiles.write(inputs.resolve("middle.jpg"), TestCard.draw(400, 300, 5));
    PictureFiles.write(inputs.resolve("large.png"), TestCard.draw(1600, 1200, 3));
    Path below = Files.createDirectories(inputs.resolve("folder/below"));
    PictureFiles.write(below.resolve("inner.png"), TestCard.draw(40, 30, 4));
    Files.writeString(inputs.resolve("folder/note.txt"), "no image");
    byte[] whole = Files.readAllBytes(inputs.resolve("drawn.png"));
    Files.write(inputs.resolve("broken.png"), Arrays.copyOf(whole, whole.length / 3));
    Path shown = Files.createDirectories(inputs.resolve("shown"));
    Files.copy(Path.of("../../docs/sample.png"), shown.resolve("sample.png"));
  }

  /** Half the size in YUV4MPEG2, which no browser plays, becomes a clip in the command's MP4. */
  private void film(Path clip) throws IOException {
    Picture[] frames = new Picture[60];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = DrawnClip.card(80, 46, i / 10);
    }
    Path half = DrawnClip.write(folder.resolve("half.y4m"), frames);
    command(new Commands(), half, clip, "--scale", "2");
  }

  private static void upscale(Path inputs, Path expected) throws IOException {
    Commands commands = new Commands();
    command(commands, inputs.resolve("drawn.png"), expected.resolve("drawn.png"), "--scale", "2");
    command(commands, inputs.resolve("photo.jpg"), expected.resolve("photo.jpg"), "--scale", "2");
    String[] options = {"--height", "200", "--quality", "60"};
    command(commands, inputs.resolve("drawn.png"), expected.resolve("drawn.webp"), options);
    Path broken = inputs.resolve("broken.png");
    assertThat(commands.run(new RuntimeCommand(), "upscale", broken, "-o", expected.resolve("b")))
        .isEqualTo(1);
    Files.writeString(expected.resolve("broken.txt"), commands.err());
  }

  private static void command(Commands commands, Path from, Path to, String... options) {
    List<Object> line = new ArrayList<>(List.of("upscale", from, "-o", to));
    line.addAll(List.of(options));
    assertThat(commands.run(new RuntimeCommand(), line.toArray())).as(commands.err()).isZero();
  }

  private List<String> run(String... command) throws Exception {
    Path said = folder.resolve("said.txt");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("the end of the tests").isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return Files.readAllLines(said);
  }

  /** One test for each of the script's, which fails with what the script said of it. */
  private static List<DynamicTest> tests(List<String> said) {
    List<DynamicTest> tests = new ArrayList<>();
    for (int i = 0; i < said.size(); i++) {
      Matcher test = TEST.matcher(said.get(i));
      if (test.matches()) {
        boolean failed = test.group(1) != null;
        List<String> reason =
            said.subList(i + 1, said.size()).stream()
                .takeWhile(line -> line.startsWith("  "))
                .toList();
        tests.add(
            DynamicTest.dynamicTest(
                test.group(2),
                () -> {
                  if (failed) {
                    fail(String.join("\n", reason));
                  }
                }));
      }
    }
    assertThat(tests).as(String.join("\n", said)).hasSizeGreaterThan(10);
    return tests;
  }

  private static void checkZip(Path expected) throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(SHOTS.resolve("all.zip")))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), zip.readAllBytes());
      }
    }
    assertThat(files).containsOnlyKeys("drawn-320x240.png", "photo-320x240.jpg");
    assertThat(files.get("drawn-320x240.png"))
        .isEqualTo(Files.readAllBytes(expected.resolve("drawn.png")));
    assertThat(files.get("photo-320x240.jpg"))
        .isEqualTo(Files.readAllBytes(expected.resolve("photo.jpg")));
  }
}
