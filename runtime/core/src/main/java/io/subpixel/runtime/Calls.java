package io.subpixel.runtime;

import java.util.HashMap;
import java.util.Map;

/**
 * Counts running calls, so that a resource is closed only when the last of them has ended.
 * Thread-safe.
 */
final class Calls {
  private final Runnable release;
  private final Map<Thread, Integer> running = new HashMap<>();
  private int promised;
  private boolean closed;
  private boolean released;

  /**
   * @param release frees the resource; runs once, when no call runs and none can start
   */
  Calls(Runnable release) {
    this.release = release;
  }

  /**
   * Begins a call on this thread; {@link #end} must follow. A nested call belongs to the outer one.
   *
   * @throws IllegalStateException if this is closed
   */
  synchronized void begin() {
    Thread thread = Thread.currentThread();
    if (closed && !running.containsKey(thread)) {
      throw new IllegalStateException("the upscaler is closed");
    }
    running.merge(thread, 1, Integer::sum);
  }

  /**
   * Announces a call that another thread will begin, by {@link #beginPromised}.
   *
   * @throws IllegalStateException if this is closed
   */
  synchronized void promise() {
    if (closed) {
      throw new IllegalStateException("the upscaler is closed");
    }
    promised++;
  }

  /** Begins a promised call, even if this was closed since. */
  synchronized void beginPromised() {
    promised--;
    running.merge(Thread.currentThread(), 1, Integer::sum);
  }

  /** Ends a call that began on this thread. */
  synchronized void end() {
    running.computeIfPresent(Thread.currentThread(), (thread, n) -> n == 1 ? null : n - 1);
    releaseIfDone();
  }

  /**
   * Rejects new calls and waits until the running ones have ended. Doesn't wait within a call or
   * after an interrupt, which stays set; the last call then releases the resource.
   */
  synchronized void close() {
    refuse();
    while (!released && !running.containsKey(Thread.currentThread())) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Rejects new calls; the last running one releases the resource. */
  synchronized void refuse() {
    closed = true;
    releaseIfDone();
  }

  private void releaseIfDone() {
    if (closed && !released && promised == 0 && running.isEmpty()) {
      released = true;
      notifyAll();
      release.run();
    }
  }
}
