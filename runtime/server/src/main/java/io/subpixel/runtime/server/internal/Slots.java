package io.subpixel.runtime.server.internal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The requests under way, of which there may only be so many. They are taken by one event loop. */
final class Slots {
  private static final long LOOK_MILLIS = 20;

  private final int most;
  private final AtomicInteger taken = new AtomicInteger();
  private volatile boolean draining;

  Slots(int most) {
    this.most = most;
  }

  /** Takes one, which {@link #free} gives back. */
  void take() throws Problem {
    if (draining) {
      throw new Problem(503, "service", "one that goes on", "one that stops");
    } else if (taken.get() >= most) {
      throw Problem.busy("requests", "at most " + most + " under way", "one more", 1);
    }
    taken.incrementAndGet();
  }

  void free() {
    taken.decrementAndGet();
  }

  int taken() {
    return taken.get();
  }

  boolean isDraining() {
    return draining;
  }

  /**
   * Gives no more of them, and waits until all are given back.
   *
   * @return whether they were in time
   */
  boolean drain(long millis) {
    draining = true;
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    try {
      while (taken.get() > 0 && System.nanoTime() < end) {
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return taken.get() == 0;
  }
}
