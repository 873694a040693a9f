package io.subpixel.conformance.benchmark.service;

import io.subpixel.conformance.soak.Soak;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.TestCard;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Many clients of one {@code bin/runtime serve} for a long time, with pictures of mixed sizes.
 * Every result is compared with the first one of the same picture.
 *
 * @param clients at once
 * @param time how long
 * @param launcher {@code bin/runtime}
 */
public record ServiceSoak(int clients, Duration time, Path launcher) {
  /**
   * A heap that may grow does so for minutes, which can't be told from a leak of native memory.
   * What leaks in a fixed one ends in errors.
   */
  private static final Map<String, String> FIXED_HEAP =
      Map.of("JAVA_TOOL_OPTIONS", "-Xms512m -Xmx512m -XX:+AlwaysPreTouch");

  private static final int[][] SIZES = {{64, 48}, {256, 256}, {320, 200}, {512, 512}, {17, 300}};
  private static final int DISTINCT = 20;

  /** A client that was told to wait does so. */
  private static final long WAIT_MILLIS = 500;

  private static final int BUSY = 429;
  private static final int SAMPLES = 120;

  /**
   * The resident set at some time.
   *
   * @param seconds since the start
   */
  public record Memory(double seconds, long megabytes) {}

  /**
   * The result.
   *
   * @param statuses how many answers had each
   * @param lost requests without an answer
   * @param wrong results that differ from the first one
   * @param memory over time; empty where the system doesn't tell
   * @param second median of the second quarter of {@code memory}; null if that is empty
   * @param last median of its last quarter
   */
  public record Result(
      int clients,
      double seconds,
      Map<Integer, Long> statuses,
      long lost,
      long wrong,
      List<Memory> memory,
      @Nullable Long second,
      @Nullable Long last) {
    /** Copies. */
    public Result {
      statuses = Map.copyOf(statuses);
      memory = List.copyOf(memory);
    }

    /** Whether all was answered by a right result or 429, and memory stayed where it was. */
    public boolean holds() {
      return lost == 0
          && wrong == 0
          && statuses.keySet().stream().allMatch(status -> status == 200 || status == BUSY)
          && (second == null || last == null || Soak.isFlat(second, last));
    }
  }

  /**
   * Runs it.
   *
   * @param progress called with each measurement
   */
  public Result run(Consumer<Memory> progress) throws IOException {
    List<byte[]> pictures = pictures();
    ConcurrentMap<Integer, Integer> first = new ConcurrentHashMap<>();
    ConcurrentMap<Integer, LongAdder> statuses = new ConcurrentHashMap<>();
    LongAdder lost = new LongAdder();
    LongAdder wrong = new LongAdder();
    AtomicInteger next = new AtomicInteger();
    long start = System.nanoTime();
    List<Memory> memory = new ArrayList<>();
    try (LocalService service =
        LocalService.start(List.of(launcher.toString(), "serve", "--port", "0"), FIXED_HEAP)) {
      Thread watch = new Thread(() -> watch(service, start, memory, progress), "memory");
      watch.start();
      Clients.run(
          clients,
          time,
          client -> {
            int which = Math.floorMod(next.getAndIncrement(), DISTINCT);
            try {
              HttpResponse<byte[]> response = service.upscale("scale=2", pictures.get(which));
              statuses
                  .computeIfAbsent(response.statusCode(), status -> new LongAdder())
                  .increment();
              if (response.statusCode() == 200) {
                int hash = Arrays.hashCode(response.body());
                Integer before = first.putIfAbsent(which, hash);
                if (before != null && before != hash) {
                  wrong.increment();
                }
              } else {
                Thread.sleep(WAIT_MILLIS);
              }
            } catch (IOException e) {
              lost.increment();
              Thread.sleep(WAIT_MILLIS);
            }
          });
      watch.interrupt();
      watch.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    Map<Integer, Long> counts = new TreeMap<>();
    statuses.forEach((status, count) -> counts.put(status, count.sum()));
    int quarter = memory.size() / 4;
    return new Result(
        clients,
        (System.nanoTime() - start) / 1e9,
        counts,
        lost.sum(),
        wrong.sum(),
        memory,
        quarter == 0 ? null : median(memory.subList(quarter, 2 * quarter)),
        quarter == 0 ? null : median(memory.subList(memory.size() - quarter, memory.size())));
  }

  private void watch(
      LocalService service, long start, List<Memory> memory, Consumer<Memory> progress) {
    try {
      while (true) {
        Thread.sleep(Math.max(100, time.toMillis() / SAMPLES));
        double seconds = (System.nanoTime() - start) / 1e9;
        service
            .residentMegabytes()
            .ifPresent(
                megabytes -> {
                  Memory now = new Memory(seconds, megabytes);
                  memory.add(now);
                  progress.accept(now);
                });
      }
    } catch (InterruptedException | IOException e) {
      // The run has ended.
      return;
    }
  }

  private static List<byte[]> pictures() throws IOException {
    List<byte[]> pictures = new ArrayList<>();
    Path file = Files.createTempFile("subpixel-load", ".png");
    try {
      for (int i = 0; i < DISTINCT; i++) {
        int[] size = SIZES[i % SIZES.length];
        PictureFiles.write(file, TestCard.draw(size[0], size[1], i));
        pictures.add(Files.readAllBytes(file));
      }
    } finally {
      Files.deleteIfExists(file);
    }
    return pictures;
  }

  private static long median(List<Memory> memory) {
    long[] sorted = memory.stream().mapToLong(Memory::megabytes).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
