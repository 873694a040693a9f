package io.subpixel.runtime;

import io.subpixel.pictures.internal.Failures;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Computes tiles, with a limit on how many run at once for all callers. Each runs in native memory
 * that is reused for the next. Thread-safe.
 */
final class Workers implements AutoCloseable {
  /** A computation in a tile's memory. */
  interface Task {
    /** Returns the LR pixels that the memory must hold. */
    int pixels();

    void compute(Tile tile);
  }

  private static final AtomicInteger STARTED = new AtomicInteger();

  private final OnnxNetwork network;
  private final TileSlots slots;
  private final Executor executor;
  private final @Nullable ExecutorService own;

  /**
   * Limits the number of tiles, over all networks, and keeps idle ones. Networks that share the
   * slots use as much memory as one.
   */
  static final class TileSlots {
    private final int count;
    private final Semaphore free;
    private final Deque<Idle> idle = new ArrayDeque<>();

    TileSlots(int count) {
      this.count = count;
      free = new Semaphore(count);
    }

    private record Idle(OnnxNetwork network, Tile tile) {}

    /**
     * Takes the last tile that was kept for a network. If there is none, makes room for another.
     */
    private synchronized @Nullable Tile take(OnnxNetwork network) {
      for (Idle each : idle) {
        if (each.network == network) {
          idle.remove(each);
          return each.tile;
        }
      }
      if (idle.size() > free.availablePermits()) {
        idle.removeLast().tile.close();
      }
      return null;
    }

    private synchronized void keep(OnnxNetwork network, Tile tile) {
      idle.push(new Idle(network, tile));
    }

    private synchronized void close(OnnxNetwork network) {
      idle.removeIf(
          each -> {
            if (each.network == network) {
              each.tile.close();
            }
            return each.network == network;
          });
    }
  }

  /**
   * @param slots limits how many tiles run at once
   * @param executor computes tiles in addition to the callers' threads; null for threads of its own
   */
  Workers(OnnxNetwork network, TileSlots slots, @Nullable Executor executor) {
    this.network = network;
    this.slots = slots;
    if (executor == null) {
      own = threads(slots.count);
      this.executor = own;
    } else {
      own = null;
      this.executor = executor;
    }
  }

  /** Creates daemon threads that end when idle. */
  static ExecutorService threads(int count) {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            count,
            count,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "subpixel-" + STARTED.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  int count() {
    return slots.count;
  }

  /** Tiles that were submitted together. */
  final class Batch {
    private final Deque<Task> waiting;
    private int unfinished;
    private @Nullable Throwable failure;

    private Batch(List<Task> tiles) {
      waiting = new ArrayDeque<>(tiles);
      unfinished = tiles.size();
    }

    /** Drops tiles that nobody computes yet, and waits for the rest. */
    void abandon() {
      synchronized (this) {
        unfinished -= waiting.size();
        waiting.clear();
      }
      finish();
    }

    /**
     * Computes tiles that nobody else does, then waits for the rest.
     *
     * @throws RuntimeException the exception of the first tile that failed
     */
    void await() {
      work();
      finish();
      Failures.rethrowUnchecked(failure);
    }

    private void finish() {
      synchronized (this) {
        boolean interrupted = false;
        while (unfinished > 0) {
          try {
            wait();
          } catch (InterruptedException e) {
            // Running tiles use the caller's memory.
            interrupted = true;
          }
        }
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    private void work() {
      for (Task next = poll(); next != null; next = poll()) {
        Throwable thrown = null;
        try {
          compute(next);
        } catch (RuntimeException | Error e) {
          thrown = e;
        }
        finished(thrown);
      }
    }

    private synchronized @Nullable Task poll() {
      return waiting.poll();
    }

    private synchronized void finished(@Nullable Throwable thrown) {
      unfinished--;
      if (thrown != null) {
        failure = failure == null ? thrown : failure;
        unfinished -= waiting.size();
        waiting.clear();
      }
      notifyAll();
    }
  }

  /** Starts computing tiles; the caller must {@link Batch#await} them. */
  Batch start(List<Task> tiles) {
    Batch batch = new Batch(tiles);
    try {
      for (int i = 0; i < Math.min(slots.count, tiles.size()); i++) {
        executor.execute(batch::work);
      }
    } catch (RejectedExecutionException e) {
      // The thread that waits for them computes them.
      return batch;
    }
    return batch;
  }

  /** Computes tiles on this and other threads, and returns when all are done. */
  void compute(List<Task> tiles) {
    if (tiles.size() == 1) {
      compute(tiles.get(0));
    } else {
      start(tiles).await();
    }
  }

  private void compute(Task task) {
    slots.free.acquireUninterruptibly();
    try {
      Tile tile = take(task.pixels());
      task.compute(tile);
      slots.keep(network, tile);
    } finally {
      slots.free.release();
    }
  }

  private Tile take(int pixels) {
    Tile tile = slots.take(network);
    if (tile != null && tile.maxPixels() < pixels) {
      tile.close();
      tile = null;
    }
    // Rounded up, so that slightly larger pictures don't need new memory.
    long room = Math.min(Long.highestOneBit(2L * pixels - 1), network.maxPixels());
    return tile == null ? network.tile((int) room) : tile;
  }

  @Override
  public void close() {
    if (own != null) {
      own.shutdown();
    }
    slots.close(network);
  }
}
