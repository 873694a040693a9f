package io.subpixel.conformance.matrix.javascript;

import io.subpixel.conformance.matrix.Adapter;
import io.subpixel.conformance.matrix.Subject;
import io.subpixel.conformance.matrix.javascript.ModelServer.Answer;
import io.subpixel.conformance.matrix.javascript.ModelServer.Bytes;
import io.subpixel.conformance.matrix.javascript.ModelServer.Job;
import io.subpixel.conformance.matrix.javascript.ModelServer.Model;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.UnavailableException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** ONNX Runtime for JavaScript in a process of its own, one for all models. */
public final class JavaScriptRuntime implements Adapter {
  private static final long START_MILLISECONDS = 60_000;
  private static final long RUN_MILLISECONDS = 300_000;

  /** How often to look whether the process is still there. */
  private static final long LOOK_MILLISECONDS = 500;

  private final String name;
  private final Path folder;
  private final ModelServer server;
  private final Process process;
  private final String version;

  private JavaScriptRuntime(
      String name, Path folder, ModelServer server, Process process, String version) {
    this.name = name;
    this.folder = folder;
    this.server = server;
    this.process = process;
    this.version = version;
  }

  /**
   * onnxruntime-node in Node.
   *
   * @param modules the folder {@code node_modules}
   * @param node the program
   * @throws UnavailableException if it doesn't start
   */
  public static JavaScriptRuntime inNode(Path modules, String node) {
    NodeModules.requireNode("onnxruntime-node", node);
    return start(
        "onnxruntime-node",
        modules,
        (url, folder) ->
            List.of(
                node,
                "--input-type=module",
                "-e",
                new String(Resources.bytes("node.mjs"), StandardCharsets.UTF_8),
                "--",
                modules.toString(),
                url));
  }

  /**
   * Where Chromium is.
   *
   * @param name what needs it, as messages say
   * @param candidates names or paths, of which the first that is there is taken
   * @throws UnavailableException if none of them is
   */
  public static String findBrowser(String name, List<String> candidates) {
    return candidates.stream()
        .flatMap(browser -> onPath(browser).stream())
        .findFirst()
        .orElseThrow(
            () ->
                new UnavailableException(
                    name
                        + ": expected Chromium (Debian: apt-get install chromium),"
                        + " received none at "
                        + String.join(", ", candidates)));
  }

  /**
   * onnxruntime-web on a page in Chromium without a window.
   *
   * @param chromium the browser
   * @param modules the folder {@code node_modules}
   * @throws UnavailableException if it doesn't start
   */
  public static JavaScriptRuntime inBrowser(String chromium, Path modules) {
    return start(
        "onnxruntime-web",
        modules,
        (url, folder) ->
            List.of(
                chromium,
                "--headless",
                // Its sandbox needs rights that containers and root lack; it sees our page alone.
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + folder.resolve("profile"),
                url + "page.html"));
  }

