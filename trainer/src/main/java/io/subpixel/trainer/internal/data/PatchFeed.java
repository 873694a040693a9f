package io.subpixel.trainer.internal.data;

import io.subpixel.pictures.InvalidInputException;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads pictures and cuts their patches on some threads, ahead of the one that takes them, and
 * hands them out in their order. How far ahead is bounded in pictures and in bytes.
 */
final class PatchFeed implements AutoCloseable {
  private static final int AHEAD = 4;
  private static final long BYTES_AHEAD = 64L << 20;

  private final PatchReader reader;
  private final int count;
  private final long seed;
  private final Thread[] workers;
  private final Set<Integer> unusable = new HashSet<>();
  private final Map<Long, Read> done = new HashMap<>();
  private long started;
  private long taken;
  private long bytesAhead;
  private boolean closed;
  private int @Nullable [] order;
  private int orderEpoch;
  private final int firstEpoch;

  /**
   * What became of a picture.
   *
   * @param patches of the picture; none if there was a failure, now or before
   * @param failure what went wrong now
   */
  record Read(int picture, List<Patch> patches, @Nullable Throwable failure) {
    Read {
      patches = List.copyOf(patches);
    }
  }

  private record Task(long place, int picture, int epoch) {}

  PatchFeed(PatchReader reader, int count, PatchOptions options, int firstEpoch) {
    this.reader = reader;
    this.count = count;
    this.seed = options.seed();
    this.firstEpoch = firstEpoch;
    workers = new Thread[options.loading().workers()];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Thread(this::work, "picture-reader-" + i);
      workers[i].setDaemon(true);
      workers[i].start();
    }
  }

  /**
   * The next picture; each of them comes once an epoch, in an order of that epoch's own. That one
   * is of no use is said the first time alone, and it isn't tried again.
   */
  synchronized Read take() throws InterruptedException {
    @Nullable Read read = done.remove(taken);
    while (read == null) {
      wait();
      read = done.remove(taken);
    }
    taken++;
    bytesAhead -= bytes(read);
    notifyAll();
    // It may have been read again, ahead, before it was known to be of no use.
    boolean again =
        read.failure() instanceof InvalidInputException && !unusable.add(read.picture());
    return again ? new Read(read.picture(), List.of(), null) : read;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    for (Thread worker : workers) {
      join(worker);
    }
  }

  /** Waits for a thread that is about to end, whether or not this one is interrupted. */
  static void join(Thread ending) {
    boolean interrupted = false;
    while (ending.isAlive()) {
      try {
        ending.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    try {
      for (Task task = next(); task != null; task = next()) {
        finish(task, read(task));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized @Nullable Task next() throws InterruptedException {
    while (!closed && !mayStart()) {
      wait();
    }
    if (closed) {
      return null;
    }
    long place = started++;
    int epoch = Math.toIntExact(firstEpoch + place / count);
    if (order == null || orderEpoch != epoch) {
      order = Shuffle.of(count, Seeds.of(seed, epoch, 2));
      orderEpoch = epoch;
    }
    return new Task(place, order[(int) (place % count)], epoch);
  }

  /** The one that is waited for always may, so that a single large picture doesn't stop all. */
  private boolean mayStart() {
    return started == taken
        || (started - taken < workers.length + AHEAD && bytesAhead < BYTES_AHEAD);
  }

  private synchronized boolean isUnusable(int picture) {
    return unusable.contains(picture);
  }

  private Read read(Task task) {
    if (isUnusable(task.picture())) {
      return new Read(task.picture(), List.of(), null);
    }
    try {
      return new Read(task.picture(), reader.read(task.picture(), task.epoch()), null);
    } catch (IOException | RuntimeException | Error e) {
      // Whatever ends a worker must reach the one that waits for pictures.
      return new Read(task.picture(), List.of(), e);
    }
  }

  private synchronized void finish(Task task, Read read) {
    done.put(task.place(), read);
    bytesAhead += bytes(read);
    notifyAll();
  }

  private static long bytes(Read read) {
    return read.patches().stream().mapToLong(patch -> patch.pair().bytes()).sum();
  }
}
