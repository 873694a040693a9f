package io.subpixel.conformance.soak;

import io.subpixel.pictures.Picture;
import io.subpixel.pictures.internal.TestCard;
import io.subpixel.runtime.Upscaler;
import io.subpixel.zoo.VerificationException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Threads that share one {@link Upscaler}, with pictures of mixed sizes and channels. Every result
 * is compared with that of an upscaler used by a single thread, and the resident set is read while
 * they run.
 *
 * @param model name of a shipped model
 * @param threads that call at once
 * @param pictures upscaled by all of them together
 */
public record Soak(String model, int threads, int pictures) {
  private static final int MAX_WIDTH = 600;
  private static final int MAX_HEIGHT = 400;

  /** Number of different pictures; each is upscaled many times. */
  private static final int DISTINCT = 48;

  private static final int SAMPLES = 40;
  private static final long SEED = 3;

  /** More growth between two quarters of a run is a leak. */
  private static final double MAX_GROWTH = 0.05;

  private static final long SLACK_MEGABYTES = 16;

  /**
   * The resident set at some time.
   *
   * @param pictures that were done by then
   * @param megabytes of the process
   */
  public record Memory(int pictures, long megabytes) {}

  /**
   * The result.
   *
   * @param model the model's name
   * @param threads that called at once
   * @param pictures that were right
   * @param seconds that it took
   * @param memory over time; empty where the system doesn't report it
   * @param second median of the second quarter of {@code memory}, in MB; null if that is empty
   * @param last median of its last quarter
   */
  public record Result(
      String model,
      int threads,
      int pictures,
      double seconds,
      List<Memory> memory,
      @Nullable Long second,
      @Nullable Long last) {
    /** Copies the list. */
    public Result {
      memory = List.copyOf(memory);
    }

    /** Whether memory stayed where it was after a quarter of the run; true where it is unknown. */
    public boolean flat() {
      return second == null || last == null || isFlat(second, last);
    }
  }

  /**
   * Runs it.
   *
   * @param progress called with each measurement
   * @throws VerificationException at the first wrong result
   */
  public Result run(Consumer<Memory> progress) throws IOException {
    List<Picture> inputs = inputs();
    List<Integer> expected = new ArrayList<>();
    try (Upscaler alone = Upscaler.builder().model(model).threads(1).open()) {
      for (Picture input : inputs) {
        expected.add(hash(alone.upscale(input)));
      }
    }
    List<Memory> memory = new ArrayList<>();
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    int step = Math.max(1, pictures / SAMPLES);
    long start = System.nanoTime();
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try (Upscaler shared = Upscaler.builder().model(model).open()) {
      List<Future<?>> running = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        running.add(
            executor.submit(
                () -> {
                  for (int i = taken.getAndIncrement(); i < pictures; i = taken.getAndIncrement()) {
                    int which = i % inputs.size();
                    Picture input = inputs.get(which);
                    if (hash(shared.upscale(input)) != expected.get(which)) {
                      taken.set(pictures);
                      throw new VerificationException(
                          "picture "
                              + i
                              + " of "
                              + input
                              + " by "
                              + threads
                              + " threads: expected what one thread makes, received another");
                    }
                    int finished = done.incrementAndGet();
                    if (finished % step == 0) {
                      note(finished, memory, progress);
                    }
                  }
                  return null;
                }));
      }
      await(running);
    } finally {
      executor.shutdownNow();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    int quarter = memory.size() / 4;
    return new Result(
        model,
        threads,
        done.get(),
        seconds,
        memory,
        quarter == 0 ? null : median(memory.subList(quarter, 2 * quarter)),
        quarter == 0 ? null : median(memory.subList(memory.size() - quarter, memory.size())));
  }

  /** Sizes from 1x1 to 600x400, one to four channels. */
  private static List<Picture> inputs() {
    Random random = new Random(SEED);
    Picture card = TestCard.draw(MAX_WIDTH, MAX_HEIGHT, SEED);
    List<Picture> inputs = new ArrayList<>();
    for (int i = 0; i < DISTINCT; i++) {
      // The first is the smallest, the second the largest; of the others, more are small.
      double share = i == 0 ? 0 : i == 1 ? 1 : random.nextDouble();
      int width = 1 + (int) ((MAX_WIDTH - 1) * share * (i < 2 ? 1 : random.nextDouble()));
      int height = 1 + (int) ((MAX_HEIGHT - 1) * share * (i < 2 ? 1 : random.nextDouble()));
      int left = random.nextInt(MAX_WIDTH - width + 1);
      int top = random.nextInt(MAX_HEIGHT - height + 1);
      inputs.add(withChannels(card.crop(left, top, width, height), 1 + i % 4));
    }
    return inputs;
  }

  /** Grey, grey and alpha, colour, or colour and alpha. */
  private static Picture withChannels(Picture colour, int channels) {
    byte[] samples = new byte[colour.width() * colour.height() * channels];
    for (int i = 0; i < samples.length; i++) {
      int pixel = i / channels;
      // Of two, the second is alpha, of four the fourth: any of the colour's channels will do.
      samples[i] = colour.samples()[3 * pixel + i % channels % 3];
    }
    return new Picture(colour.width(), colour.height(), channels, samples);
  }

  private static int hash(Picture picture) {
    return 31 * (31 * picture.width() + picture.channels()) + Arrays.hashCode(picture.samples());
  }

  private static void note(int finished, List<Memory> memory, Consumer<Memory> progress) {
    ResidentSet.megabytes()
        .ifPresent(
            megabytes -> {
              Memory now = new Memory(finished, megabytes);
              synchronized (memory) {
                memory.add(now);
                progress.accept(now);
              }
            });
  }

  private static void await(List<Future<?>> running) throws IOException {
    try {
      for (Future<?> one : running) {
        one.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof VerificationException wrong) {
        throw wrong;
      }
      throw new IllegalStateException(String.valueOf(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /**
   * Whether a resident set stayed where it was.
   *
   * @param second MB in the second quarter of a run
   * @param last MB in its last quarter
   */
  public static boolean isFlat(long second, long last) {
    return last <= second * (1 + MAX_GROWTH) + SLACK_MEGABYTES;
  }

  private static long median(List<Memory> memory) {
    long[] sorted = memory.stream().mapToLong(Memory::megabytes).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
