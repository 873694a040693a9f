package io.subpixel.runtime.server.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/** Tells work that nobody waits for it any more. Thread-safe. */
final class Cancellation {
  private final List<Runnable> actions = new ArrayList<>();
  private volatile boolean cancelled;

  boolean isCancelled() {
    return cancelled;
  }

  void check() {
    if (cancelled) {
      throw new CancellationException("cancelled");
    }
  }

  /** Runs an action when this is cancelled; at once if it is already. */
  void onCancel(Runnable action) {
    synchronized (actions) {
      if (!cancelled) {
        actions.add(action);
        return;
      }
    }
    action.run();
  }

  void cancel() {
    List<Runnable> all;
    synchronized (actions) {
      cancelled = true;
      all = List.copyOf(actions);
      actions.clear();
    }
    all.forEach(Runnable::run);
  }
}
