package io.subpixel.conformance.worker;

import io.subpixel.conformance.worker.Answer.State;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A Java process that answers lines with lines. It starts with the first question, and again after
 * a question that ended it. Closing it ends the process.
 */
public final class Worker implements AutoCloseable {
  /** Marks an answer, as native code may print too. */
  private static final String MARK = "answer:";

  /** Limit of wall-clock time, as a multiple of the processor time. */
  private static final int WAITS = 5;

  private final List<String> command;
  private final Duration patience;
  private @Nullable Process process;
  private @Nullable BufferedWriter questions;
  private @Nullable BufferedReader answers;

  /**
   * Doesn't start the process yet.
   *
   * @param main the class whose {@code main} method answers with {@link #answer}
   * @param classPath what it loads
   * @param heap Java's maximum heap, such as {@code 2g}
   * @param patience the processor time allowed for one answer
   * @param arguments of {@code main}
   */
  public Worker(
      Class<?> main, String classPath, String heap, Duration patience, List<String> arguments) {
    command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx" + heap, "-Djava.awt.headless=true", "-Dorg.bytedeco.javacpp.logger=slf4j"));
    String natives = System.getProperty("onnxruntime.native.path");
    if (natives != null) {
      command.add("-Donnxruntime.native.path=" + natives);
    }
    command.addAll(List.of("-cp", classPath, main.getName()));
    command.addAll(arguments);
    this.patience = patience;
  }

  /** Writes an answer of one line to the asking process. */
  public static void answer(PrintStream out, String line) {
    out.println(MARK + line);
    out.flush();
  }

  /**
   * Asks one question.
   *
   * @param line without line breaks
   * @throws IOException if the process can't be started
   */
  public Answer ask(String line) throws IOException {
    Process working = start();
    CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> exchange(line));
    try {
      return await(answer, working);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      if (!answer.isDone() || answer.isCompletedExceptionally()) {
        close();
      }
    }
  }

  private Answer await(CompletableFuture<String> answer, Process working)
      throws InterruptedException {
    long start = System.nanoTime();
    Duration before = work(working);
    // Time that other processes take doesn't count.
    while (work(working).minus(before).compareTo(patience) < 0
        && System.nanoTime() - start < patience.multipliedBy(WAITS).toNanos()) {
      try {
        return new Answer(State.GIVEN, answer.get(1, TimeUnit.SECONDS));
      } catch (TimeoutException e) {
        // Checks its processor time again.
      } catch (ExecutionException e) {
        String status =
            working.waitFor(10, TimeUnit.SECONDS) ? " with status " + working.exitValue() : "";
        return new Answer(State.CRASHED, "the process ended" + status);
      }
    }
    return new Answer(State.HUNG, "not done after " + patience.toSeconds() + " s of work");
  }

  private Process start() throws IOException {
    if (process == null) {
      process = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
      questions = process.outputWriter(StandardCharsets.UTF_8);
      answers = process.inputReader(StandardCharsets.UTF_8);
    }
    return process;
  }

  private String exchange(String line) {
    BufferedWriter writer = Objects.requireNonNull(questions);
    BufferedReader reader = Objects.requireNonNull(answers);
    try {
      writer.write(line);
      writer.newLine();
      writer.flush();
      for (String read = reader.readLine(); read != null; read = reader.readLine()) {
        int mark = read.indexOf(MARK);
        if (mark >= 0) {
          return read.substring(mark + MARK.length());
        }
      }
      throw new EOFException();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its processor time so far; zero where the system doesn't report it. */
  private static Duration work(Process process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
      process.onExit().join();
      process = null;
    }
  }
}
