package io.subpixel.conformance.examples;

import static org.junit.jupiter.api.Assumptions.abort;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.subpixel.conformance.matrix.adapter.Places;
import io.subpixel.conformance.matrix.javascript.JavaScriptRuntime;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.UnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Serves the example page as any static server would, and visits it in headless Chromium. */
final class Visitor implements AutoCloseable {
  private static final Map<String, String> TYPES =
      Map.of(
          "html",
          "text/html",
          "mjs",
          "text/javascript",
          "wasm",
          "application/wasm",
          "png",
          "image/png");

  private final Path examples;
  private final Path modules;
  private final Path model;
  private final Path picture;
  private final Path profile;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CompletableFuture<String> said = new CompletableFuture<>();
  private final CompletableFuture<byte[]> pixels = new CompletableFuture<>();

  Visitor(Path examples, Path modules, Path model, Path picture) throws IOException {
    this.examples = examples;
    this.modules = modules;
    this.model = model;
    this.picture = picture;
    profile = Files.createTempDirectory("subpixel-visitor");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::serve);
    server.setExecutor(threads);
    server.start();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (path.startsWith("/told/")) {
        tell(path.substring("/told/".length()), exchange.getRequestBody().readAllBytes());
        exchange.sendResponseHeaders(204, -1);
        return;
      }
      byte[] body = read(path);
      String ending = path.substring(path.lastIndexOf('.') + 1);
      exchange
          .getResponseHeaders()
          .set("Content-Type", TYPES.getOrDefault(ending, "application/octet-stream"));
      exchange.sendResponseHeaders(
          body.length == 0 ? 404 : 200, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** The repository as it lies, but for npm's packages; nothing if there is no such file. */
  private byte[] read(String path) throws IOException {
    String web = "/examples/web/";
    if (path.equals("/visitor.html")) {
      try (InputStream page =
          Objects.requireNonNull(Visitor.class.getResourceAsStream("visitor.html"))) {
        return page.readAllBytes();
      }
    } else if (path.equals("/picture.png")) {
      return Files.readAllBytes(picture);
    } else if (path.startsWith("/models/")) {
      return path.endsWith("/" + model.getFileName()) ? Files.readAllBytes(model) : new byte[0];
    } else if (path.startsWith(web)) {
      String name = path.substring(web.length());
      Path file =
          name.startsWith("node_modules/")
              ? modules.resolveSibling(name)
              : examples.resolve("web").resolve(name);
      return Files.isRegularFile(file) ? Files.readAllBytes(file) : new byte[0];
    }
    return new byte[0];
  }

  private void tell(String what, byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    switch (what) {
      case "said" -> said.complete(text);
      case "pixels" -> pixels.complete(body);
      default -> {
        said.completeExceptionally(new IllegalStateException(text));
        pixels.completeExceptionally(new IllegalStateException(text));
      }
    }
  }

  /** Opens the page, gives it a text and then a picture, and waits for the result. */
  void visit() throws Exception {
    String browser;
    try {
      browser = JavaScriptRuntime.findBrowser("page", Places.CHROMIUM);
    } catch (UnavailableException e) {
      browser = abort("examples/web: " + e.getMessage());
    }
    Path log = profile.resolve("log.txt");
    Process process =
        new ProcessBuilder(
                browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + profile.resolve("profile"),
                "http://127.0.0.1:" + server.getAddress().getPort() + "/visitor.html")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      pixels.get(2, TimeUnit.MINUTES);
    } catch (TimeoutException e) {
      throw new IllegalStateException("the page shows nothing: " + Files.readString(log), e);
    } finally {
      List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
      all.add(process.toHandle());
      all.forEach(ProcessHandle::destroyForcibly);
      all.forEach(each -> each.onExit().join());
    }
  }

  /** What the page said of the text. */
  String said() throws ExecutionException, InterruptedException {
    return said.get();
  }

  /** What the page shows of the picture. */
  Picture picture(int width) throws ExecutionException, InterruptedException {
    byte[] rgba = pixels.get();
    byte[] rgb = new byte[rgba.length / 4 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = rgba[i / 3 * 4 + i % 3];
    }
    return new Picture(width, rgb.length / 3 / width, 3, rgb);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    try (Stream<Path> files = Files.walk(profile)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // What a process that isn't the browser's child any more still holds, the system clears away.
      return;
    }
  }
}
