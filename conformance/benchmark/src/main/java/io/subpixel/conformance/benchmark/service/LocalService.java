package io.subpixel.conformance.benchmark.service;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** A service on this machine, in a process of its own. Thread-safe. */
final class LocalService implements AutoCloseable {
  private static final String RESIDENT = "VmRSS:";
  private static final long END_SECONDS = 40;

  private final Process process;
  private final URI address;
  private final HttpClient client = HttpClient.newHttpClient();

  private LocalService(Process process, URI address) {
    this.process = process;
    this.address = address;
  }

  /**
   * Starts a program that prints its address.
   *
   * @param defaults variables of its environment, where this process has none of that name
   * @throws IOException if it ends before it has
   */
  static LocalService start(List<String> command, Map<String, String> defaults) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.DISCARD);
    defaults.forEach(builder.environment()::putIfAbsent);
    Process process = builder.start();
    // Not closed: it would close the process's output.
    BufferedReader out = process.inputReader();
    String line = out.readLine();
    if (line == null) {
      process.destroyForcibly();
      throw new IOException(command.get(0) + ": expected a service that starts, received its end");
    }
    return new LocalService(process, URI.create(line));
  }

  /** Posts a picture. */
  HttpResponse<byte[]> upscale(String query, byte[] picture)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve("v1/upscale?" + query))
            .header("Content-Type", "image/png")
            .POST(BodyPublishers.ofByteArray(picture))
            .build();
    return client.send(request, BodyHandlers.ofByteArray());
  }

  /** The process's resident set in MB; empty on systems other than Linux. */
  OptionalLong residentMegabytes() throws IOException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    if (!Files.isReadable(status)) {
      return OptionalLong.empty();
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith(RESIDENT))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
        .findFirst();
  }

  /** Ends the process. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
