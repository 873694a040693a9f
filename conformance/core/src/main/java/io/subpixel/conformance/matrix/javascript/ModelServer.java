package io.subpixel.conformance.matrix.javascript;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/**
 * Serves one worker in another process, on this machine alone and under a path that nobody guesses:
 * its script, models, inputs. One job at a time.
 */
final class ModelServer implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final long POLL_SECONDS = 5;

  /** What a file is by the end of its name; browsers refuse modules of any other type. */
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "mjs", "text/javascript; charset=utf-8",
          "wasm", "application/wasm");

  /**
   * What a worker is to run.
   *
   * @param id comes back with the answer, so that none is taken for another job's
   * @param model the ONNX file
   * @param type of input and output: float32 or uint8
   * @param shape of the input
   * @param input its values, little-endian; not copied
   */
  record Job(String id, Model model, String type, List<Integer> shape, Bytes input) {
    Job(Model model, String type, List<Integer> shape, Bytes input) {
      this(UUID.randomUUID().toString(), model, type, shape, input);
    }
  }

  /** An ONNX file; the worker loads it once as long as this is the same. */
  record Model(String id, Bytes onnx) {}

  /** An array in a record. */
  @SuppressWarnings("ArrayRecordComponent") // carried from here to there, never compared
  record Bytes(byte[] array) {}

  /**
   * What a worker answers.
   *
   * @param job whose answer it is
   * @param failure what it says if it failed
   * @param shape of the output
   * @param output its values, little-endian
   */
  record Answer(
      String job,
      Optional<String> failure,
      List<Integer> shape,
      Bytes output,
      double milliseconds) {}

  private final String root = "/" + UUID.randomUUID() + "/";
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Path files;
  private final BlockingQueue<String> hello = new ArrayBlockingQueue<>(1);
  private final BlockingQueue<Job> jobs = new ArrayBlockingQueue<>(1);
  private final BlockingQueue<Answer> answers = new ArrayBlockingQueue<>(1);
  private volatile Optional<Job> current = Optional.empty();

  /**
   * Starts to serve.
   *
   * @param files a folder of which files are served as well, not those of folders in it
   */
  ModelServer(Path files) throws IOException {
    this.files = files;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(root, this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** Where the worker finds everything, with a slash at its end. */
  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + root;
  }

  /** What the worker says of itself once it is ready; empty if it isn't within a while. */
  Optional<String> hello(long milliseconds) throws InterruptedException {
    return Optional.ofNullable(hello.poll(milliseconds, TimeUnit.MILLISECONDS));
  }

  /** Gives the worker a job; what it was given before and hasn't taken is forgotten. */
  void give(Job job) {
    jobs.clear();
    answers.clear();
    jobs.add(job);
  }

  /** The worker's answer to a job; empty if there is none within a while. */
  Optional<Answer> answer(Job job, long milliseconds) throws InterruptedException {
    return Optional.ofNullable(answers.poll(milliseconds, TimeUnit.MILLISECONDS))
        .filter(answer -> answer.job().equals(job.id()));
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String name = exchange.getRequestURI().getPath().substring(root.length());
      switch (name) {
        case "job" -> job(exchange);
        case "model" -> send(exchange, "onnx", now().model().onnx().array());
        case "input" -> send(exchange, "bin", now().input().array());
        case "hello" -> {
          hello.offer(text(exchange));
          exchange.sendResponseHeaders(204, -1);
        }
        case "result" -> {
          answers.offer(result(exchange));
          exchange.sendResponseHeaders(204, -1);
        }
        case "failure" -> {
          String job = query(exchange).getOrDefault("job", "");
          Optional<String> failure = Optional.of(text(exchange));
          answers.offer(new Answer(job, failure, List.of(), new Bytes(new byte[0]), 0));
          exchange.sendResponseHeaders(204, -1);
        }
        case "worker.mjs", "page.html" -> send(exchange, ending(name), Resources.bytes(name));
        default -> file(exchange, name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Job now() {
    return current.orElseThrow(() -> new IllegalStateException("no job was given"));
  }

  /** Waits for a job, but not as long as a worker would wait for an answer. */
  private void job(HttpExchange exchange) throws IOException, InterruptedException {
    Job next = jobs.poll(POLL_SECONDS, TimeUnit.SECONDS);
    if (next != null) {
      current = Optional.of(next);
      Map<String, Object> told =
          Map.of(
              "id", next.id(),
              "model", next.model().id(),
              "type", next.type(),
              "shape", next.shape());
      send(exchange, "json", JSON.writeValueAsBytes(told));
    } else {
      exchange.sendResponseHeaders(204, -1);
    }
  }

  private static Answer result(HttpExchange exchange) throws IOException {
    Map<String, String> told = query(exchange);
    List<Integer> shape =
        Arrays.stream(told.getOrDefault("shape", "").split("x", -1)).map(Integer::valueOf).toList();
    byte[] output = exchange.getRequestBody().readAllBytes();
    double milliseconds = Double.parseDouble(told.getOrDefault("milliseconds", "NaN"));
    String job = told.getOrDefault("job", "");
    return new Answer(job, Optional.empty(), shape, new Bytes(output), milliseconds);
  }

  private static Map<String, String> query(HttpExchange exchange) {
    Map<String, String> told = new HashMap<>();
    String query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
    for (String pair : query.split("&", -1)) {
      int at = pair.indexOf('=');
      told.put(pair.substring(0, Math.max(0, at)), pair.substring(at + 1));
    }
    return told;
  }

  private void file(HttpExchange exchange, String name) throws IOException {
    Path file = files.resolve(name).normalize();
    if (name.contains("/") || !files.equals(file.getParent()) || !Files.isRegularFile(file)) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    send(exchange, ending(name), Files.readAllBytes(file));
  }

  private static String text(HttpExchange exchange) throws IOException {
    return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static String ending(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static void send(HttpExchange exchange, String ending, byte[] body) throws IOException {
    exchange
        .getResponseHeaders()
        .set("Content-Type", TYPES.getOrDefault(ending, "application/octet-stream"));
    exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  /** Stops serving; the worker is ended by whoever started it. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
