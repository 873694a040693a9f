package io.subpixel.runtime;

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
 * Computes tiles, at most so many at once whoever asks for them, each in native memory that is kept
 * for the next. Thread-safe.
 */
final class Workers implements AutoCloseable {
  /** What is computed in a tile's memory. */
  interface Task {
    /** LR pixels that the memory must hold. */
    int pixels();

    void compute(Tile tile);
  }

  private static final AtomicInteger STARTED = new AtomicInteger();

  private final OnnxNetwork network;
  private final Places places;
  private final Executor executor;
  private final @Nullable ExecutorService own;

  /**
   * Where tiles are computed and kept: at most so many, whichever networks they are for. Networks
   * that share them take the memory of one.
   */
  static final class Places {
    private final int count;
    private final Semaphore free;
    private final Deque<Idle> idle = new ArrayDeque<>();

    Places(int count) {
      this.count = count;
      free = new Semaphore(count);
    }

    private record Idle(OnnxNetwork network, Tile tile) {}

    /** The tile that was kept last for a network; makes room for another if there is none. */
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
   * @param places how many tiles at once
   * @param executor where they may be computed besides the threads that ask for them; null for
   *     threads of its own
   */
  Workers(OnnxNetwork network, Places places, @Nullable Executor executor) {
    this.network = network;
    this.places = places;
    if (executor == null) {
      own = threads(places.count);
      this.executor = own;
    } else {
      own = null;
      this.executor = executor;
    }
  }

  /** Daemon threads that end when they have nothing to do. */
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
    return places.count;
  }

  /** Tiles that were asked for together. */
  final class Batch {
    private final Deque<Task> waiting;
    private int unfinished;
    private @Nullable Throwable failure;

    private Batch(List<Task> tiles) {
      waiting = new ArrayDeque<>(tiles);
      unfinished = tiles.size();
    }

    /** Lets those go that nobody computes yet, and waits for the rest. */
    void abandon() {
      synchronized (this) {
        unfinished -= waiting.size();
        waiting.clear();
      }
      finish();
    }

    /**
     * Computes what nobody else does, then waits for the rest.
     *
     * @throws RuntimeException what the first one threw that failed
     */
    void await() {
      work();
      finish();
      if (failure instanceof RuntimeException e) {
        throw e;
      } else if (failure instanceof Error e) {
        throw e;
      }
    }

    private void finish() {
      synchronized (this) {
        boolean interrupted = false;
        while (unfinished > 0) {
          try {
            wait();
          } catch (InterruptedException e) {
            // The tiles that run use memory of the caller's.
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

  /** Begins to compute tiles; the caller must {@link Batch#await} them. */
  Batch start(List<Task> tiles) {
    Batch batch = new Batch(tiles);
    try {
      for (int i = 0; i < Math.min(places.count, tiles.size()); i++) {
        executor.execute(batch::work);
      }
    } catch (RejectedExecutionException e) {
      // Then whoever waits for them computes them.
      return batch;
    }
    return batch;
  }

  /** Computes tiles here and elsewhere, and returns when all are done. */
  void compute(List<Task> tiles) {
    if (tiles.size() == 1) {
      compute(tiles.get(0));
    } else {
      start(tiles).await();
    }
  }

  private void compute(Task task) {
    places.free.acquireUninterruptibly();
    try {
      Tile tile = take(task.pixels());
      task.compute(tile);
      places.keep(network, tile);
    } finally {
      places.free.release();
    }
  }

  private Tile take(int pixels) {
    Tile tile = places.take(network);
    if (tile != null && tile.maxPixels() < pixels) {
      tile.close();
      tile = null;
    }
    // Rounded up, so that pictures that grow don't each need new memory.
    long room = Math.min(Long.highestOneBit(2L * pixels - 1), network.maxPixels());
    return tile == null ? network.tile((int) room) : tile;
  }

  @Override
  public void close() {
    if (own != null) {
      own.shutdown();
    }
    places.close(network);
  }
}
