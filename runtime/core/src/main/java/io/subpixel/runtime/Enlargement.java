package io.subpixel.runtime;

import io.subpixel.pictures.PictureLayout;
import io.subpixel.pictures.RowSink;
import io.subpixel.pictures.RowSource;
import io.subpixel.pictures.Rows;
import io.subpixel.pictures.colour.LumaRange;
import io.subpixel.pictures.internal.Failures;
import io.subpixel.pictures.resampling.internal.ResizingSink;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
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

  /**
   * Enlarges a luma plane in memory, with {@link Scaling#lr} and {@link Scaling#sr} as sizes.
   *
   * @param lr one channel
   * @param sr receives the result, of the same depth
   * @param range the range of both planes' code values
   */
  void run(Rows lr, Rows sr, LumaRange range) {
    Rows from = lr;
    LumaRange before = range;
    for (int pass = 1; pass <= scaling.passes(); pass++) {
      boolean isLast = pass == scaling.passes();
      boolean isResult = isLast && !scaling.isReduced();
      PictureLayout layout = scaling.after(pass).withDepth(isLast ? sr.depth() : DEPTH_BETWEEN);
      Rows to = isResult ? sr : new Rows(layout.height(), layout);
      LumaRange after = isLast ? range : between(range);
      (pass == 1 ? upscaler : further).run(from, before, to, after);
      from = to;
      before = after;
    }
    if (scaling.isReduced()) {
      reduce(from, sr, range);
    }
  }

  /** Returns a range with the same black and white, in 16 bits. */
  private static LumaRange between(LumaRange range) {
    int finer = (1 << DEPTH_BETWEEN) / (range.greatest() + 1);
    return new LumaRange(range.black() * finer, range.white() * finer, (1 << DEPTH_BETWEEN) - 1);
  }

  private void reduce(Rows from, Rows sr, LumaRange range) {
    PictureLayout layout = scaling.sr().withDepth(sr.depth());
    try (RowSink sink =
        new ResizingSink(
            scaling.after(scaling.passes()).withDepth(sr.depth()), RowSink.of(sr, layout))) {
      sink.write(from, 0, from.count());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (range.greatest() < sr.greatest()) {
      short[] codes = sr.shorts();
      for (int i = 0; i < codes.length; i++) {
        codes[i] = (short) Math.min(codes[i] & 0xffff, range.greatest());
      }
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