  private static Optional<String> onPath(String program) {
    if (program.contains("/") || program.contains("\\")) {
      return Files.isExecutable(Path.of(program)) ? Optional.of(program) : Optional.empty();
    }
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(path.split(File.pathSeparator, -1))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  /** The command that starts a worker. */
  @FunctionalInterface
  private interface Line {
    List<String> of(String url, Path folder) throws IOException;
  }

  private static JavaScriptRuntime start(String name, Path modules, Line line) {
    try {
      Path folder = Files.createTempDirectory("subpixel-" + name);
      ModelServer server = new ModelServer(modules.resolve("onnxruntime-web/dist"));
      try {
        return start(name, folder, server, line.of(server.url(), folder));
      } catch (IOException | InterruptedException | RuntimeException e) {
        server.close();
        delete(folder);
        throw e;
      }
    } catch (IOException e) {
      throw new UnavailableException(name + ": expected it to start, received a failure", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException(name + ": interrupted", e);
    }
  }

  private static JavaScriptRuntime start(
      String name, Path folder, ModelServer server, List<String> command)
      throws IOException, InterruptedException {
    Path said = folder.resolve("said.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(Redirect.DISCARD)
            .redirectError(said.toFile())
            .start();
    // A browser would outlive a command that is interrupted.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  end(process);
                  delete(folder);
                }));
    Optional<String> hello = Optional.empty();
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLISECONDS);
    while (hello.isEmpty() && process.isAlive() && System.nanoTime() < end) {
      hello = server.hello(LOOK_MILLISECONDS);
    }
    if (hello.isEmpty()) {
      String reason = last(said);
      end(process);
      throw new UnavailableException(
          name + ": expected it to start, received " + (reason.isEmpty() ? "nothing" : reason));
    }
    return new JavaScriptRuntime(name, folder, server, process, hello.get());
  }

  /** Errors come last, behind what programs say on their way there. */
  private static String last(Path said) throws IOException {
    List<String> lines =
        Files.readString(said, StandardCharsets.ISO_8859_1)
            .lines()
            .map(String::strip)
            .filter(line -> line.contains("rror"))
            .toList();
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public Loaded<Plane[]> plain(Subject subject) {
    Model model = new Model(UUID.randomUUID().toString(), new Bytes(subject.plain()));
    return lr -> {
      int width = lr[0].width();
      int height = lr[0].height();
      ByteBuffer input =
          ByteBuffer.allocate(Float.BYTES * lr.length * width * height)
              .order(ByteOrder.LITTLE_ENDIAN);
      for (Plane plane : lr) {
        for (float value : plane.values()) {
          input.putFloat(value);
        }
      }
      List<Integer> shape = List.of(1, lr.length, height, width);
      Answer answer = run(new Job(model, "float32", shape, new Bytes(input.array())));
      return new Timed<>(planes(answer), answer.milliseconds());
    };
  }

  private Plane[] planes(Answer answer) throws IOException {
    List<Integer> shape = answer.shape();
    requireSize(answer, Float.BYTES);
    ByteBuffer values = ByteBuffer.wrap(answer.output().array()).order(ByteOrder.LITTLE_ENDIAN);
    Plane[] planes = new Plane[shape.get(1)];
    for (int c = 0; c < planes.length; c++) {
      planes[c] = new Plane(shape.get(3), shape.get(2));
      float[] plane = planes[c].values();
      for (int i = 0; i < plane.length; i++) {
        plane[i] = values.getFloat();
      }
    }
    return planes;
  }

  @Override
  public Loaded<Picture> pixels(Subject subject) {
    Model model = new Model(UUID.randomUUID().toString(), new Bytes(subject.pixels()));
    return lr -> {
      List<Integer> shape = List.of(1, lr.height(), lr.width(), lr.channels());
      Answer answer = run(new Job(model, "uint8", shape, new Bytes(lr.samples())));
      requireSize(answer, 1);
      List<Integer> made = answer.shape();
      Picture sr = new Picture(made.get(2), made.get(1), made.get(3), answer.output().array());
      return new Timed<>(sr, answer.milliseconds());
    };
  }

  private void requireSize(Answer answer, int bytesEach) throws IOException {
    long values = answer.shape().stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    int received = answer.output().array().length;
    if (answer.shape().size() != 4
        || answer.shape().get(0) != 1
        || values * bytesEach != received) {
      throw new IOException(
          name
              + ": expected a picture, received "
              + received
              + " bytes of shape "
              + answer.shape());
    }
  }

  private Answer run(Job job) throws IOException {
    try {
      Optional<Answer> answer = Optional.empty();
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RUN_MILLISECONDS);
      if (process.isAlive()) {
        server.give(job);
      }
      while (answer.isEmpty()) {
        if (!process.isAlive()) {
          throw new IOException(name + ": expected an answer, received the end of its process");
        }
        if (System.nanoTime() > end) {
          // Else a late answer would be taken for that to the next job.
          end(process);
          throw new IOException(name + ": expected an answer, received none in five minutes");
        }
        answer = server.answer(job, LOOK_MILLISECONDS);
      }
      Optional<String> failure = answer.get().failure();
      if (failure.isPresent()) {
        throw new IOException(failure.get());
      }
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(name + ": interrupted", e);
    }
  }

  /** Ends the process and those that it started, and removes its files. */
  @Override
  public void close() {
    server.close();
    end(process);
    delete(folder);
  }

  private static void end(Process process) {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    children.forEach(ProcessHandle::destroyForcibly);
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // What a browser still holds, the system clears away with its temporary files.
      return;
    }
  }
}
