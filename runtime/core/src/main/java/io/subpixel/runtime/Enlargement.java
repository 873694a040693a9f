package io.subpixel.runtime;

import io.subpixel.pictures.RowSink;
import io.subpixel.pictures.RowSource;
import io.subpixel.pictures.internal.Failures;
import io.subpixel.pictures.resampling.internal.ResizingSink;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Brings a picture to its target size: one or more passes through the model, then a reduction if
 * necessary. All passes run concurrently, a few rows apart.
 *
 * @param upscaler for the first pass
 * @param further for later passes, whose pictures are clean
 * @param scaling the number of passes and the target size
 */
record Enlargement(Upscaler upscaler, Upscaler further, Scaling scaling) {
  /** Pictures between two passes aren't rounded to 8 bits. */
  private static final int DEPTH_BETWEEN = 16;

  /**
   * Enlarges a picture.
   *
   * @param lr the picture with {@link Scaling#lr}; not closed
   * @param sr takes the result with {@link Scaling#sr}, of 8 or 16 bits; not closed
   * @return sums over the passes, with the read time of the first and the write time of the last
   * @throws IOException if reading or writing fails
   */
  Upscaler.Work run(RowSource lr, RowSink sr) throws IOException {
    int depth = sr.layout().depth();
    RowSink end =
        scaling.isReduced()
            ? new ResizingSink(scaling.after(scaling.passes()).withDepth(depth), sr)
            : sr;
    if (scaling.passes() == 1) {
      return upscaler.run(lr, end);
    }
    long start = System.nanoTime();
    List<Future<Upscaler.Work>> passes = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(scaling.passes() - 1);
    try {
      RowSource from = lr;
      for (int pass = 1; pass < scaling.passes(); pass++) {
        RowBuffer pipe = new RowBuffer(scaling.after(pass).withDepth(DEPTH_BETWEEN));
        passes.add(threads.submit(pass == 1 ? first(lr, pipe.sink()) : further(from, pipe.sink())));
        from = pipe.source();
      }
      RowSource before = from;
      FutureTask<Upscaler.Work> last =
          new FutureTask<>(
              () -> {
                try (before) {
                  return further.run(before, end);
                }
              });
      passes.add(last);
      last.run();
      return sum(results(passes), System.nanoTime() - start);
    } finally {
      threads.shutdown();
    }
  }

  private Callable<Upscaler.Work> first(RowSource from, RowSink to) {
    return () -> {
      try (to) {
        return upscaler.run(from, to);
      }
    };
  }

  private Callable<Upscaler.Work> further(RowSource from, RowSink to) {
    return () -> {
      try (from;
          to) {
        return further.run(from, to);
      }
    };
  }

  private static Upscaler.Work sum(List<Upscaler.Work> works, long nanos) {
    Duration network = Duration.ZERO;
    int tiles = 0;
    for (Upscaler.Work work : works) {
      network = network.plus(work.network());
      tiles += work.tiles();
    }
    Duration write = works.get(works.size() - 1).write();
    return new Upscaler.Work(works.get(0).read(), network, write, Duration.ofNanos(nanos), tiles);
  }

  /** Waits for all passes. Throws a failure that isn't the consequence of another. */
  private static List<Upscaler.Work> results(List<Future<Upscaler.Work>> passes)
      throws IOException {
    List<Upscaler.Work> works = new ArrayList<>();
    Throwable failure = null;
    for (Future<Upscaler.Work> pass : passes) {
      try {
        works.add(pass.get());
      } catch (ExecutionException e) {
        failure = preferred(failure, e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted between two passes");
      }
    }
    Failures.rethrow(failure);
    return works;
  }

  private static @Nullable Throwable preferred(
      @Nullable Throwable known, @Nullable Throwable other) {
    return known == null || known instanceof RowBuffer.BrokenException ? other : known;
  }
}
