package io.subpixel.runtime.cli;

import io.subpixel.pictures.RowSink;
import io.subpixel.pictures.RowSource;
import io.subpixel.pictures.resampling.ResizingSink;
import io.subpixel.runtime.Upscaler;
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
 * Takes a picture to its size: through the model once or more often, then reduced if need be. All
 * passes run at once, a few rows apart.
 *
 * @param upscaler for the first pass
 * @param further for those after it, whose pictures are clean
 * @param scaling how often, and to which size
 */
record Enlargement(Upscaler upscaler, Upscaler further, Scaling scaling) {
  /** What lies between two passes isn't rounded to 8 bits. */
  private static final int DEPTH_BETWEEN = 16;

  /**
   * Enlarges a picture.
   *
   * @param lr the picture of {@link Scaling#lr}; closed
   * @param sr takes that of {@link Scaling#sr}, of 8 or 16 bits; not closed
   * @return sums over the passes, but for the times to read the first and to write the last
   * @throws IOException if reading or writing fails
   */
  Upscaler.Work run(RowSource lr, RowSink sr) throws IOException {
    int depth = sr.layout().depth();
    RowSink end =
        scaling.isReduced()
            ? new ResizingSink(scaling.after(scaling.passes()).withDepth(depth), sr)
            : sr;
    if (scaling.passes() == 1) {
      return upscaler.upscale(lr, end);
    }
    long start = System.nanoTime();
    List<Future<Upscaler.Work>> passes = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(scaling.passes() - 1);
    try {
      RowSource from = lr;
      for (int pass = 1; pass < scaling.passes(); pass++) {
        PassPipe pipe = new PassPipe(scaling.after(pass).withDepth(DEPTH_BETWEEN));
        Upscaler model = pass == 1 ? upscaler : further;
        passes.add(threads.submit(pass(model, from, pipe.sink())));
        from = pipe.source();
      }
      RowSource before = from;
      FutureTask<Upscaler.Work> last =
          new FutureTask<>(
              () -> {
                try (before) {
                  return further.upscale(before, end);
                }
              });
      passes.add(last);
      last.run();
      return sum(results(passes), System.nanoTime() - start);
    } finally {
      threads.shutdown();
    }
  }

  private static Callable<Upscaler.Work> pass(Upscaler model, RowSource from, RowSink to) {
    return () -> {
      try (from;
          to) {
        return model.upscale(from, to);
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

  /** Waits for all; of their failures, one that isn't due to another is thrown. */
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
    if (failure instanceof IOException e) {
      throw e;
    } else if (failure instanceof RuntimeException e) {
      throw e;
    } else if (failure instanceof Error e) {
      throw e;
    }
    return works;
  }

  private static @Nullable Throwable preferred(
      @Nullable Throwable known, @Nullable Throwable other) {
    return known == null || known instanceof PassPipe.BrokenException ? other : known;
  }
}
