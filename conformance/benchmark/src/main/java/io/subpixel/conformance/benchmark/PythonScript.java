package io.subpixel.conformance.benchmark;

import static java.util.Objects.requireNonNull;

import io.subpixel.pictures.InvalidInputException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One of our scripts in a long-lived Python process, so that parties can take turns. It answers
 * each line of JSON with one line.
 */
final class PythonScript implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final String name;
  private final Process process;
  private final BufferedWriter requests;
  private final BufferedReader answers;

  /**
   * Starts the process, which {@link #close} ends.
   *
   * @param name the file beside this class
   * @param threads what {@code OMP_NUM_THREADS} becomes
   * @throws IOException if it can't be started
   */
  PythonScript(Python python, String name, int threads) throws IOException {
    this.name = name;
    ProcessBuilder builder =
        new ProcessBuilder(python.interpreter(), "-c", resource(name))
            .redirectError(Redirect.DISCARD);
    builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
    process = builder.start();
    requests = process.outputWriter(StandardCharsets.UTF_8);
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** The text of a file beside this class. */
  static String resource(String name) throws IOException {
    try (InputStream in = requireNonNull(PythonScript.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * Sends what Jackson makes of a request, and waits for the answer.
   *
   * @throws IOException if there is no answer, or it reports an error
   */
  JsonNode ask(Object request) throws IOException {
    String line;
    try {
      requests.write(JSON.writeValueAsString(request));
      requests.newLine();
      requests.flush();
      line = answers.readLine();
    } catch (IOException e) {
      throw new IOException(name + ": expected an answer, received its end", e);
    }
    JsonNode answer;
    try {
      answer = JSON.readTree(line == null ? "{\"error\": \"its end\"}" : line);
    } catch (JacksonException e) {
      throw new IOException(name + ": expected a line of JSON, received " + line, e);
    }
    if (answer.has("error")) {
      throw new InvalidInputException(name, "an answer", answer.get("error").asString());
    }
    return answer;
  }

  @Override
  public void close() {
    try {
      requests.close();
    } catch (IOException e) {
      // Its end of the pipe is closed, so it won't see ours close.
      process.destroy();
    }
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
