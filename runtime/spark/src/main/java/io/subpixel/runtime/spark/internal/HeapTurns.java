package io.subpixel.runtime.spark.internal;

import java.util.concurrent.Semaphore;

/**
 * Lets pictures take turns when together they may need more than half of the heap. One that needs
 * more by itself has the executor for itself.
 */
final class HeapTurns {
  private static final int MEGABYTES =
      (int) Math.max(1, Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() >> 21));

  private static final Semaphore FREE = new Semaphore(MEGABYTES, true);

  private HeapTurns() {}

  /** A part of the heap, which {@link #close} gives back. */
  record Turn(int megabytes) implements AutoCloseable {
    @Override
    public void close() {
      FREE.release(megabytes);
    }
  }

  /**
   * Waits until so much is free.
   *
   * @throws InterruptedException if the task is killed meanwhile
   */
  static Turn take(long bytes) throws InterruptedException {
    int wanted = (int) Math.min(MEGABYTES, 1 + (bytes >> 20));
    FREE.acquire(wanted);
    return new Turn(wanted);
  }
}
