package io.subpixel.conformance.benchmark.service;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads each of which sends one request after another. */
final class Clients {
  private Clients() {}

  /** One request, from its beginning to the end of the answer. */
  @FunctionalInterface
  interface Request {
    /**
     * Sends it.
     *
     * @param client number of the thread
     */
    void send(int client) throws IOException, InterruptedException;
  }

  /**
   * What a turn took.
   *
   * @param perSecond requests that were answered in a second
   * @param milliseconds of each request
   */
  record Turn(double perSecond, List<Double> milliseconds) {}

  /**
   * Sends requests for a while, each client at least one.
   *
   * @throws IOException the first failure of a request
   */
  static Turn run(int clients, Duration time, Request request) throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try {
      long start = System.nanoTime();
      List<Future<List<Double>>> running = new ArrayList<>();
      for (int client = 0; client < clients; client++) {
        int number = client;
        running.add(threads.submit(() -> send(number, start + time.toNanos(), request)));
      }
      List<Double> milliseconds = new ArrayList<>();
      for (Future<List<Double>> each : running) {
        milliseconds.addAll(each.get());
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      return new Turn(milliseconds.size() / seconds, List.copyOf(milliseconds));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException(String.valueOf(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static List<Double> send(int client, long end, Request request)
      throws IOException, InterruptedException {
    List<Double> milliseconds = new ArrayList<>();
    do {
      long start = System.nanoTime();
      request.send(client);
      milliseconds.add((System.nanoTime() - start) / 1e6);
    } while (System.nanoTime() < end);
    return milliseconds;
  }
}
