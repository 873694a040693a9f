package io.subpixel.runtime.server.internal;

import io.vertx.core.Vertx;

/** Does something when nothing happened for a while. For one event loop. */
final class IdleTimer {
  private final Vertx vertx;
  private final long millis;
  private final Runnable action;
  private long last;
  private long timer;

  IdleTimer(Vertx vertx, long millis, Runnable action) {
    this.vertx = vertx;
    this.millis = millis;
    this.action = action;
    touch();
    start(millis);
  }

  private void start(long delay) {
    timer = vertx.setTimer(Math.max(1, delay), at -> look());
  }

  private void look() {
    long idle = (System.nanoTime() - last) / 1_000_000;
    if (idle >= millis) {
      action.run();
    } else {
      start(millis - idle);
    }
  }

  /** Something happened. */
  void touch() {
    last = System.nanoTime();
  }

  void cancel() {
    vertx.cancelTimer(timer);
  }
}
